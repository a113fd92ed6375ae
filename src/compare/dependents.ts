import { groupBy } from "../group-by.ts";
import { storedType } from "../kinds/column-types.ts";
import type { Unmodelled } from "../read/catalog.ts";
import type { Schema, Table } from "../schema/schema.ts";
import { bareName } from "../sql.ts";
import type { RenamedSchema, RenamedTable } from "./renamed.ts";

/** What PostgreSQL drops together with a column, without a notice. */
const DROPPED_WITH_COLUMNS = ["index", "statistics"];

/** A live table and those of its columns that the upgrade drops or gives another type, by their names in the database. */
interface ChangedTable {
  readonly position: number;
  readonly name: string;
  readonly dropped: readonly string[];
  readonly retyped: readonly string[];
}

/**
 * Finds what is left alone but uses a column that the upgrade drops or gives another type. PostgreSQL drops it together
 * with the column, or refuses the upgrade.
 * @param live the live database
 * @param models what it should be
 * @param unmodelled what models cannot declare
 * @returns a sentence for each, with the statement that creates it again
 */
export function findBrokenDependents(
  live: RenamedSchema,
  models: Schema,
  unmodelled: readonly Unmodelled[],
): readonly string[] {
  const changed = findChangedTables(live, models);
  if (changed.length === 0) return [];
  const byName = groupBy(changed, ({ name }) => name);
  const findMentioned = indexByBareName(changed);
  return unmodelled.flatMap(({ kind, name, table, definition }) => {
    if (definition === undefined) return [];
    const tables = table === undefined ? findMentioned(definition) : (byName.get(table) ?? []);
    return tables.flatMap((one) => describeUse(kind, name, definition, one) ?? []);
  });
}

function findChangedTables(live: RenamedSchema, { tables = [] }: Schema): readonly ChangedTable[] {
  const models = new Map(tables.map((table) => [table.name, table]));
  return live.tables
    .map((table, position) => ({
      position,
      name: table.own.name,
      ...findChangedColumns(table, models.get(table.renamed.name)),
    }))
    .filter(({ dropped, retyped }) => dropped.length + retyped.length > 0);
}

function findChangedColumns(
  { columns }: RenamedTable,
  model: Table | undefined,
): Pick<ChangedTable, "dropped" | "retyped"> {
  const types = new Map(model?.columns.map(({ name, type }) => [name, storedType(type)]));
  const isDropped = (name: string) => !types.has(name);
  const kept = columns.filter(({ renamed }) => !isDropped(renamed.name));
  return {
    dropped: columns.filter(({ renamed }) => isDropped(renamed.name)).map(({ own }) => own.name),
    retyped: kept
      .filter(({ renamed }) => types.get(renamed.name) !== storedType(renamed.type))
      .map(({ own }) => own.name),
  };
}

/**
 * Indexes tables by their bare names, so that a text is read once and not once for each table.
 * @returns finds the tables that a text may mention, in their order
 */
function indexByBareName(tables: readonly ChangedTable[]): (text: string) => readonly ChangedTable[] {
  const byWord = groupBy(tables, ({ name }) => bareName(name));
  const others = tables
    .map((table) => ({ table, quoted: bareName(table.name).replaceAll('"', '""') }))
    .filter(({ quoted }) => !/^[\p{L}\p{N}_]+$/u.test(quoted));
  return (text) => {
    const words = new Set(text.match(/[\p{L}\p{N}_]+/gu));
    const found = [...words].flatMap((word) => byWord.get(word) ?? []);
    const more = others.filter(({ quoted }) => text.includes(quoted));
    return [...found, ...more.map(({ table }) => table)].sort((a, b) => a.position - b.position);
  };
}

function describeUse(
  kind: string,
  name: string,
  definition: string,
  { name: table, dropped, retyped }: ChangedTable,
): string | undefined {
  const findUsed = (columns: readonly string[]) => columns.filter((column) => definition.includes(column));
  const lost = findUsed(dropped);
  const again = `Recreate it in the revision: ${definition}`;
  const isDroppedToo = DROPPED_WITH_COLUMNS.includes(kind);
  if (isDroppedToo && lost.length > 0)
    return `The ${kind} ${name} is dropped together with ${table}.${lost.join(", ")}. ${again}`;
  const used = isDroppedToo ? lost : [...lost, ...findUsed(retyped)];
  if (used.length === 0) return undefined;
  return `The ${kind} ${name} uses ${table}.${used.join(", ")}, so the upgrade would fail. Drop it first. ${again}`;
}
