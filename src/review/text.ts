import { createTwoFilesPatch } from "diff";
import { schemaKinds } from "../kinds/all.ts";
import { describeItem, itemsOf } from "../kinds/kind.ts";
import type { Schema } from "../schema/schema.ts";

/** The longest time to search for a text diff, in milliseconds. */
export const LONGEST_MS = 5000;

/** A schema as a person reads it: one line for each column, key, constraint and index. */
export function schemaText(schema: Schema): string {
  const blocks = schemaKinds.flatMap((kind) =>
    itemsOf(schema, kind.list).map((item) => describeItem(kind, item, schema).join("\n  ")),
  );
  return blocks
    .filter((block) => block !== "")
    .map((block) => `${block}\n`)
    .join("\n");
}

/**
 * The unified diff of two texts.
 * @returns an empty text if they are equal
 */
export function unifiedDiff(before: string, after: string, names: readonly [string, string], context = 3): string {
  if (before === after) return "";
  const options = { context, timeout: LONGEST_MS };
  const patch = createTwoFilesPatch(names[0], names[1], before, after, undefined, undefined, options);
  if (patch === undefined) return `--- ${names[0]}\n+++ ${names[1]}\n(too different to compare line by line)\n`;
  return patch.replace(/^=+\n/, "");
}
