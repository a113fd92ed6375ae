/**
 * The text of a revision file.
 * @param upgrade the lines of `upgrade`
 * @param downgrade the lines of `downgrade`
 */
export function revisionText(
  id: string,
  down: string | readonly string[] | null,
  upgrade = "",
  downgrade = "",
  exports = "",
): string {
  return `/** Revision ${id}. */
import type { Operations } from "typeorm-remodel";

export const revision = "${id}";
export const downRevision = ${JSON.stringify(down)};
${exports}
export function upgrade(op: Operations): void {
${upgrade}
}

export function downgrade(op: Operations): void {
${downgrade}
}
`;
}
