import { byCodeUnit } from "../code-units.ts";
import { collect } from "../collect.ts";
import { type Database, OWN_SETTINGS } from "../database.ts";
import { dropUndefined } from "../given.ts";
import { schemaKinds, tableFrom, tableKinds } from "../kinds/all.ts";
import { type AnyKind, byName, type CatalogNames, type CatalogScope, type Found } from "../kinds/kind.ts";
import { METADATA_TABLE } from "../kinds/typeorm-metadata.ts";
import { inCreationOrder } from "../kinds/view-references.ts";
import { optionalText, type ResultRow, readRows, requiredText } from "../result-rows.ts";
import type { Dependencies } from "../schema/dependencies.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import { bareName, literal, parseName, qualifiedName } from "../sql.ts";
import { timed } from "../timings.ts";
import { affectedSql, readAffected } from "./affected.ts";
import { readDependencies } from "./dependencies.ts";
import { usesSql } from "./dependency-sql.ts";
import { type FactsScope, factsFoundSql } from "./facts-sql.ts";
import { readPrinted } from "./fetched.ts";
import { leftAloneSql } from "./left-alone.ts";
import { findOwnTables, refuseProblem } from "./own-table.ts";
import {
  apartSql,
  type CatalogOptions,
  isExcluded,
  nameIn,
  type Relation,
  readRelations,
  relationsSql,
} from "./relations.ts";

/** An object, or a part of one, that models cannot declare: it is neither compared nor changed. */
export interface Unmodelled {
  readonly kind: string;
  readonly name: string;
  readonly table?: string;
  readonly why: string;
  /** The statement that makes it, where it may have to be made again. */
  readonly definition?: string;
}

/** What was found in a live database. */
export interface Catalog {
  readonly schema: Schema;
  readonly unmodelled: readonly Unmodelled[];
  /** Every table and view that is there, also those that are left out. */
  readonly present?: readonly string[];
  /** Tables of the schema that are partitioned: they are ours only where a model declares them. */
  readonly partitioned: readonly string[];
  /** What tables have in a form that models cannot declare; {@link Kind.likened} says how it is compared. */
  readonly handMade: readonly HandMadeItem[];
}

/** A catalog together with what depends on what in it. */
export interface CatalogReading extends Catalog {
  readonly dependencies: Dependencies;
}

/** An item of a table in a form that models cannot declare. */
export interface HandMadeItem {
  readonly table: string;
  readonly list: string;
  readonly item: Named;
}

/**
 * Reads the whole catalog in one round trip and one snapshot; what it takes grows with the number of objects.
 * @param db the connection
 * @param options see {@link CatalogOptions}
 */
export async function readCatalog(db: Database, options: CatalogOptions): Promise<Catalog> {
  return (await readWith(db, options, () => [])).catalog;
}

/** What is read together with what depends on what. */
export interface DependencyOptions extends CatalogOptions {
  readonly inTransaction: true;
  /** The tables, views, sequences and types that change: only what this affects is read. Left out, everything is. */
  readonly changing?: readonly string[] | undefined;
}

/**
 * Reads the catalog and what depends on what in it. What is affected is found in the same round trip, or, where everything
 * is looked at, what there is; the statements that drop, create and give it back are read in a last one, where there is
 * something. So the caller's transaction has to be the snapshot.
 * @param db the connection
 * @param options see {@link DependencyOptions}
 */
export async function readCatalogWithDependencies(db: Database, options: DependencyOptions): Promise<CatalogReading> {
  const { server, changing } = options;
  const apart = apartSql(options);
  const foundSql = (scope: FactsScope) =>
    scope.affected?.all.length === 0 ? [] : [usesSql({ ...scope, apart }), factsFoundSql(scope)];
  const names = changing?.map((name) => ({ schema: parseName(name).schema ?? server.schema, name: bareName(name) }));
  const read = await readWith(db, options, (scope) => (names === undefined ? foundSql(scope) : [affectedSql(names)]));
  const ask = (queries: readonly string[]) => readPrinted(db, server, queries);
  const affected = names === undefined ? undefined : readAffected(read.results[0] ?? []);
  const scope = { ...read.scope, ...(affected && { affected }) };
  const [uses = [], facts = []] = affected === undefined ? read.results : await ask(foundSql(scope));
  const { catalog, reading, qualify } = read;
  const { schema, handMade } = catalog;
  const context = { version: scope.version, schema, handMade, relations: reading.relations, qualify };
  return { ...catalog, dependencies: await readDependencies(ask, scope, { uses, facts }, context) };
}

/** Reads the catalog, and the results of more queries. */
function readWith(db: Database, options: CatalogOptions, more: (scope: CatalogScope) => readonly string[]) {
  return timed("catalog", () => readNow(db, options, more));
}

async function readNow(db: Database, options: CatalogOptions, more: (scope: CatalogScope) => readonly string[]) {
  const { server, inTransaction } = options;
  const scope = await scopeOf(db, options);
  const [queries, others] = [kindQueries(scope), more(scope)];
  const own = inTransaction
    ? { before: [], after: [] }
    : { before: ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", OWN_SETTINGS], after: ["COMMIT"] };
  const all = [
    relationsSql(scope.namespaces),
    leftAloneSql(scope.namespaces, scope.version),
    ...others,
    ...queries.map(({ sql }) => sql),
  ];
  const [relations = [], leftAlone = [], ...results] = await readPrinted(db, server, all, own);
  const reading = newReading(readRelations(relations, options), options);
  reading.unmodelled.push(...readRows(LEFT_ALONE, leftAlone).flatMap((row) => findLeftAlone(reading, row)));
  const names = namesOf(reading);
  const rows = results.slice(others.length);
  for (const [at, { kind, read }] of queries.entries())
    for (const found of read(rows[at] ?? [], names)) addFound(reading, kind, found);
  return { catalog: catalogOf(reading), reading, results, scope, qualify: names.qualify };
}

/** Which schemas and which table of TypeORM are read. */
async function scopeOf(db: Database, options: CatalogOptions): Promise<CatalogScope> {
  const { server, schemas = [], only = new Map(), metadataTable = METADATA_TABLE, indexMethods } = options;
  const wanted = [server.schema, ...schemas, ...only.keys()].map(literal).join(", ");
  const namespaces = `ARRAY(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname IN (${wanted}))`;
  const own = parseName(metadataTable).schema ?? server.schema;
  const [found] = await findOwnTables(db, [own], [bareName(metadataTable)]);
  const scope = { namespaces, version: server.version, ...dropUndefined({ indexMethods }) };
  if (found === undefined) return scope;
  refuseProblem(found, "read");
  return { ...scope, metadataTable: qualifiedName(bareName(metadataTable), own) };
}

/** The query of each kind that has one. Columns come before what has lists of their numbers. */
function kindQueries(scope: CatalogScope) {
  return [...schemaKinds, ...tableKinds].flatMap((kind) => {
    if (kind.catalog === undefined) return [];
    const { sql: build, read } = kind.catalog;
    const sql = build(scope);
    return collect(sql !== undefined && { kind, sql, read });
  });
}

/** What {@link leftAloneSql} selects. */
const LEFT_ALONE = {
  kind: requiredText,
  oid: requiredText,
  name: requiredText,
  why: requiredText,
  definition: optionalText,
};

const FOREIGN = { kind: "foreign table", why: "models cannot declare foreign tables" };

/** What is known of the catalog while it is read. */
interface Reading {
  readonly options: CatalogOptions;
  readonly relations: ReadonlyMap<string, Relation>;
  /** What belongs to no table, by kind. */
  readonly lists: Map<string, Named[]>;
  readonly unmodelled: Unmodelled[];
  readonly partitioned: readonly string[];
  readonly handMade: HandMadeItem[];
}

/** What hangs on a table or view that is read and that models cannot declare. */
function findLeftAlone({ relations }: Reading, row: ResultRow<typeof LEFT_ALONE>): readonly Unmodelled[] {
  const relation = relations.get(row.oid);
  if (!(relation?.isCompared || relation?.isView)) return [];
  const { kind, why, definition } = row;
  const isWhole = kind === "table" || relation.isView;
  const about = isWhole ? { name: relation.name } : { name: row.name, table: relation.name };
  return [{ kind, ...about, why, ...dropUndefined({ definition }) }];
}

function newReading(relations: readonly Relation[], options: CatalogOptions): Reading {
  const ofKind = (letter: string) => relations.filter(({ isLeftOut, relkind }) => !isLeftOut && relkind === letter);
  return {
    options,
    relations: new Map(relations.map((relation) => [relation.oid, relation])),
    lists: new Map(),
    unmodelled: ofKind("f").map(({ name }) => ({ ...FOREIGN, name })),
    partitioned: ofKind("p").map(({ name }) => name),
    handMade: [],
  };
}

function namesOf({ relations, options }: Reading): CatalogNames {
  const { server, metadataTable } = options;
  return {
    own: server.schema,
    ...dropUndefined({ metadataTable }),
    qualify: (schema, name) => nameIn(server, schema, name),
    table: (oid) => relations.get(oid)?.name,
    columns: (table, numbers) => {
      const known = relations.get(table)?.numbers;
      return (numbers.match(/\d+/g) ?? []).flatMap((number) => known?.get(number) ?? []);
    },
  };
}

function addFound(reading: Reading, kind: AnyKind, found: Found<Named>): void {
  if (found.table !== undefined) {
    const owner = reading.relations.get(found.table);
    if (owner?.isCompared) addToTable(reading, owner, kind, found);
  } else if (!isElsewhere(reading, kind, found)) {
    if (found.unmodelled !== undefined) reading.unmodelled.push({ kind: kind.word, ...found.unmodelled });
    if (found.item !== undefined) push(reading.lists, kind.list, found.item);
  }
}

function addToTable(reading: Reading, owner: Relation, kind: AnyKind, found: Found<Named>): void {
  const { item, number, unmodelled, handMade } = found;
  const table = owner.name;
  if (unmodelled !== undefined) reading.unmodelled.push({ kind: kind.word, table, ...unmodelled });
  if (item === undefined) return;
  if (number !== undefined) owner.numbers.set(number, item.name);
  if (handMade) reading.handMade.push({ table, list: kind.list, item });
  else push(owner.lists, kind.list, item);
}

/** Whether something that belongs to no table is in a schema of which only some tables and views are read, and is none. */
function isElsewhere({ options: { only } }: Reading, kind: AnyKind, { item, unmodelled }: Found<Named>): boolean {
  const name = (item ?? unmodelled)?.name;
  if (only === undefined || name === undefined || kind.usedBy !== undefined) return false;
  const read = only.get(schemaIn(kind, name) ?? "");
  return read !== undefined && (kind.schemaOf !== undefined || !read.has(bareName(name)));
}

function schemaIn(kind: AnyKind, name: string): string | undefined {
  if (kind.schemaOf === undefined) return parseName(name).schema;
  return kind.schemaOf(name);
}

function catalogOf(reading: Reading): Catalog {
  const { relations, partitioned, handMade } = reading;
  const compared = [...relations.values()].filter(({ isCompared }) => isCompared);
  const tables = compared.map(({ name, comment, lists }) => tableFrom(name, lists, comment));
  const withColumns = tables.filter(({ columns }) => columns.length > 0).sort(byName);
  const empty = tables.filter(({ columns }) => columns.length === 0);
  const why = "models cannot declare a table without columns";
  const unmodelled = [...reading.unmodelled, ...empty.map(({ name }) => ({ kind: "table", name, why }))];
  return {
    schema: schemaOf(reading, withColumns),
    unmodelled: unmodelled.sort((a, b) => byCodeUnit(sortKey(a), sortKey(b))),
    present: [...relations.values()].map(({ name }) => name),
    partitioned,
    handMade,
  };
}

function schemaOf({ lists, options, relations }: Reading, tables: readonly Table[]): Schema {
  const { only = new Map() } = options;
  const isWanted = (kind: AnyKind) => {
    const isUsed = kind.usedBy?.(tables);
    return (item: Named) => !only.has(schemaIn(kind, item.name) ?? "") || isUsed?.(item) !== false;
  };
  const kept = schemaKinds.flatMap((kind) => {
    const items = lists.get(kind.list);
    return collect(items !== undefined && ([kind.list, items.filter(isWanted(kind)).sort(byName)] as const));
  });
  const schema: Schema = { ...Object.fromEntries(kept), tables };
  const views = inCreationOrder(schema.views ?? [], [...relations.values()]).filter(
    ({ name }) => !isExcluded(name, options),
  );
  return { ...schema, views };
}

function push(lists: Map<string, Named[]>, list: string, item: Named): void {
  const items = lists.get(list);
  if (items === undefined) lists.set(list, [item]);
  else items.push(item);
}

function sortKey({ table, kind, name }: Unmodelled): string {
  return `${table ?? name}\0${kind}\0${name}`;
}
