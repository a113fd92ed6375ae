import { isDeepStrictEqual } from "node:util";
import { RemodelError } from "../errors.ts";
import { ancestors } from "../history/graph.ts";
import type { Revision } from "../history/revision.ts";
import { upgrade } from "../run/run.ts";
import { readState } from "../state/applied-rows.ts";
import type { Session } from "../state/session.ts";
import { prepareThrowaway } from "./build-history.ts";
import { copyLive, type LiveCopy } from "./copy-live.ts";
import { createFiller, type Filled, type Filler } from "./fill.ts";
import { createNotedCatalog, type NotedCatalog } from "./noted-catalog.ts";
import { listOwnTables } from "./own-tables.ts";
import type { NotProved } from "./proof.ts";
import { findReplay, listBefore, NO_REPLAY, type Replay } from "./replay.ts";
import { createSeeding, type Seeding } from "./seed.ts";
import { EMBEDDED, enterThrowaway, isOnEmbedded, openThrowaway, type Throwaway } from "./throwaway.ts";
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
  /** @param next the revision that is proved there; a new throwaway begins with what is kept of those before it */
  place(next?: Revision): Promise<WalkPlace>;
  /** Whether a throwaway is open. */
  isOpen(): boolean;
  leave(): Promise<void>;
  /** Why a revision before this one cannot be run, if that was tried already. */
  findFailure(revision: Revision): NotProved | undefined;
  /** Notes that a revision cannot be run, also without made-up rows. */
  noteFailure(failure: ParentFailure): void;
  /** Leaves for good. */
  end(): Promise<void>;
}

/** A revision that fails, and why. */
export interface ParentFailure extends NotProved {
  readonly failed: string;
}

/** Where a walk is. */
export interface WalkPlace {
  readonly throwaway: Throwaway;
  /** The project with the throwaway as its database. */
  readonly session: Session;
  readonly filler: Filler;
  readonly noted: NotedCatalog;
  readonly runSeed: Seeding;
  /** Keeps a copy of the throwaway for later runs, if it is new and has no made-up rows yet. */
  keep(): Promise<void>;
}

const ROWS = 20;

/**
 * Starts a walk. The throwaway is opened when it is needed.
 * @param live the live schema to begin with, instead of an empty database
 */
export function startWalk(project: Session, options: WalkOptions, live: LiveCopy | undefined): Walk {
  let current: WalkPlace | undefined;
  let hasEnded = false;
  const failures: ParentFailure[] = [];
  const { rows = ROWS, seed = 0, on = EMBEDDED } = options;
  const refuseEnded = () => {
    if (hasEnded) throw new RemodelError("CANCELLED", "Cancelled.");
  };
  const leave = async () => {
    const last = current;
    current = undefined;
    await last?.throwaway.close();
  };
  return {
    seed,
    notes: new Set(),
    place: async (next) => {
      refuseEnded();
      if (current !== undefined) return current;
      const opened = live === undefined ? await openNew(project, on, next) : await openLive(project, on, live);
      if (hasEnded) await opened.throwaway.close();
      refuseEnded();
      const filler = createFiller(opened.throwaway.connection, { rows, seed });
      const runSeed = createSeeding(opened.session, opened.throwaway.connection);
      current = { ...opened, filler, noted: createNotedCatalog(), runSeed };
      return current;
    },
    isOpen: () => current !== undefined,
    leave,
    findFailure: ({ id }) => {
      const before = ancestors(project.graph(), [id]);
      return failures.find(({ failed }) => failed !== id && before.has(failed));
    },
    noteFailure: (failure) => void failures.push(failure),
    end: async () => {
      hasEnded = true;
      await leave();
    },
  };
}

type OpenedPlace = Omit<WalkPlace, "filler" | "noted" | "runSeed">;

async function openLive(project: Session, on: string, live: LiveCopy): Promise<OpenedPlace> {
  const throwaway = await openThrowaway(project, on);
  return await closeOnError(throwaway, async () => {
    const session = await enterThrowaway(throwaway, project);
    await copyLive(throwaway, session, live);
    return { throwaway, session, keep: async () => undefined };
  });
}

async function openNew(project: Session, on: string, next: Revision | undefined): Promise<OpenedPlace> {
  const replay = next !== undefined && isOnEmbedded(on) ? await findReplay(project, next) : NO_REPLAY;
  const { copy, keep } = replay;
  const opened = await openWith(project, on, replay);
  if (copy === undefined || isDeepStrictEqual(opened.extensions, copy.extensions)) return opened;
  await opened.throwaway.close();
  return await openWith(project, on, { keep });
}

interface PreparedPlace extends OpenedPlace {
  readonly extensions: readonly string[];
}

async function openWith(project: Session, on: string, { copy, keep }: Replay): Promise<PreparedPlace> {
  const throwaway = await openThrowaway(project, on, copy?.database);
  return await closeOnError(throwaway, async () => {
    const session = await enterThrowaway(throwaway, project);
    const extensions = await prepareThrowaway(throwaway, session, "heads");
    let isNew = true;
    const keepOnce = async () => {
      if (isNew) await keep(throwaway.connection, extensions, copy);
      isNew = false;
    };
    return { throwaway, session, extensions, keep: keepOnce };
  });
}

async function closeOnError<Result>(throwaway: Throwaway, body: () => Promise<Result>): Promise<Result> {
  try {
    return await body();
  } catch (error) {
    await throwaway.close();
    throw error;
  }
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
  const { place, failure } = await goBelow(walk, revision);
  const { session, filler, noted } = place;
  if (failure !== undefined) {
    walk.noteFailure(failure);
    return { ...place, filled: { filled: 0, unfilled: [] }, failure };
  }
  await place.keep();
  const note = await place.runSeed(noted.forget);
  if (note !== undefined) walk.notes.add(note);
  return { ...place, filled: await filler.fill(await listOwnTables(session)) };
}

/** Runs what is missing before a revision. What fails on made-up rows may run without them. */
async function goBelow(
  walk: Walk,
  revision: Revision,
): Promise<{ readonly place: WalkPlace; readonly failure: ParentFailure | undefined }> {
  const hasRows = walk.isOpen();
  const place = await walk.place(revision);
  const failure = await runParents(place, revision);
  if (failure === undefined || !hasRows) return { place, failure };
  await walk.leave();
  return await goBelow(walk, revision);
}

/** Opens another throwaway where revisions of other branches are applied: a downgrade would have to choose. */
async function leaveUnlessBelow(walk: Walk, revision: Revision): Promise<void> {
  if (!walk.isOpen()) return;
  const { session } = await walk.place(revision);
  const applied = await readState(await session.connection(), await session.state());
  const below = ancestors(session.graph(), [revision.id]);
  if (applied.some(({ revision: id }) => !below.has(id) || id === revision.id)) await walk.leave();
}

async function runParents({ session, noted }: WalkPlace, revision: Revision): Promise<ParentFailure | undefined> {
  const applied = await readState(await session.connection(), await session.state());
  const missing = listBefore(session, revision).filter((one) => applied.every((row) => row.revision !== one.id));
  for (const { id } of missing) {
    const failure = await tryTo(`Revision ${id}, which runs before it, failed`, () =>
      upgrade(session, id, { observer: noted.next() }),
    );
    if (failure !== undefined) return { ...failure, failed: id };
  }
  return undefined;
}
