import { collect } from "../collect.ts";
import type { Overlaps } from "../revision/conflicts.ts";

/** The objects that the revisions of several heads change, one line each. */
export function overlapLines({ overlaps, unknownEffects }: Overlaps): readonly string[] {
  return [
    ...overlaps.map(({ object, sides }) => {
      const each = sides.map(({ head, operations }) => `${head}: ${operations.join(", ")}`);
      return `Both sides touch ${object} (${each.join("; ")}).`;
    }),
    ...collect(unknownEffects.length > 0 && `Objects unknown: op.sql or op.run in ${unknownEffects.join(", ")}.`),
  ];
}
