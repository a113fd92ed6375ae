import type { State } from "./half-applied.ts";
import type { LoadedRevision } from "./revisions.ts";

/** Applied revisions whose operations are different from those that ran. */
export function listEdited(loaded: readonly LoadedRevision[], { applied }: Pick<State, "applied">): readonly string[] {
  const checksums = new Map(applied.map(({ revision, checksum }) => [revision, checksum]));
  return loaded
    .filter(({ revision, checksum }) => (checksums.get(revision.id) ?? checksum) !== checksum)
    .map(({ revision }) => revision.id);
}
