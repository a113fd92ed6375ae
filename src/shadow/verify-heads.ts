import { RemodelError, readError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { ancestors, heads } from "../history/graph.ts";
import { upgradePlan } from "../history/plan.ts";
import type { Revision } from "../history/revision.ts";
import { upgrade } from "../run/run.ts";
import { shortName } from "../sql.ts";
import { readState } from "../state/applied-rows.ts";
import { loadRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { plural } from "../words.ts";
import { prepareThrowaway } from "./build-history.ts";
import { compareCatalogs } from "./compare-catalogs.ts";
import { compareRows, type RowDifference } from "./compare-rows.ts";
import { showValue } from "./declared-losses.ts";
import { createFiller, type FillOptions, type Unfilled } from "./fill.ts";
import { leaveOutRows } from "./leave-out-rows.ts";
import { listOwnTables } from "./own-tables.ts";
import { runSeed } from "./seed.ts";
import { readSnapshot, type Snapshot } from "./snapshot.ts";
import { enterThrowaway, withThrowaway } from "./throwaway.ts";

/** Whether heads give the same in their order and in the reverse one. */
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
 * Runs heads in their order and in the reverse one on the same rows, and compares the catalogs and the rows.
 * @throws RemodelError `USAGE` unless there are several heads; `CANCELLED`
 */
export async function verifyHeads(session: Session, options: HeadsOptions): Promise<HeadsProof> {
  const ids = options.heads ?? heads(session.graph()).map(({ id }) => id);
  if (ids.length < 2)
    throw new RemodelError("USAGE", `${plural(ids.length, "head")} cannot be compared: at least two are needed.`, {
      hint: "To see the heads, run: remodel heads",
    });
  const one = await runInOrder(session, ids, options);
  const other = await runInOrder(session, ids.toReversed(), options);
  const again = () => runInOrder(session, ids, options);
  const difference =
    one.failure ?? other.failure ?? findCatalogDifference(one, other) ?? (await findRowDifference(one, other, again));
  const { on, version } = one;
  return { on, version, heads: ids, equal: difference === undefined, ...dropUndefined({ difference }) };
}

/**
 * What differs also if the same order runs twice, such as the time of an UPDATE, does not depend on the order.
 * @param runAgain runs the first order again
 */
async function findRowDifference(
  one: Outcome,
  other: Outcome,
  runAgain: () => Promise<Outcome>,
): Promise<string | undefined> {
  const differences = compareRows(one.after.content, other.after.content);
  if (differences.length === 0) return undefined;
  const again = await runAgain();
  const always = new Set(compareRows(one.after.content, again.after.content).map(({ place }) => place));
  const found = differences.find(({ place }) => !always.has(place));
  return found && describeRows(found, one);
}

/** What one order gives. */
interface Outcome extends Pick<HeadsProof, "on" | "version"> {
  readonly own: string;
  readonly order: readonly string[];
  readonly after: Snapshot;
  /** Why the order could not be tried. */
  readonly failure?: string;
}

async function runInOrder(project: Session, order: readonly string[], options: HeadsOptions): Promise<Outcome> {
  return await withThrowaway(project, options, async (throwaway) => {
    const session = await enterThrowaway(throwaway, project);
    await prepareThrowaway(throwaway, session, "heads");
    for (const { id } of listCommon(session, order)) await upgrade(session, id);
    await runSeed(session, throwaway.connection);
    const { unfilled } = await createFiller(throwaway.connection, options).fill(await listOwnTables(session));
    const { schema: own, version } = await session.server();
    const failure = (await runAll(session, order)) ?? describeUnfilled(unfilled, own);
    const after = await readSnapshot(session);
    return { on: throwaway.on, version, own, order, after, ...dropUndefined({ failure }) };
  });
}

/** What heads do to the rows of an empty table is not known. */
function describeUnfilled([first]: readonly Unfilled[], own: string): string | undefined {
  if (first === undefined) return undefined;
  return `${shortName(first.table, own)} could not be filled: ${first.reason}. A seed.sql helps`;
}

/** The revisions that several of the heads need. */
function listCommon(session: Session, order: readonly string[]): readonly Revision[] {
  const graph = session.graph();
  const below = order.map((id) => ancestors(graph, [id]));
  return upgradePlan(graph, [], "heads").filter(({ id }) => below.filter((one) => one.has(id)).length > 1);
}

async function runAll(session: Session, order: readonly string[]): Promise<string | undefined> {
  try {
    for (const head of order) await runHead(session, head);
    return undefined;
  } catch (error) {
    return `In the order ${order.join(", ")} an upgrade failed: ${readError(error).message}`;
  }
}

async function runHead(session: Session, head: string): Promise<void> {
  const applied = await readState(await session.connection(), await session.state());
  const ids = applied.map(({ revision }) => revision);
  for (const revision of upgradePlan(session.graph(), ids, head)) {
    await leaveOutRows(session, await loadRevision(session.loader, revision));
    await upgrade(session, revision.id);
  }
}

function findCatalogDifference(one: Outcome, other: Outcome): string | undefined {
  const { statements, labels } = compareCatalogs(one.after.schema, other.after.schema);
  const [statement] = [...statements, ...labels];
  return statement && `The catalogs differ. The first order lacks: ${statement}`;
}

function describeRows({ place, values }: RowDifference, { own, order }: Outcome): string {
  const [first, second] = values.map((value) => (typeof value === "number" ? plural(value, "row") : showValue(value)));
  const orders = [order, order.toReversed()].map((ids) => ids.join(", "));
  return `The rows differ, first in ${shortName(place, own)}: ${first} after ${orders[0]}, and ${second} after ${orders[1]}.`;
}
