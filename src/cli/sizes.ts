import type { MeasuredSize } from "../read/table-sizes.ts";
import type { Command } from "./command.ts";

/** What `sizes` prints: the sizes of tables by `schema.table`. */
export type SizesOutput = Readonly<Record<string, MeasuredSize>>;

/** Prints the sizes of the tables, for `review --sizes`. */
export const sizesCommand: Command<SizesOutput> = {
  usage: "sizes",
  describe: "print the estimated sizes of all tables as JSON, for review --sizes",
  async run(_args, context) {
    const { readSizes } = await import("../library/project.ts");
    const sizes = await readSizes(await context.session());
    return { code: 0, text: JSON.stringify(sizes, null, 2), data: sizes, script: true };
  },
};
