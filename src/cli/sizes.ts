import type { MeasuredSize } from "../read/table-sizes.ts";
import type { Command } from "./command.ts";

/** What `sizes` prints: the sizes of tables by `schema.table`. */
export type SizesOutput = Readonly<Record<string, MeasuredSize>>;

/** Prints the sizes of the tables, for `review --sizes`. */
export const sizesCommand: Command<SizesOutput> = {
  usage: "sizes",
  describe: "print the estimated sizes of all tables as JSON, for review --sizes",
  async run(_args, context) {
    const { readTableSizes } = await import("../read/table-sizes.ts");
    const session = await context.session();
    const { names } = await session.state();
    const sizes = await readTableSizes(await session.connection(), names.map(readBareName));
    return { code: 0, text: JSON.stringify(sizes, null, 2), data: sizes, script: true };
  },
};

function readBareName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).replaceAll('"', "");
}
