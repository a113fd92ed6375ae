import type { RenameAnswers } from "../diff/guess.ts";
import type { Rename } from "../diff/renames.ts";
import { RemodelError } from "../errors.ts";
import type { Accept, CompareOptions } from "../run/compare.ts";
import type { Args } from "./command.ts";

const ACCEPTS: Readonly<Record<string, Accept>> = {
  renames: "rename",
  constraints: "constraint",
  types: "type",
  enums: "enum",
  all: "all",
};

/**
 * Reads `--rename`, `--no-rename` and `--accept`.
 * @throws RemodelError `USAGE` for an answer that cannot be read or contradicts another
 */
export function readAnswers(args: Args): Pick<CompareOptions, "accept"> & RenameAnswers {
  const texts = (name: string) => ((args[name] as string[] | undefined) ?? []).map(String);
  const renamed = texts("rename").map(readRename);
  const dropped = texts("noRename");
  for (const { table, from } of renamed) {
    const name = table === undefined ? from : `${table}.${from}`;
    const twice = renamed.filter((one) => one.table === table && one.from === from).length > 1;
    if (dropped.includes(name) || twice)
      throw new RemodelError("USAGE", `There are two answers to what became of ${name}.`, {
        hint: "Say either --rename or --no-rename, once.",
      });
  }
  return { renamed, dropped, accept: texts("accept").map((text) => ACCEPTS[text]!) };
}

/** `mall.title=name` renames a column, `store=shop` a table; a schema stands before the table. */
function readRename(text: string): Rename {
  const [from, to, ...rest] = text.split("=");
  if (!from || !to || rest.length > 0)
    throw new RemodelError("USAGE", `--rename ${text} cannot be read.`, {
      hint: "Write --rename table.column=newname, or --rename table=newname.",
    });
  const at = from.lastIndexOf(".");
  if (at < 0 || to.includes(".")) return { list: "tables", from, to };
  return { list: "columns", table: from.slice(0, at), from: from.slice(at + 1), to };
}
