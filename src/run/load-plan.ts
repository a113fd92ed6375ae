import type { Revision } from "../history/revision.ts";
import { type LoadedRevision, loadRevisions, shareExtensions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";

/** Loads the revisions of a plan, with what they do in this database. */
export async function loadPlan(session: Session, plan: readonly Revision[]): Promise<readonly LoadedRevision[]> {
  const loaded = await loadRevisions(session.loader, plan);
  const { shared } = await session.server();
  if (shared === undefined) return loaded;
  return shareExtensions(loaded, shared.extensionSchema);
}
