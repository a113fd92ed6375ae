import type { Revision } from "../history/revision.ts";
import type { Session } from "../state/session.ts";

/** Finds the one revision that a name means; reads the database only if the meaning depends on it. */
export async function findRevision(session: Session, name: string): Promise<Revision> {
  const { isRelative, resolveOne } = await import("../history/names.ts");
  const { readKnownIds } = await import("../state/unknown-revisions.ts");
  const position = isRelative(name) ? { current: await readKnownIds(session) } : {};
  return resolveOne(session.graph(), name, position);
}
