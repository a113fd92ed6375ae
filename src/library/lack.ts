import { readSyncStatus } from "../state/sync-status.ts";
import { joinNames } from "../words.ts";
import { atPlace, type ProjectPlace } from "./place.ts";

/**
 * Says which revisions of the folder a database lacks; undefined if it has all. Revisions that the folder lacks do not
 * count: while a release goes out, older processes run on the newer schema.
 */
export function describeLack(place: ProjectPlace): Promise<string | undefined> {
  return atPlace(place, async (session) => {
    const { applied, halfApplied } = await readSyncStatus(session);
    const known = [...session.graph().revisions.keys()];
    if (known.length === 0) return `there are no revisions in ${session.folder}`;
    const half = halfApplied.map(({ revision }) => revision);
    if (half.length > 0) return `${half.join(", ")} is half applied`;
    const pending = known.filter((id) => !applied.includes(id));
    return pending.length === 0 ? undefined : `pending: ${joinNames(pending)}`;
  });
}

/**
 * Whether the database has every revision of the folder, and none is half-applied. It may have more: newer code has upgraded
 * it. The models are not read.
 */
export async function isDatabaseAtHead(place: ProjectPlace): Promise<boolean> {
  return (await describeLack(place)) === undefined;
}
