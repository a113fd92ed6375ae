import { groupBy } from "../group-by.ts";
import { storedType } from "../kinds/column-types.ts";
import type { Unmodelled } from "../read/catalog.ts";
import type { Note } from "../schema/dependencies.ts";
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
 * @returns a note for each object and table
 */
export function findBrokenDependents(
  live: RenamedSchema,
  models: Schema,
  unmodelled: readonly Unmodelled[],
): readonly Note[] {
  const changed = findChangedTables(live, models);
  if (changed.length === 0) return [];
  const byName = groupBy(changed, ({ name }) => name);
  const findMentioned = indexByBareName(changed);
  return unmodelled.flatMap(({ kind, name, table, definition }) => {
    if (definition === undefined) return [];
    const tables = table === undefined ? findMentioned(definition) : (byName.get(table) ?? []);
    return tables.flatMap(
      (one) => noteUse({ kind, name, definition, ...(table !== undefined && { table }) }, one) ?? [],
    );
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

/** Something that models cannot declare, with the statement that creates it. */
type Defined = Pick<Unmodelled, "kind" | "name" | "table"> & { readonly definition: string };

function noteUse({ kind, name, table: owner, definition }: Defined, table: ChangedTable): Note | undefined {
  const findUsed = (columns: readonly string[]) => columns.filter((column) => definition.includes(column));
  const lost = findUsed(table.dropped);
  const isDroppedToo = DROPPED_WITH_COLUMNS.includes(kind);
  const used = isDroppedToo ? lost : [...lost, ...findUsed(table.retyped)];
  if (used.length === 0) return undefined;
  const of = owner === undefined ? "" : ` of ${owner}`;
  return {
    object: `${kind} ${name}${of}`,
    ...(owner !== undefined && { table: owner }),
    effect: isDroppedToo ? "lost" : "blocks",
    uses: used.map((column) => `${table.name}.${column}`),
    drop: [],
    create: [definition],
  };
}
