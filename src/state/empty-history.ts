import { existsSync } from "node:fs";
import { RemodelError } from "../errors.ts";
import type { Session } from "./session.ts";

/** What is so where a history has no revision; nothing where it has one. */
export function describeEmptyHistory({ folder, graph }: Pick<Session, "folder" | "graph">): string | undefined {
  if (graph().revisions.size > 0) return undefined;
  return existsSync(folder)
    ? `There is no revision file in ${folder}.`
    : `The migrations folder ${folder} does not exist.`;
}

/** How to go on without any revision. */
export const EMPTY_HINT =
  "Name the folder: --migrations DIR. Or write the first revision: remodel revision --autogenerate -m MESSAGE";

/**
 * Goes on only where there is a revision.
 * @throws RemodelError `HISTORY_EMPTY`
 */
export function refuseEmpty(session: Pick<Session, "folder" | "graph">): void {
  const text = describeEmptyHistory(session);
  if (text === undefined) return;
  throw new RemodelError("HISTORY_EMPTY", text, { hint: EMPTY_HINT, details: { folder: session.folder } });
}
