import { collect } from "../collect.ts";
import { RemodelError } from "../errors.ts";
import { ancestors, type Graph, heads } from "../history/graph.ts";
import { upgradePlan } from "../history/plan.ts";
import type { Revision } from "../history/revision.ts";
import { upgrade } from "../run/run.ts";
import { loadRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { readState } from "../state/state.ts";
import { prepareThrowaway } from "./build-history.ts";
import { copyLive, type LiveCopy, readLiveCopy } from "./copy-live.ts";
import { listAccepted } from "./declared-losses.ts";
import { createFiller, type Filler } from "./fill.ts";
import { listOwnTables } from "./own-tables.ts";
import type { Proof } from "./proof.ts";
import { proveRevision } from "./prove.ts";
import { runSeed } from "./seed.ts";
import { EMBEDDED, enterThrowaway, openThrowaway, type Throwaway } from "./throwaway.ts";

/** How to prove. */
export interface VerifyOptions {
  /** `pglite`, or the URL of a server. */
  readonly on?: string;
  /** Rows of each table. */
  readonly rows?: number;
  readonly seed?: number;
  /** Start from the schema that the live database has, instead of an empty one. */
  readonly fromLive?: boolean;
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

const ROWS = 20;

/**
 * Proves revisions in a throwaway database.
 * @param session the project; its own database is not used
 * @param revisions the revisions, by id
 * @throws RemodelError what opening and building the throwaway throws
 */
export async function verify(
  session: Session,
  revisions: readonly string[],
  options: VerifyOptions = {},
): Promise<Verified> {
  const graph = session.graph();
  const wanted = new Set(revisions);
  const plan = upgradePlan(graph, [], "heads").filter(({ id }) => wanted.has(id));
  const live = options.fromLive ? await readLiveCopy(session) : undefined;
  refuseApplied(live, plan);
  const walk = startWalk(session, options, live);
  const proofs: Proof[] = [];
  try {
    for (const [at, revision] of plan.entries()) {
      options.signal?.throwIfAborted();
      options.onProgress?.(revision, at + 1, plan.length);
      proofs.push(await proveNext(walk, graph, revision));
    }
    const { throwaway, session: entered } = await walk.place();
    const { version, schema: own } = await entered.server();
    return { on: throwaway.on, version, own, proofs, notes: [...walk.notes] };
  } finally {
    await walk.leave();
  }
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

/** The throwaway that a walk along the history uses; it is replaced where it cannot be used any longer. */
interface Walk {
  readonly options: VerifyOptions;
  readonly notes: Set<string>;
  place(): Promise<Place>;
  leave(): Promise<void>;
}

interface Place {
  readonly throwaway: Throwaway;
  /** The project with the throwaway as its database. */
  readonly session: Session;
  readonly filler: Filler;
}

function startWalk(project: Session, options: VerifyOptions, live: LiveCopy | undefined): Walk {
  let current: Place | undefined;
  const { rows = ROWS, seed = 0 } = options;
  return {
    options,
    notes: new Set(),
    place: async () => {
      if (current !== undefined) return current;
      const throwaway = await openThrowaway(project, options.on ?? EMBEDDED);
      try {
        const session = await enterThrowaway(throwaway, project);
        if (live === undefined) await prepareThrowaway(throwaway, session, "heads");
        else await copyLive(throwaway, session, live);
        current = { throwaway, session, filler: createFiller(throwaway.connection, { rows, seed }) };
        return current;
      } catch (error) {
        await throwaway.close();
        throw error;
      }
    },
    leave: async () => {
      const last = current;
      current = undefined;
      await last?.throwaway.close();
    },
  };
}

async function proveNext(walk: Walk, graph: Graph, revision: Revision): Promise<Proof> {
  await leaveUnlessBelow(walk, graph, revision);
  const { session, filler, throwaway } = await walk.place();
  for (const parent of ancestorsInOrder(graph, revision)) await upgrade(session, parent);
  const note = await runSeed(session, throwaway.connection);
  if (note !== undefined) walk.notes.add(note);
  const filled = await filler.fill(await listOwnTables(session));
  const loaded = await loadRevision(session.loader, revision);
  const [head, ...others] = heads(graph);
  const proof = await proveRevision({
    session,
    loaded,
    filled,
    accepted: listAccepted(loaded, walk.options.acceptLoss ?? []),
    isHead: others.length === 0 && head?.id === revision.id,
  });
  const isUp = proof.upgrade !== undefined && proof.downgrade !== undefined;
  if (!isUp) await walk.leave();
  return proof;
}

/** Opens another throwaway where revisions of other branches are applied: a downgrade would have to choose. */
async function leaveUnlessBelow(walk: Walk, graph: Graph, revision: Revision): Promise<void> {
  const { session } = await walk.place();
  const applied = await readState(await session.connection(), await session.state());
  const below = ancestors(graph, [revision.id]);
  if (applied.some(({ revision: id }) => !below.has(id))) await walk.leave();
}

function ancestorsInOrder(graph: Graph, { id }: Revision): readonly string[] {
  return upgradePlan(graph, [], id).flatMap((one) => collect(one.id !== id && one.id));
}
