import { createHash } from "node:crypto";
import { basename } from "node:path";
import { groupBy } from "../group-by.ts";

/** About how many files are compiled together: the compiler keeps all of them in memory. */
const PORTION = 200;

/**
 * Splits files that are to be compiled, by their names: a new file changes one portion, and what is compiled of the others
 * is still right.
 */
export function splitIntoPortions<Item extends { readonly file: string }>(
  files: readonly Item[],
): readonly (readonly Item[])[] {
  if (files.length <= PORTION) return files.length === 0 ? [] : [files];
  const count = 2 ** Math.ceil(Math.log2(files.length / PORTION));
  const portionOf = ({ file }: Item) => createHash("sha1").update(basename(file)).digest().readUInt32BE() % count;
  return [...groupBy(files, portionOf).values()];
}
