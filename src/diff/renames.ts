import { isSerial } from "../kinds/column-types.ts";
import type { Column, ForeignKey, Named, Schema, Table } from "../schema/schema.ts";
import { parseName, sequenceName, typeName } from "../sql.ts";

/** Something that has another name afterwards. */
export interface Rename {
  readonly list: "tables" | "columns" | "enums";
  /** The table of a column, by its name before. */
  readonly table?: string;
  readonly from: string;
  readonly to: string;
}

/** The same renames, the other way. */
export function invert(renames: readonly Rename[]): readonly Rename[] {
  const tables = new Map(renames.filter(({ list }) => list === "tables").map(({ from, to }) => [from, to]));
  return renames.map(({ list, table, from, to }) => ({
    list,
    ...(table !== undefined && { table: tables.get(table) ?? table }),
    from: to,
    to: from,
  }));
}

/** Follows new names of tables, columns and enum types into everything that refers to them. */
export function applyRenames(schema: Schema, renames: readonly Rename[]): Schema {
  if (renames.length === 0) return schema;
  const of = (list: Rename["list"]) => renames.filter((rename) => rename.list === list);
  const table = lookup(of("tables"));
  const type = lookup(of("enums").map(({ from, to }) => ({ from: typeName(from), to: typeName(to) })));
  const columns = new Map<string, (name: string) => string>();
  for (const { table } of of("columns"))
    if (!columns.has(table!)) columns.set(table!, lookup(of("columns").filter((one) => one.table === table)));
  const columnOf = (owner: string) => columns.get(owner) ?? same;
  return {
    ...schema,
    enums: sortIfNamed((schema.enums ?? []).map((one) => ({ ...one, name: lookup(of("enums"))(one.name) }))),
    tables: (schema.tables ?? []).map((one) => renamedTable(one, table, columnOf, type)),
  };
}

function renamedTable(
  table: Table,
  tableName: (name: string) => string,
  columnOf: (table: string) => (name: string) => string,
  type: (text: string) => string,
): Table {
  const column = columnOf(table.name);
  const name = tableName(table.name);
  const keyed = <Item extends { readonly columns: readonly string[] }>(item: Item): Item => ({
    ...item,
    columns: item.columns.map(column),
  });
  return {
    ...table,
    name,
    columns: table.columns.map((one) => renamedColumn(one, table.name, name, column(one.name), type)),
    ...(table.primaryKey && { primaryKey: keyed(table.primaryKey) }),
    ...(table.uniques && { uniques: table.uniques.map(keyed) }),
    ...(table.indexes && { indexes: table.indexes.map(keyed) }),
    ...(table.foreignKeys && {
      foreignKeys: table.foreignKeys.map(
        (key): ForeignKey => ({
          ...keyed(key),
          references: {
            table: tableName(key.references.table),
            columns: key.references.columns.map(columnOf(key.references.table)),
          },
        }),
      ),
    }),
  };
}

/** The sequence of a serial or identity column keeps its name when the table or the column gets another. */
function renamedColumn(
  column: Column,
  oldTable: string,
  table: string,
  name: string,
  type: (text: string) => string,
): Column {
  const array = column.type.endsWith("[]") ? "[]" : "";
  const renamed = { ...column, name, type: type(column.type.slice(0, column.type.length - array.length)) + array };
  if (!isSerial(column.type) && column.generatedIdentity === undefined) return renamed;
  const kept = column.sequence ?? sequenceName(oldTable, column.name);
  const { sequence: _, ...rest } = renamed;
  return kept === sequenceName(table, name) ? rest : { ...rest, sequence: kept };
}

function lookup(renames: readonly { readonly from: string; readonly to: string }[]): (name: string) => string {
  const names = new Map(renames.map(({ from, to }) => [from, to]));
  return (name) => names.get(name) ?? name;
}

function same(name: string): string {
  return name;
}

function sortIfNamed<Item extends Named>(items: readonly Item[]): readonly Item[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Enum types whose columns have a type of another name afterwards: the name only follows. */
export function enumRenames(before: Schema, after: Schema): readonly Rename[] {
  const had = new Map((before.enums ?? []).map(({ name }) => [typeName(name), name]));
  const has = new Map((after.enums ?? []).map(({ name }) => [typeName(name), name]));
  const targets = new Map((after.tables ?? []).map((table) => [table.name, table]));
  const found = new Map<string, string>();
  const taken = new Set<string>();
  for (const table of before.tables ?? [])
    for (const column of table.columns) {
      const target = targets.get(table.name)?.columns.find(({ name }) => name === column.name);
      const from = had.get(column.type.replace(/\[\]$/, ""));
      const to = target === undefined ? undefined : has.get(target.type.replace(/\[\]$/, ""));
      if (from === undefined || to === undefined || from === to || found.has(from) || taken.has(to)) continue;
      const [old, next] = [parseName(from), parseName(to)];
      if (has.has(typeName(from)) || had.has(typeName(to)) || old.schema !== next.schema) continue;
      found.set(from, to);
      taken.add(to);
    }
  return [...found].map(([from, to]) => ({ list: "enums" as const, from, to }));
}

/** What a person or a flag said about renames. */
export interface RenameAnswers {
  /** These are renames, without a question. `table` is the name before. */
  readonly renamed?: readonly Rename[];
  /** These are not: tables by name, columns as `table.column`, by their name before. */
  readonly dropped?: readonly string[];
}

/** A rename that was guessed, and what else it could have been. */
export interface Guess extends Rename {
  /** Whether a person said so, so that there is no question. */
  readonly certain: boolean;
  /** Other candidates, best first. */
  readonly others: readonly string[];
}

/** A table that shares less than this part of its columns with another is not taken for the same one. */
const ALIKE = 0.5;

/**
 * Guesses which tables and columns have another name afterwards: one went, one came, of the same shape.
 * @param before the schema as it is
 * @param after the schema as it should be
 * @param answers what is known already
 */
export function guessRenames(before: Schema, after: Schema, answers: RenameAnswers = {}): readonly Guess[] {
  const tables = pick(
    missing(before.tables, after.tables),
    missing(after.tables, before.tables),
    "tables",
    undefined,
    answers,
    likeness,
  );
  const renamed = applyRenames(before, tables);
  const targets = new Map((after.tables ?? []).map((table) => [table.name, table]));
  const columns = (renamed.tables ?? []).flatMap((table, at) => {
    const target = targets.get(table.name);
    if (target === undefined) return [];
    const own = before.tables![at]!.name;
    return pick(
      missing(table.columns, target.columns),
      missing(target.columns, table.columns),
      "columns",
      own,
      answers,
      (a, b) => columnLikeness(a, b, table, target),
    );
  });
  return [...tables, ...columns];
}

/** Guesses, and the enum types that follow from them. */
export function withFollowers(before: Schema, after: Schema, guesses: readonly Rename[]): readonly Rename[] {
  return [...guesses, ...enumRenames(applyRenames(before, guesses), after)];
}

function missing<Item extends Named>(items: readonly Item[] = [], others: readonly Item[] = []): readonly Item[] {
  const names = new Set(others.map(({ name }) => name));
  return items.filter(({ name }) => !names.has(name));
}

/** Pairs what went with what came, the likest first; every pair stands once. */
function pick<Item extends Named>(
  gone: readonly Item[],
  come: readonly Item[],
  list: "tables" | "columns",
  table: string | undefined,
  { renamed = [], dropped = [] }: RenameAnswers,
  score: (from: Item, to: Item) => number,
): readonly Guess[] {
  const owner = table === undefined ? {} : { table };
  const certain = renamed.filter((one) => one.list === list && one.table === table);
  const settled = new Set([...certain.map(({ from }) => `-${from}`), ...certain.map(({ to }) => `+${to}`)]);
  const named = (name: string) => (table === undefined ? name : `${table}.${name}`);
  const scored = gone
    .filter(({ name }) => !settled.has(`-${name}`) && !dropped.includes(named(name)))
    .flatMap((from) =>
      come.filter(({ name }) => !settled.has(`+${name}`)).map((to) => ({ from, to, score: score(from, to) })),
    )
    .filter((pair) => pair.score > 0)
    .sort((a, b) => b.score - a.score || order(a.from.name, b.from.name) || order(a.to.name, b.to.name));
  const guesses: Guess[] = certain.map((one) => ({ ...one, certain: true, others: [] }));
  for (const { from, to } of scored) {
    if (settled.has(`-${from.name}`) || settled.has(`+${to.name}`)) continue;
    settled.add(`-${from.name}`).add(`+${to.name}`);
    const others = scored.filter((pair) => pair.from === from && pair.to !== to).map((pair) => pair.to.name);
    guesses.push({ list, ...owner, from: from.name, to: to.name, others, certain: false });
  }
  return guesses;
}

/** The part of the columns that two tables share, by name and type; 0 if too little. */
function likeness(from: Table, to: Table): number {
  if (parseName(from.name).schema !== parseName(to.name).schema) return 0;
  const shape = (table: Table) => new Set(table.columns.map(({ name, type }) => `${name} ${type}`));
  const [a, b] = [shape(from), shape(to)];
  const shared = [...a].filter((column) => b.has(column)).length / Math.max(a.size, b.size);
  return shared < ALIKE ? 0 : shared + nameLikeness(from.name, to.name) / 10;
}

function columnLikeness(from: Column, to: Column, before: Table, after: Table): number {
  if (from.type !== to.type && !bothEnums(from, to)) return 0;
  if (from.asExpression !== to.asExpression) return 0;
  const place = (table: Table, column: Column) => table.columns.indexOf(column) / Math.max(1, table.columns.length - 1);
  const near = 1 - Math.abs(place(before, from) - place(after, to));
  const key = (table: Table, column: Column) => table.primaryKey?.columns.includes(column.name) ?? false;
  return (
    1 +
    2 * nameLikeness(from.name, to.name) +
    (from.nullable === to.nullable ? 1 : 0) +
    (from.default === to.default ? 1 : 0) +
    (key(before, from) === key(after, to) ? 1 : 0) +
    near
  );
}

/** The generated name of an enum type has the column's name in it. */
function bothEnums(from: Column, to: Column): boolean {
  return from.type.endsWith(`_${from.name.toLowerCase()}_enum`) && to.type.endsWith(`_${to.name.toLowerCase()}_enum`);
}

/** The part of the pairs of letters that two names share (Dice's coefficient). */
function nameLikeness(a: string, b: string): number {
  const pairs = (name: string) => {
    const plain = name.toLowerCase().replace(/[_\s]/g, "");
    return new Set(Array.from({ length: Math.max(0, plain.length - 1) }, (_, at) => plain.slice(at, at + 2)));
  };
  const [left, right] = [pairs(a), pairs(b)];
  const shared = [...left].filter((pair) => right.has(pair)).length;
  return left.size + right.size === 0 ? 0 : (2 * shared) / (left.size + right.size);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
