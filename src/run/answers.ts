import type { RenameAnswers } from "../diff/guess.ts";
import type { Rename } from "../diff/renames.ts";
import { RemodelError } from "../errors.ts";
import { newNames } from "../revision/calls.ts";
import { list } from "../revision/words.ts";
import type { Table } from "../schema/schema.ts";
import type { Comparison } from "./compare.ts";

/**
 * Refuses answers that nothing in the comparison asks for: most often a name is misspelt.
 * @throws RemodelError `USAGE`
 */
export function refuseIdleAnswers(
  { live, models, upgrade }: Pick<Comparison, "live" | "models" | "upgrade">,
  { renamed = [], dropped = [] }: RenameAnswers,
): void {
  const moved = newNames(upgrade.flatMap(({ operations }) => operations)).filter(({ family }) => family === "Table");
  const had = byName(live.tables);
  const has = byName(models.tables);
  const target = (name: string) => has.get(moved.find(({ from }) => from === name)?.to ?? name);
  for (const rename of renamed) refuse(textOf(rename), renameProblem(rename, renamed, { had, has, target }));
  for (const name of dropped) refuse(`--no-rename ${name}`, dropProblem(name, { had, has, target }));
}

interface Sides {
  readonly had: ReadonlyMap<string, Table>;
  readonly has: ReadonlyMap<string, Table>;
  /** The table of the models that a live table became. */
  readonly target: (name: string) => Table | undefined;
}

function byName(tables: readonly Table[] = []): ReadonlyMap<string, Table> {
  return new Map(tables.map((table) => [table.name, table]));
}

function textOf({ table, from, to }: Rename): string {
  return `--rename ${table === undefined ? from : `${table}.${from}`}=${to}`;
}

function refuse(answer: string, problem: string | undefined): void {
  if (problem === undefined) return;
  throw new RemodelError("USAGE", `${answer} answers nothing: ${problem}`, {
    hint: "See what differs: remodel diff",
  });
}

/** Names that are exchanged are still there on both sides. */
function renameProblem(rename: Rename, all: readonly Rename[], { had, has, target }: Sides): string | undefined {
  const { table, from, to } = rename;
  const others = all.filter((one) => one.list === rename.list && one.table === table);
  const [before, after] = table === undefined ? [had, has] : [columnsOf(had.get(table)), columnsOf(target(table))];
  const [word, of] = table === undefined ? ["table", ""] : ["column", ` of ${table}`];
  if (table !== undefined && !had.has(table)) return unknown(`table ${table}`, "", [...had.keys()]);
  if (!before.has(from)) return unknown(`${word} ${from}`, of, [...before.keys()]);
  if (after.has(from) && !others.some((one) => one.to === from))
    return `the models still have the ${word} ${from}${of}.`;
  if (!after.has(to)) return `the models have no ${word} ${to}${of}.`;
  if (before.has(to) && !others.some((one) => one.from === to)) return `the database has a ${word} ${to}${of} already.`;
  return undefined;
}

/** Columns that took each other's type may have swapped their names, so they are asked about too. */
function dropProblem(name: string, { had, has, target }: Sides): string | undefined {
  if (had.has(name)) return has.has(name) ? `the models still have the table ${name}.` : undefined;
  const at = name.lastIndexOf(".");
  const [table, column] = [name.slice(0, Math.max(0, at)), name.slice(at + 1)];
  const columns = columnsOf(had.get(table));
  if (at < 0 || !had.has(table)) return unknown(`table ${at < 0 ? name : table}`, "", [...had.keys()]);
  if (!columns.has(column)) return unknown(`column ${column}`, ` of ${table}`, [...columns.keys()]);
  const next = columnsOf(target(table)).get(column);
  return next !== undefined && next.type === columns.get(column)!.type
    ? `the models still have the column ${column} of ${table}.`
    : undefined;
}

function columnsOf(table: Table | undefined): ReadonlyMap<string, Table["columns"][number]> {
  return new Map((table?.columns ?? []).map((column) => [column.name, column]));
}

function unknown(what: string, of: string, names: readonly string[]): string {
  return `the database has no ${what}${of}; there are ${list(names)}.`;
}
