import type { TextRows } from "../database.ts";
import { tableKinds } from "../kinds/all.ts";
import { inOrderOfUse } from "../kinds/dependents.ts";
import { itemsOf } from "../kinds/kind.ts";
import { fillMarks, placeOf } from "../kinds/places.ts";
import { listOf, optionalText, type ResultRow, readRows, requiredText } from "../result-rows.ts";
import type { ByPlace, Dependencies, Dependent, Use } from "../schema/dependencies.ts";
import type { Named, Schema } from "../schema/schema.ts";
import { qualifiedName } from "../sql.ts";
import { type CatalogFact, type FactScope, factsByObject, factsByPlace, readFacts } from "./facts.ts";

/** What else of the catalog is known. */
export interface CatalogContext extends FactScope {
  /** `server_version_num` */
  readonly version: number;
  readonly schema: Schema;
  /** Items in a form that models cannot declare. */
  readonly handMade: readonly { readonly table: string; readonly list: string; readonly item: Named }[];
}

/** What `dependentsSql` selects. */
const DEPENDENT = {
  of: requiredText,
  oid: requiredText,
  kind: requiredText,
  tableSchema: optionalText,
  table: optionalText,
  schema: optionalText,
  name: requiredText,
  uses: listOf<UseRow>(),
  drop: requiredText,
  create: optionalText,
};

/** What it is, its schema, its name, and the name of its column or key. */
type UseRow = readonly [kind: string, schema: string, name: string, part: string | null];

/** A row of `dependentsSql` with names as `Schema` writes them. */
interface DependentRow {
  readonly of: string;
  readonly oid: string;
  readonly kind: string;
  readonly table: string | undefined;
  readonly name: string;
  readonly uses: readonly Use[];
  readonly drop: string;
  readonly create: string | undefined;
}

/**
 * Makes plain data of the rows of `dependentsSql` and `factsSql`.
 * @param dependents rows of the first
 * @param facts rows of the second
 * @param context see {@link CatalogContext}
 */
export function assembleDependencies(dependents: TextRows, facts: TextRows, context: CatalogContext): Dependencies {
  const parts = placesOfParts(context.schema);
  const handMade = new Map(
    context.handMade.map(({ table, list, item }) => [partKey(table, item.name), placeOf(list, item.name, table)]),
  );
  const partOf = (table: string, name: string) => parts.get(partKey(table, name));
  const rows = readRows(DEPENDENT, dependents)
    .map((row) => nameRow(row, context))
    .sort((a, b) => compareTexts(sortKey(a), sortKey(b)));
  const found = readFacts(facts, context.version);
  const byObject = factsByObject(found);
  // Those that models can declare are in the schema.
  const isItem = ({ kind, table = "", name }: DependentRow) =>
    ["index", "unique constraint", "primary key"].includes(kind) && partOf(table, name) !== undefined;
  const undeclared = rows.filter((row) => !isItem(row));
  return {
    dependents: inOrderOfUse(undeclared.flatMap((row) => dependentFrom(row, byObject) ?? [])),
    uses: usesByPlace(rows, partOf),
    facts: factsByPlace(found, indexDefinitions(undeclared), {
      ...context,
      partOf: (table, name) => partOf(table, name) ?? handMade.get(partKey(table, name)),
    }),
  };
}

function partKey(table: string, name: string): string {
  return `${table}\0${name}`;
}

function nameRow(row: ResultRow<typeof DEPENDENT>, { qualify }: CatalogContext): DependentRow {
  const { of, oid, kind, tableSchema, schema, drop, create } = row;
  const table = tableSchema === undefined || row.table === undefined ? undefined : qualify(tableSchema, row.table);
  const uses = row.uses.map((use) => readUse(use, qualify)).filter((use) => !isWhole(use, table));
  return { of, oid, kind, table, name: objectName(of, schema, row.name, qualify), uses, drop, create };
}

/** PostgreSQL sends rows in any order. */
function sortKey({ kind, table = "", name }: DependentRow): string {
  return `${kind}\0${table}\0${name}`;
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function readUse([kind, schema, name, part]: UseRow, qualify: CatalogContext["qualify"]): Use {
  const full = objectName(kind, schema, name, qualify);
  if (kind === "type") return { type: full };
  if (kind === "function") return { function: full };
  if (part === null) return { relation: full };
  return kind === "index" ? { relation: full, key: part } : { relation: full, column: part };
}

/** The name of a function is followed by the types of its arguments, which have names of their own. */
function objectName(
  kind: string,
  schema: string | undefined,
  name: string,
  qualify: CatalogContext["qualify"],
): string {
  if (schema === undefined) return name;
  if (kind !== "function") return qualify(schema, name);
  const isOwn = qualify(schema, "a") === "a";
  return isOwn ? name : `${qualifiedName(schema)}.${name}`;
}

/** What belongs to a table depends on all of it. */
function isWhole(use: Use, table: string | undefined): boolean {
  return "relation" in use && use.relation === table && use.column === undefined && use.key === undefined;
}

/** Constraints, columns and defaults of our tables are in the schema. */
const ITEMS = ["constraint", "column", "default"];

function dependentFrom(row: DependentRow, facts: ReadonlyMap<string, readonly CatalogFact[]>): Dependent | undefined {
  const { of, oid, kind, table, name, uses, drop, create } = row;
  if (create === undefined && ITEMS.includes(of)) return undefined;
  const names = table === undefined ? { relation: name } : { relation: table, name };
  const own = facts.get(table === undefined ? `${of} ${oid}` : `${of} ${oid} ${name}`) ?? [];
  const column = of === "column" ? { column: name } : {};
  const statements = own.map(({ statement }) => fillMarks(statement, { ...names, ...column }));
  return {
    kind: kind as Dependent["kind"],
    name,
    ...(table !== undefined && { table }),
    uses,
    drop,
    create: create === undefined ? [] : [fillMarks(create, names), ...statements],
    ...((of === "column" || kind === "table") && { holdsData: true as const }),
  };
}

/**
 * The places of keys, constraints and indexes, by table and name: one table has no two of one name. Indexes that models
 * cannot declare are not in the schema.
 */
function placesOfParts(schema: Schema): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const table of schema.tables ?? [])
    for (const { list } of tableKinds.filter((kind) => kind.list !== "columns"))
      for (const { name } of itemsOf(table, list))
        places.set(partKey(table.name, name), placeOf(list, name, table.name));
  return places;
}

function indexDefinitions(rows: readonly DependentRow[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { of, table, name, create } of rows)
    if (of === "index" && create !== undefined) found.set(placeOf("indexes", name, table), create);
  return found;
}

const LISTS: Readonly<Record<string, string>> = { column: "columns", default: "columns", index: "indexes" };

function usesByPlace(
  rows: readonly DependentRow[],
  partOf: (table: string, name: string) => string | undefined,
): ByPlace<readonly Use[]> {
  const uses = new Map<string, readonly Use[]>();
  for (const { of, table, name, uses: list } of rows) {
    if (table === undefined || !(of in LISTS || of === "constraint")) continue;
    const place = of === "constraint" ? partOf(table, name) : placeOf(LISTS[of] ?? of, name, table);
    if (place !== undefined) uses.set(place, [...(uses.get(place) ?? []), ...list]);
  }
  return uses;
}
