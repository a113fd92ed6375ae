import { collect } from "../collect.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { heads } from "../history/graph.ts";
import { upgradePlan } from "../history/plan.ts";
import type { Revision } from "../history/revision.ts";
import { findTodos, loadRevision, type OpenTodo } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { listAccepted } from "./accepted.ts";
import { type LiveCopy, readLiveCopy } from "./copy-live.ts";
import { findUnknownNames } from "./declared-losses.ts";
import { judgeRevision } from "./judge-revision.ts";
import { leaveOutRows } from "./leave-out-rows.ts";
import { openProjectAt, type ProjectAt } from "./models-at.ts";
import type { NotProved, Proof } from "./proof.ts";
import { proveRevision, readOwnModels } from "./prove.ts";
import { untilAborted } from "./until-aborted.ts";
import { enterBefore, startWalk, type Walk } from "./walk.ts";

/** How to prove. */
export interface VerifyOptions {
  /** `pglite`, or the URL of a server. */
  readonly on?: string;
  /** Rows of each table. */
  readonly rows?: number;
  readonly seed?: number;
  /** Start from the schema that the live database has, instead of an empty one. */
  readonly fromLive?: boolean;
  /** A git commit: its code is tried in the schema after each revision, and the code of now in the schema before it. */
  readonly against?: string;
  /** Columns and tables that may be lost. */
  readonly acceptLoss?: readonly string[];
  /** Called before each revision. */
  readonly onProgress?: (revision: Revision, number: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/** The proofs, and where they were made. */
export interface Verified {
  readonly on: string;
  /** `server_version_num` */
  readonly version: number;
  /** The schema in which names need no schema. */
  readonly own: string;
  readonly proofs: readonly Proof[];
  /** What does not fit, such as a seed for another schema. */
  readonly notes: readonly string[];
}

/**
 * Proves revisions in a throwaway database.
 * @param session the project; its own database is not used
 * @param revisions the revisions, by id
 * @throws RemodelError what opening and building the throwaway throws, and what {@link openProjectAt} throws;
 * `CANCELLED`
 */
export async function verify(
  session: Session,
  revisions: readonly string[],
  options: VerifyOptions = {},
): Promise<Verified> {
  const wanted = new Set(revisions);
  const plan = upgradePlan(session.graph(), [], "heads").filter(({ id }) => wanted.has(id));
  const live = options.fromLive ? await readLiveCopy(session) : undefined;
  refuseApplied(live, plan);
  const walk = startWalk(session, options, live);
  const old = options.against === undefined ? undefined : await openProjectAt(session, options.against);
  try {
    return await untilAborted(proveAll(session, walk, plan, options, old), options.signal);
  } finally {
    old?.remove();
    await walk.end();
  }
}

async function proveAll(
  session: Session,
  walk: Walk,
  plan: readonly Revision[],
  { onProgress, acceptLoss = [] }: VerifyOptions,
  old: ProjectAt | undefined,
): Promise<Verified> {
  const proofs: Proof[] = [];
  // Models that cannot be read are an error of the last proof, which would come after all others.
  if (plan.some((one) => isOnlyHead(session, one))) await readOwnModels((await walk.place(plan[0])).session);
  for (const [at, revision] of plan.entries()) {
    onProgress?.(revision, at + 1, plan.length);
    proofs.push(await proveNext(walk, revision, acceptLoss, old));
  }
  const { throwaway, session: entered } = await walk.place();
  const { version, schema: own } = await entered.server();
  const unknown = findUnknownNames(
    acceptLoss,
    proofs.flatMap(({ fates }) => collect(fates)),
    own,
  );
  const notes = unknown.map((name) => `--accept-loss ${name} names no column and no table of these revisions.`);
  return { on: throwaway.on, version, own, proofs, notes: [...walk.notes, ...notes] };
}

/** A live database that has a revision already does not show what is before it. */
function refuseApplied(live: LiveCopy | undefined, plan: readonly Revision[]): void {
  const applied = plan.filter(({ id }) => live?.applied.includes(id)).map(({ id }) => id);
  if (applied.length === 0) return;
  throw new RemodelError(
    "USAGE",
    `With --from-live only pending revisions can be proved. Applied: ${applied.join(", ")}.`,
    {
      hint: "Leave out --from-live, or name a revision that is not applied.",
    },
  );
}

async function proveNext(
  walk: Walk,
  revision: Revision,
  acceptLoss: readonly string[],
  old: ProjectAt | undefined,
): Promise<Proof> {
  const unproved = { revision: revision.id, message: revision.message, proved: false, tables: 0 };
  const known = walk.findFailure(revision);
  if (known !== undefined) return { ...unproved, notProved: [known] };
  const { session, filled, noted, failure } = await enterBefore(walk, revision);
  if (failure !== undefined) {
    await walk.leave();
    return { ...unproved, notProved: [failure] };
  }
  const loaded = await loadRevision(session.loader, revision);
  const open = findTodos(loaded).map(describeOpen);
  if (open.length > 0) return { ...unproved, notProved: open };
  await leaveOutRows(session, loaded);
  const proof = await proveRevision({
    session,
    loaded,
    filled,
    noted,
    accepted: listAccepted(loaded, acceptLoss),
    isHead: isOnlyHead(session, revision),
  });
  const against = old && proof.upgrade && (await judgeRevision(walk, revision, proof, old));
  if (old !== undefined) noted.forget();
  if (proof.upgrade === undefined || proof.downgrade === undefined) await walk.leave();
  return { ...proof, ...dropUndefined({ against }) };
}

function isOnlyHead({ graph }: Session, { id }: Revision): boolean {
  const [head, ...others] = heads(graph());
  return others.length === 0 && head?.id === id;
}

function describeOpen({ file, line, text }: OpenTodo): NotProved {
  return { reason: `A question is still open: ${file}:${line}  ${text.replace(/\s+/g, " ")}` };
}
