import { byCodeUnit } from "../code-units.ts";
import type { TextRows } from "../database.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import { groupBy } from "../group-by.ts";
import { inOrderOfUse, isHeir } from "../kinds/dependents.ts";
import { keyOfIndex, keyOfItem, keyOfObject } from "../kinds/item-keys.ts";
import { optionalText, type ResultRow, readRows, requiredFlag, requiredText } from "../result-rows.ts";
import type { Bound, ByItemKey, Dependencies, Dependent, OwnParts, Use } from "../schema/dependencies.ts";
import type { Named, Schema } from "../schema/schema.ts";
import { qualifiedName } from "../sql.ts";
import { definitionsSql, type WantedObject } from "./dependent-definitions.ts";
import { type CreatedObject, statementsOf } from "./dependent-statements.ts";
import { type CatalogFact, type FactScope, factsByItemKey, factsByObject, readFacts } from "./facts.ts";
import { type FactsScope, factsSql } from "./facts-sql.ts";
import { keysOfParts, partKey } from "./part-keys.ts";

/** What else of the catalog is known. */
export interface CatalogContext extends FactScope {
  /** `server_version_num` */
  readonly version: number;
  readonly schema: Schema;
  /** Items in a form that models cannot declare. */
  readonly handMade: readonly { readonly table: string; readonly list: string; readonly item: Named }[];
}

/** What `usesSql` selects. */
const USE = {
  of: requiredText,
  oid: requiredText,
  sub: requiredText,
  owner: optionalText,
  tableSchema: optionalText,
  table: optionalText,
  part: optionalText,
  isWanted: requiredFlag,
  usedKind: requiredText,
  usedSchema: requiredText,
  usedName: requiredText,
  usedPart: optionalText,
};

/** What `definitionsSql` selects. */
const DEFINED = {
  of: requiredText,
  oid: requiredText,
  sub: requiredText,
  owner: requiredText,
  kind: requiredText,
  tableSchema: optionalText,
  table: optionalText,
  schema: optionalText,
  name: requiredText,
  drop: requiredText,
  create: optionalText,
  isInherited: requiredFlag,
  hasExpression: requiredFlag,
  bound: optionalText,
  own: optionalText,
  isOfOthers: requiredFlag,
};

/** An object that uses others, with names as `Schema` writes them. */
interface UserRow {
  readonly key: string;
  readonly object: WantedObject;
  /** The table of a column, default, index or constraint, and its name. */
  readonly part: { readonly table: string; readonly name: string } | undefined;
  /** The statements that drop and create it are needed. */
  readonly isWanted: boolean;
  readonly uses: readonly Use[];
}

/** The same of an object with its statements. */
interface DependentRow extends CreatedObject {
  readonly uses: readonly Use[];
  readonly values: readonly Use[];
  readonly drop: string;
  readonly isInherited: boolean;
  readonly hasExpression: boolean;
  readonly isOfOthers: boolean;
  /** As `Dependent` has it. */
  readonly bound?: Bound;
  readonly own?: OwnParts;
}

/** The results of `usesSql` and `factsFoundSql`. */
export interface FoundRows {
  readonly uses: TextRows;
  readonly facts: TextRows;
}

/**
 * Reads the statements of what was found, and makes plain data of it all. What is not there is not asked for.
 * @param ask runs queries in the snapshot of the rows
 * @param scope what is looked at
 * @param found see {@link FoundRows}
 * @param context see {@link CatalogContext}
 */
export async function readDependencies(
  ask: (queries: readonly string[]) => Promise<readonly TextRows[]>,
  scope: FactsScope,
  found: FoundRows,
  context: CatalogContext,
): Promise<Dependencies> {
  const parts = keysOfParts(context.schema);
  const users = readUsers(found.uses, context);
  // The indexes that models can declare are in the schema.
  const isDeclared = ({ object, part, uses }: UserRow) =>
    object.of === "index" && part !== undefined && parts.has(partKey(part.table, part.name)) && !uses.some(isFunction);
  const objects = users.filter((user) => user.isWanted && !isDeclared(user)).map(({ object }) => object);
  const numbers = new Set(found.facts.map(([at]) => Number(at)));
  const definitions = objects.length === 0 ? [] : [definitionsSql(objects, scope.version)];
  const facts = numbers.size === 0 ? [] : [factsSql(scope, numbers)];
  const results = await ask([...definitions, ...facts]);
  const defined = definitions.length === 0 ? [] : (results[0] ?? []);
  return assemble(users, parts, defined, facts.length === 0 ? [] : (results.at(-1) ?? []), context);
}

function assemble(
  users: readonly UserRow[],
  parts: ReadonlyMap<string, string>,
  defined: TextRows,
  facts: TextRows,
  context: CatalogContext,
): Dependencies {
  const findPart = (table: string, name: string) => parts.get(partKey(table, name));
  const handMade = new Map(
    context.handMade.map(({ table, list, item }) => [partKey(table, item.name), keyOfItem(list, item.name, table)]),
  );
  const found = readFacts(facts, context.version);
  const byObject = factsByObject(found);
  const rows = nameRows(users, defined, context);
  // Those that models can declare are in the schema.
  const isItem = ({ kind, table = "", name }: DependentRow) =>
    ["index", "unique constraint", "primary key"].includes(kind) && findPart(table, name) !== undefined;
  const undeclared = rows.filter((row) => !isItem(row));
  return {
    dependents: inOrderOfUse(
      rows.filter((row) => !isItem(row) || row.uses.some(isFunction)).map((row) => dependentFrom(row, byObject)),
    ),
    uses: usesByItemKey(users, findPart),
    facts: factsByItemKey(found, indexDefinitions(undeclared), {
      ...context,
      relations: withHeirs(context.relations, rows),
      findPart: (table, name) => findPart(table, name) ?? handMade.get(partKey(table, name)),
    }),
  };
}

/** Partitions and tables of other schemas are known only as dependents. */
function withHeirs(known: CatalogContext["relations"], rows: readonly DependentRow[]): CatalogContext["relations"] {
  const heirs = rows.filter(({ oid, kind }) => isHeir({ kind }) && !known.has(oid));
  return new Map([
    ...known,
    ...heirs.map(({ oid, name }) => [oid, { name, relkind: "r", isCompared: false }] as const),
  ]);
}

/** A function may have to be dropped, and before it what calls it. */
const isFunction = (use: Use): boolean => "function" in use;

function readUsers(rows: TextRows, { qualify }: CatalogContext): readonly UserRow[] {
  const groups = groupBy(readRows(USE, rows), (row) => objectKey(row));
  return [...groups].flatMap(([key, list]) => {
    const [row] = list;
    if (row === undefined) return [];
    const { of, oid, sub, tableSchema, table, part: name } = row;
    const isPart = tableSchema !== undefined && table !== undefined && name !== undefined;
    const part = isPart ? { table: qualify(tableSchema, table), name } : undefined;
    const isWanted = list.some((one) => one.isWanted);
    return [{ key, object: { of, oid, sub }, part, isWanted, uses: list.map((use) => readUse(use, qualify)) }];
  });
}

function objectKey({ of, oid, sub }: WantedObject): string {
  return `${of} ${oid} ${sub}`;
}

function nameRows(users: readonly UserRow[], defined: TextRows, { qualify }: CatalogContext): readonly DependentRow[] {
  const byKey = new Map(users.map((user) => [user.key, user]));
  const columns = groupBy(
    users.filter(({ object, part }) => object.of === "column" && part !== undefined),
    ({ part }) => part?.table,
  );
  const rows = readRows(DEFINED, defined).map((row) => {
    const { of, owner: oid, kind, tableSchema, schema, drop, create, isInherited, hasExpression, isOfOthers } = row;
    const bound = mapGiven(row.bound, (text) => JSON.parse(text) as Bound);
    const parts = mapGiven(row.own, (text) => JSON.parse(text) as OwnParts);
    const table = tableSchema === undefined || row.table === undefined ? undefined : qualify(tableSchema, row.table);
    const name = objectName(of, schema, row.name, qualify);
    const uses = usesBesides(table, byKey.get(objectKey(row))?.uses ?? []);
    const held = kind === "materialized view" ? (columns.get(name) ?? []) : [];
    const values = held.flatMap((column) => column.uses);
    const names = { of, oid, kind, table, name, bare: row.name };
    const flags = { isInherited, hasExpression, isOfOthers };
    return { ...names, uses, values, drop, create, ...flags, ...dropUndefined({ bound, own: parts }) };
  });
  return rows.sort((a, b) => byCodeUnit(sortKey(a), sortKey(b)));
}

/** PostgreSQL sends rows in any order. What hands a column on comes before what uses that column. */
function sortKey({ kind, table = "", name }: DependentRow): string {
  const rank = FIRST_KINDS.indexOf(kind);
  return `${rank < 0 ? FIRST_KINDS.length : rank}\0${kind}\0${table}\0${name}`;
}

const FIRST_KINDS = ["table", "partition", "cast", "column"];

function readUse(
  { usedKind, usedSchema, usedName, usedPart }: ResultRow<typeof USE>,
  qualify: CatalogContext["qualify"],
): Use {
  const full = objectName(usedKind, usedSchema, usedName, qualify);
  if (usedKind === "type") return { type: full };
  if (usedKind === "function" || isCalled(usedKind)) return { function: full };
  if (usedPart === undefined) return { relation: full };
  return usedKind === "index" ? { relation: full, key: usedPart } : { relation: full, column: usedPart };
}

/** Operators and operator classes, whose names PostgreSQL gives as a whole. */
const isCalled = (kind: string): boolean => kind.startsWith("pg_");

/** The name of a function is followed by the types of its arguments, which have names of their own. */
function objectName(
  kind: string,
  schema: string | undefined,
  name: string,
  qualify: CatalogContext["qualify"],
): string {
  if (schema === undefined || isCalled(kind)) return name;
  if (kind !== "function") return qualify(schema, name);
  const isOwn = qualify(schema, "a") === "a";
  return isOwn ? name : `${qualifiedName(schema)}.${name}`;
}

/** What belongs to a table depends on all of it. */
function usesBesides(table: string | undefined, uses: readonly Use[]): readonly Use[] {
  const isWhole = (use: Use) =>
    "relation" in use && use.relation === table && use.column === undefined && use.key === undefined;
  return uses.filter((use) => !isWhole(use));
}

function dependentFrom(row: DependentRow, facts: ReadonlyMap<string, readonly CatalogFact[]>): Dependent {
  const { of, kind, table, name, uses, values, drop, isInherited, hasExpression, isOfOthers, bound, own } = row;
  const { create, bySuperuser, isForgotten } = statementsOf(row, facts);
  return {
    kind: kind as Dependent["kind"],
    name,
    ...dropUndefined({ table }),
    uses,
    ...(values.length > 0 && { values }),
    drop,
    create,
    ...(bySuperuser.length > 0 && { bySuperuser }),
    ...((of === "column" || isHeir(row)) && { holdsData: true as const }),
    ...(isInherited && { isInherited: true as const }),
    ...(hasExpression && { hasExpression: true as const }),
    ...(isForgotten && { isForgotten: true as const }),
    ...(isOfOthers && { isOfOthers: true as const }),
    ...dropUndefined({ bound, own }),
  };
}

function indexDefinitions(rows: readonly DependentRow[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { of, table, name, create } of rows)
    if (of === "index" && table !== undefined && create !== undefined) found.set(keyOfIndex(name, table), create);
  return found;
}

function usesByItemKey(
  users: readonly UserRow[],
  findPart: (table: string, name: string) => string | undefined,
): ByItemKey<readonly Use[]> {
  const uses = new Map<string, readonly Use[]>();
  for (const { object, part, uses: list } of users) {
    if (part === undefined) continue;
    const { table, name } = part;
    const key = object.of === "constraint" ? findPart(table, name) : keyOfObject(object.of, name, table);
    if (key !== undefined) uses.set(key, [...(uses.get(key) ?? []), ...usesBesides(table, list)]);
  }
  return uses;
}
