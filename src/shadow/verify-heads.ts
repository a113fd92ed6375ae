import { collect } from "../collect.ts";
import { RemodelError, readError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { ancestors, heads } from "../history/graph.ts";
import { upgradePlan } from "../history/plan.ts";
import { upgrade } from "../run/run.ts";
import type { Session } from "../state/session.ts";
import { prepareThrowaway } from "./build-history.ts";
import { compareCatalogs } from "./compare-catalogs.ts";
import { shortName } from "./declared-losses.ts";
import { type ContentFates, findColumnFates } from "./fates.ts";
import { createFiller, type FillOptions, type Unfilled } from "./fill.ts";
import { isDifferent, listFates, nameColumn } from "./losses.ts";
import { listOwnTables } from "./own-tables.ts";
import { runSeed } from "./seed.ts";
import { readSnapshot, type Snapshot } from "./snapshot.ts";
import { enterThrowaway, withThrowaway } from "./throwaway.ts";

/** Whether two heads give the same in both orders. */
export interface HeadsProof {
  /** `pglite`, or the server. */
  readonly on: string;
  /** `server_version_num` */
  readonly version: number;
  /** The heads, in the first order. */
  readonly heads: readonly string[];
  readonly equal: boolean;
  /** The first difference. */
  readonly difference?: string;
}

/** How to try heads. */
export interface HeadsOptions extends FillOptions {
  /** `pglite`, or the URL of a server. */
  readonly on?: string;
  /** The ids of the heads; all of the history by default. */
  readonly heads?: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Runs two heads in both orders on the same rows, and compares the catalogs and the rows. Columns that are new are only
 * compared as a part of the catalog: their defaults may depend on the clock.
 * @throws RemodelError `USAGE` unless there are two heads; `CANCELLED`
 */
export async function verifyHeads(session: Session, options: HeadsOptions): Promise<HeadsProof> {
  const ids = options.heads ?? heads(session.graph()).map(({ id }) => id);
  const [first, second, ...more] = ids;
  if (first === undefined || second === undefined || more.length > 0)
    throw new RemodelError("USAGE", `There are ${ids.length} heads, and two can be compared.`, {
      hint: "To see them, run: remodel heads",
    });
  const one = await runInOrder(session, [first, second], options);
  const other = await runInOrder(session, [second, first], options);
  const difference = one.failure ?? other.failure ?? findDifference(one, other);
  const { on, version } = one;
  return { on, version, heads: ids, equal: difference === undefined, ...dropUndefined({ difference }) };
}

/** What one order gives. */
interface Outcome extends Pick<HeadsProof, "on" | "version"> {
  readonly own: string;
  /** The rows before the heads. */
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** Why the order could not be tried. */
  readonly failure?: string;
}

async function runInOrder(project: Session, order: readonly [string, string], options: HeadsOptions): Promise<Outcome> {
  return await withThrowaway(project, options, async (throwaway) => {
    const session = await enterThrowaway(throwaway, project);
    await prepareThrowaway(throwaway, session, "heads");
    for (const id of listCommon(session, order)) await upgrade(session, id);
    await runSeed(session, throwaway.connection);
    const { unfilled } = await createFiller(throwaway.connection, options).fill(await listOwnTables(session));
    const { schema: own, version } = await session.server();
    const before = await readSnapshot(session);
    const failure = (await runBoth(session, order)) ?? describeUnfilled(unfilled, own);
    const after = await readSnapshot(session);
    return { on: throwaway.on, version, own, before, after, ...dropUndefined({ failure }) };
  });
}

/** What heads do to the rows of an empty table is not known. */
function describeUnfilled([first]: readonly Unfilled[], own: string): string | undefined {
  if (first === undefined) return undefined;
  return `${shortName(first.table, own)} could not be filled: ${first.reason}. A seed.sql helps`;
}

/** The revisions that both heads need. */
function listCommon(session: Session, [first, second]: readonly [string, string]): readonly string[] {
  const graph = session.graph();
  const below = ancestors(graph, [second]);
  return upgradePlan(graph, [], first).flatMap(({ id }) => collect(below.has(id) && id));
}

async function runBoth(session: Session, order: readonly [string, string]): Promise<string | undefined> {
  try {
    for (const id of order) await upgrade(session, id);
    return undefined;
  } catch (error) {
    return `In the order ${order.join(", ")} an upgrade failed: ${readError(error).message}`;
  }
}

function findDifference(one: Outcome, other: Outcome): string | undefined {
  const { statements, labels } = compareCatalogs(one.after.schema, other.after.schema);
  const [statement] = [...statements, ...labels];
  if (statement !== undefined) return `The catalogs differ. The first order lacks: ${statement}`;
  const known = new Set(listPlaces(findColumnFates(one.before.content, one.after.content)));
  const fates = listFates(findColumnFates(one.after.content, other.after.content));
  const changed = fates.find((fate) => known.has(nameColumn(fate)) && isDifferent(fate));
  return changed && `The rows differ, first in ${shortName(nameColumn(changed), one.own)}.`;
}

/** Where the columns that were there before are afterwards: a head may have renamed them. */
function listPlaces(fates: ContentFates): readonly string[] {
  return listFates(fates).flatMap((fate) => collect(fate.fate !== "gone" && (fate.to ?? nameColumn(fate))));
}
