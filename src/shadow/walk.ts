import { collect } from "../collect.ts";
import { ancestors } from "../history/graph.ts";
import { upgradePlan } from "../history/plan.ts";
import type { Revision } from "../history/revision.ts";
import { upgrade } from "../run/run.ts";
import type { Session } from "../state/session.ts";
import { readState } from "../state/state.ts";
import { prepareThrowaway } from "./build-history.ts";
import { copyLive, type LiveCopy } from "./copy-live.ts";
import { createFiller, type Filled, type Filler } from "./fill.ts";
import { listOwnTables } from "./own-tables.ts";
import type { NotProved } from "./proof.ts";
import { runSeed } from "./seed.ts";
import { EMBEDDED, enterThrowaway, openThrowaway, type Throwaway } from "./throwaway.ts";
import { tryTo } from "./try-to.ts";

/** How to walk. */
export interface WalkOptions {
  /** `pglite`, or the URL of a server. */
  readonly on?: string;
  /** Rows of each table. */
  readonly rows?: number;
  readonly seed?: number;
}

/** The throwaway that a walk along the history uses; it is replaced where it cannot be used any longer. */
export interface Walk {
  readonly seed: number;
  readonly notes: Set<string>;
  place(): Promise<WalkPlace>;
  leave(): Promise<void>;
}

/** Where a walk is. */
export interface WalkPlace {
  readonly throwaway: Throwaway;
  /** The project with the throwaway as its database. */
  readonly session: Session;
  readonly filler: Filler;
}

const ROWS = 20;

/**
 * Starts a walk. The throwaway is opened when it is needed.
 * @param live the live schema to begin with, instead of an empty database
 */
export function startWalk(project: Session, options: WalkOptions, live: LiveCopy | undefined): Walk {
  let current: WalkPlace | undefined;
  const { rows = ROWS, seed = 0 } = options;
  return {
    seed,
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

/** The place before a revision. */
export interface WalkPlaceBefore extends WalkPlace {
  readonly filled: Filled;
  /** Why the place could not be reached: a revision before it failed. */
  readonly failure?: NotProved;
}

/** Goes to the schema before a revision, and fills its tables. */
export async function enterBefore(walk: Walk, revision: Revision): Promise<WalkPlaceBefore> {
  await leaveUnlessBelow(walk, revision);
  const place = await walk.place();
  const { session, filler, throwaway } = place;
  const failure = await runParents(session, revision);
  if (failure !== undefined) return { ...place, filled: { filled: 0, unfilled: [] }, failure };
  const note = await runSeed(session, throwaway.connection);
  if (note !== undefined) walk.notes.add(note);
  return { ...place, filled: await filler.fill(await listOwnTables(session)) };
}

/** Opens another throwaway where revisions of other branches are applied: a downgrade would have to choose. */
async function leaveUnlessBelow(walk: Walk, revision: Revision): Promise<void> {
  const { session } = await walk.place();
  const applied = await readState(await session.connection(), await session.state());
  const below = ancestors(session.graph(), [revision.id]);
  if (applied.some(({ revision: id }) => !below.has(id) || id === revision.id)) await walk.leave();
}

/** @returns which revision failed, and why */
async function runParents(session: Session, revision: Revision): Promise<NotProved | undefined> {
  for (const parent of listParents(session, revision)) {
    const failure = await tryTo(`Revision ${parent}, which runs before it, failed`, () => upgrade(session, parent));
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function listParents(session: Session, { id }: Revision): readonly string[] {
  return upgradePlan(session.graph(), [], id).flatMap((one) => collect(one.id !== id && one.id));
}
