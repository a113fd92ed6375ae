import { upgradePlan } from "../history/plan.ts";
import { upgrade } from "../run/run.ts";
import { loadRevisions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { dropUnusedExtensions, prepareThrowaway } from "./build-history.ts";
import { enterThrowaway, openThrowaway, type Throwaway } from "./throwaway.ts";

/** A throwaway database that follows the head of a history, so that models can be compared without a server. */
export interface Shadow {
  /**
   * Brings the shadow to the head: what is new in the folder is run; if a revision that ran was edited or is gone, all of
   * them run again from the beginning.
   * @param project the project as its files are now; its own database is not opened
   * @returns the project with the shadow as its database
   * @throws RemodelError what `upgrade` throws, such as `REVISION_UNFINISHED` for an open question
   */
  follow(project: Session): Promise<Session>;
  close(): Promise<void>;
}

/** The throwaway database of a shadow. */
interface OpenThrowaway {
  readonly throwaway: Throwaway;
  /** The revisions that ran, each with its checksum. */
  readonly ran: readonly string[];
}

/**
 * Opens a shadow. The database is made at the first use.
 * @param on `pglite`, or the URL of a server
 */
export function openShadow(on?: string): Shadow {
  let kept: OpenThrowaway | undefined;
  const close = async () => {
    const last = kept;
    kept = undefined;
    await last?.throwaway.close();
  };
  return {
    close,
    follow: async (project) => {
      const loaded = await loadRevisions(project.loader, upgradePlan(project.graph(), [], "heads"));
      const wanted = loaded.map(({ revision, checksum }) => `${revision.id} ${checksum}`);
      if (kept?.ran.some((one, at) => one !== wanted[at])) await close();
      const { throwaway } = kept ?? { throwaway: await openThrowaway(project, on) };
      kept = { throwaway, ran: wanted };
      try {
        return await bringToHeads(throwaway, project, wanted.length);
      } catch (error) {
        await close();
        throw error;
      }
    },
  };
}

async function bringToHeads(throwaway: Throwaway, project: Session, revisions: number): Promise<Session> {
  const session = await enterThrowaway(throwaway, project);
  const extensions = await prepareThrowaway(throwaway, session, "heads");
  if (revisions > 0) await upgrade(session, "heads");
  await dropUnusedExtensions(throwaway, extensions);
  return session;
}
