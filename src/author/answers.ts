import type { Comparison } from "../compare/compare.ts";
import type { RenameAnswers } from "../diff/rename-candidates.ts";
import type { Rename } from "../diff/renames.ts";
import { RemodelError } from "../errors.ts";
import { listNewNames } from "../revision/calls.ts";
import type { Named, Table } from "../schema/schema.ts";
import { joinNames } from "../words.ts";

/**
 * Refuses answers to which the comparison has no question. Most often a name is misspelled.
 * @throws RemodelError `USAGE`
 */
export function refuseIdleAnswers(
  { live, models, upgrade }: Pick<Comparison, "live" | "models" | "upgrade">,
  { renamed = [], dropped = [] }: RenameAnswers,
): void {
  const moved = listNewNames(upgrade.flatMap(({ operations }) => operations)).filter(({ kind }) => kind === "table");
  const liveTables = byName(live.tables);
  const modelTables = models.tables ?? [];
  const target = (name: string) => {
    const next = moved.find(({ from }) => from === name)?.to ?? name;
    return modelTables.find((table) => table.name === next);
  };
  for (const rename of renamed)
    refuse(textOf(rename), renameProblem(rename, renamed, { liveTables, modelTables, target }));
  for (const name of dropped) refuse(`--no-rename ${name}`, dropProblem(name, { liveTables, modelTables, target }));
}

interface Sides {
  readonly liveTables: ReadonlyMap<string, Table>;
  readonly modelTables: readonly Table[];
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
    hint: "Run: remodel diff",
  });
}

function renameProblem(rename: Rename, all: readonly Rename[], sides: Sides): string | undefined {
  const { table, from, to } = rename;
  if (table !== undefined && !sides.liveTables.has(table))
    return unknown(`table ${table}`, "", [...sides.liveTables.keys()]);
  const { what, of, before, after } = listNamesAround(table, sides);
  const others = all.filter((one) => one.list === rename.list && one.table === table);
  const isTaken = before.includes(to) && !others.some((one) => one.from === to);
  if (!before.includes(from)) return unknown(`${what} ${from}`, of, before);
  if (stays(rename, after, others)) return `the models still have the ${what} ${from}${of}.`;
  if (!after.includes(to)) return `the models have no ${what} ${to}${of}.`;
  if (isTaken) return `the database has a ${what} ${to}${of} already.`;
  return undefined;
}

/** Whether the old name is still in use. Two exchanged names are on both sides, but they were renamed. */
function stays({ from, to }: Rename, after: readonly string[], others: readonly Rename[]): boolean {
  if (after.includes(from) && !others.some((one) => one.to === from)) return true;
  return after.filter((name) => name === to).length > 1;
}

interface NamesAround {
  readonly what: "table" | "column";
  readonly of: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The columns of a table on both sides; without a table, the tables. */
function listNamesAround(table: string | undefined, { liveTables, modelTables, target }: Sides): NamesAround {
  if (table === undefined)
    return { what: "table", of: "", before: [...liveTables.keys()], after: namesOf(modelTables) };
  const [before, after] = [liveTables.get(table), target(table)].map((one) => namesOf(one?.columns));
  return { what: "column", of: ` of ${table}`, before: before ?? [], after: after ?? [] };
}

/** Two columns that exchanged their types may have exchanged their names, so there is a question about them too. */
function dropProblem(name: string, { liveTables, modelTables, target }: Sides): string | undefined {
  if (liveTables.has(name))
    return namesOf(modelTables).includes(name) ? `the models still have the table ${name}.` : undefined;
  const at = name.lastIndexOf(".");
  const [table, column] = at < 0 ? [name, ""] : [name.slice(0, at), name.slice(at + 1)];
  const columns = liveTables.get(table)?.columns;
  if (columns === undefined) return unknown(`table ${table}`, "", [...liveTables.keys()]);
  const was = columns.find((one) => one.name === column);
  if (was === undefined) return unknown(`column ${column}`, ` of ${table}`, namesOf(columns));
  const next = target(table)?.columns.find((one) => one.name === column);
  if (next?.type !== was.type) return undefined;
  return `the models still have the column ${column} of ${table}.`;
}

function namesOf(items: readonly Named[] = []): readonly string[] {
  return items.map(({ name }) => name);
}

function unknown(what: string, of: string, names: readonly string[]): string {
  return `the database has no ${what}${of}; there are ${joinNames(names)}.`;
}
