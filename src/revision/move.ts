import type { ts as TypeScript } from "ts-morph";
import { RemodelError } from "../errors.ts";
import type { Revision } from "../history/revision.ts";
import { headerProblem, toRevision } from "./header.ts";
import { exactHeader } from "./syntax.ts";

const BOM = "\uFEFF";

/**
 * Writes the `downRevision` of a moved revision into the text of its file. Every other byte stays.
 * @param revision the moved revision: its `down` is one id
 * @param text the text before
 * @param ts TypeScript
 * @throws RemodelError `REVISION_INVALID` if the header has no literal that can be replaced
 */
export function writeDownRevision({ file, id, down: [onto] }: Revision, text: string, ts: typeof TypeScript): string {
  const mark = text.startsWith(BOM) ? BOM : "";
  const source = text.slice(mark.length);
  const place = exactHeader(ts, file, source).places.get("downRevision");
  if (place !== undefined && onto !== undefined) {
    const quote = source[place.start] === "'" ? "'" : '"';
    const moved = `${source.slice(0, place.start)}${quote}${onto}${quote}${source.slice(place.end)}`;
    const header = exactHeader(ts, file, moved);
    if (headerProblem(header) === undefined && toRevision(file, header).down.join() === onto) return `${mark}${moved}`;
  }
  throw new RemodelError("REVISION_INVALID", `downRevision of ${file} cannot be edited automatically.`, {
    hint: `Edit it by hand: export const downRevision = ${JSON.stringify(onto)};`,
    details: { revision: id, file },
  });
}
