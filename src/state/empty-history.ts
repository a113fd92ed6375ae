import { existsSync } from "node:fs";
import { RemodelError } from "../errors.ts";
import type { Session } from "./session.ts";

/** A sentence about a history without revisions; nothing if the history has one. */
export function describeEmptyHistory({ folder, graph }: Pick<Session, "folder" | "graph">): string | undefined {
  if (graph().revisions.size > 0) return undefined;
  if (existsSync(folder)) return `There is no revision file in ${folder}.`;
  return `The migrations folder ${folder} does not exist.`;
}

/** What to do where there is no revision. */
export const EMPTY_HINT =
  "To write the first revision, run: remodel revision --autogenerate -m MESSAGE\nFor a database that has its tables already, run: remodel adopt\nIf the revisions are in another folder, name it: --migrations DIR";

/**
 * Requires that the history has a revision.
 * @throws RemodelError `HISTORY_EMPTY`
 */
export function refuseEmpty(session: Pick<Session, "folder" | "graph">): void {
  const text = describeEmptyHistory(session);
  if (text === undefined) return;
  throw new RemodelError("HISTORY_EMPTY", text, { hint: EMPTY_HINT, details: { folder: session.folder } });
}
