import { isRelative, resolveOne } from "../history/names.ts";
import type { Revision } from "../history/revision.ts";
import type { Session } from "./session.ts";
import { readKnownIds } from "./unknown-revisions.ts";

/** Finds the one revision that a name means; reads the database only if the meaning depends on it. */
export async function findRevision(session: Session, name: string): Promise<Revision> {
  const position = isRelative(name) ? { current: await readKnownIds(session) } : {};
  return resolveOne(session.graph(), name, position);
}
