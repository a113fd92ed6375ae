import { isDeepStrictEqual } from "node:util";
import type { Revision } from "../history/revision.ts";
import type { Session } from "../state/session.ts";
import { prepareThrowaway } from "./build-history.ts";
import { findReplay, NO_REPLAY, type Replay } from "./replay.ts";
import { enterThrowaway, isOnEmbedded, openThrowaway, type Throwaway } from "./throwaway.ts";

/** A throwaway in which a history can be run. */
export interface Prepared {
  readonly throwaway: Throwaway;
  /** The project with the throwaway as its database. */
  readonly session: Session;
  /** What `prepareThrowaway` returned. */
  readonly extensions: readonly string[];
  /** Keeps a copy of the throwaway for later runs, the first time: then all revisions are run, and nothing else. */
  keep(): Promise<void>;
}

/**
 * Opens a throwaway. An embedded one begins with the copy that has the most of some revisions.
 * @param on `pglite`, or the URL of a server
 * @param revisions what is going to be run in it, in the order of the history
 */
export async function openPrepared(project: Session, on: string, revisions: readonly Revision[]): Promise<Prepared> {
  const replay = revisions.length > 0 && isOnEmbedded(on) ? await findReplay(project, revisions) : NO_REPLAY;
  const { copy, keep } = replay;
  const opened = await openWith(project, on, replay);
  if (copy === undefined || isDeepStrictEqual(opened.extensions, copy.extensions)) return opened;
  await opened.throwaway.close();
  return await openWith(project, on, { keep });
}

async function openWith(project: Session, on: string, { copy, keep }: Replay): Promise<Prepared> {
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

/** Closes a throwaway if what is done in it fails. */
export async function closeOnError<Result>(throwaway: Throwaway, body: () => Promise<Result>): Promise<Result> {
  try {
    return await body();
  } catch (error) {
    await throwaway.close();
    throw error;
  }
}
