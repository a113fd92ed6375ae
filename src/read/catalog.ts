import { type Database, OWN_SETTINGS, type TextRows } from "../database.ts";
import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { elementType } from "../kinds/column-types.ts";
import { type AnyKind, byName, type CatalogNames, type Found, tableFrom } from "../kinds/kind.ts";
import { keptIn, METADATA_TABLE, metadataName } from "../kinds/typeorm-metadata.ts";
import { inCreationOrder } from "../kinds/views.ts";
import type { Named, Schema, TypeormMetadata, View } from "../schema/schema.ts";
import { bareName, literal, parseName, path, qualifiedName, typeName } from "../sql.ts";
import { excludes } from "./exclude.ts";
import { printedSql } from "./fetched.ts";
import { leftAloneSql } from "./left-alone.ts";
import { findOwnTables, refuseProblem } from "./own-table.ts";
import type { ServerInfo } from "./server-info.ts";

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

/** An item of a table in a form that models cannot declare. */
export interface HandMadeItem {
  readonly table: string;
  readonly list: string;
  readonly item: Named;
}

/** What is read. */
export interface CatalogOptions {
  readonly server: ServerInfo;
  /** Schemas beside the connection's own. */
  readonly schemas?: readonly string[];
  /** Schemas of which only these tables, views and the types of their columns are read, by bare name. */
  readonly only?: ReadonlyMap<string, ReadonlySet<string>>;
  /** Patterns of tables that are not ours. */
  readonly exclude?: readonly string[];
  /** The table in which TypeORM keeps what views and generated columns were declared as. */
  readonly metadataTable?: string;
  /** The caller's transaction is the snapshot, and has the settings of our own queries. */
  readonly inTransaction?: true;
}

/**
 * Reads the whole catalog in one round trip and one snapshot; what it takes grows with the number of objects.
 * @param db the connection
 * @param options see {@link CatalogOptions}
 */
export async function readCatalog(db: Database, options: CatalogOptions): Promise<Catalog> {
  const { server, inTransaction } = options;
  const wanted = [server.schema, ...(options.schemas ?? []), ...(options.only?.keys() ?? [])].map(literal).join(", ");
  const namespaces = `SELECT oid FROM pg_catalog.pg_namespace WHERE nspname IN (${wanted})`;
  const listed = [...schemaKinds, ...tableKinds].filter((kind) => kind.catalog !== undefined);
  const queries = [
    relationsSql(namespaces),
    leftAloneSql(namespaces, server.version),
    ...listed.map((kind) => kind.catalog!(namespaces, server.version)),
  ];
  const before = inTransaction ? [] : ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", OWN_SETTINGS];
  const after = inTransaction ? [] : ["COMMIT"];
  const metadata = await metadataSql(db, server, options.metadataTable);
  const { statements, first } = printedSql(server, [...queries, ...metadata]);
  const results = await db.read([...before, ...statements, ...after].join(";\n"));
  const [relations = [], leftAlone = [], ...rows] = results.slice(before.length + first);
  return assemble(relations, leftAlone, listed, rows, options);
}

/** TypeORM's own table, which is only there if it was ever needed. */
async function metadataSql(
  db: Database,
  { schema }: ServerInfo,
  name: string = METADATA_TABLE,
): Promise<readonly string[]> {
  const own = parseName(name).schema ?? schema;
  const [found] = await findOwnTables(db, [own], [bareName(name)]);
  if (found === undefined) return [];
  refuseProblem(found, "read");
  return [`SELECT "type", "schema", "table", "name", "value" FROM ${path(qualifiedName(bareName(name), own))}`];
}

/** Tables, and what stands beside them as a whole. */
function relationsSql(namespaces: string): string {
  return `
    SELECT c.oid, n.nspname, c.relname, c.relkind, d.description
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_description d
      ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relispartition AND c.relnamespace IN (${namespaces})
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
        WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e')`;
}

const FOREIGN = { kind: "foreign table", why: "models cannot declare foreign tables" };

interface FoundTable {
  readonly name: string;
  readonly comment: string | null;
  /** Whether it is compared; others are known only by name, since foreign keys may point at them. */
  ours: boolean;
  readonly isView: boolean;
  readonly lists: Map<string, Named[]>;
}

function assemble(
  relations: TextRows,
  leftAlone: TextRows,
  listed: readonly AnyKind[],
  results: readonly TextRows[],
  { server, exclude = [], only = new Map(), metadataTable }: CatalogOptions,
): Catalog {
  const qualify = (schema: string, name: string) => qualifiedName(name, schema === server.schema ? undefined : schema);
  const unmodelled: Unmodelled[] = [];
  const partitioned: string[] = [];
  const handMade: HandMadeItem[] = [];
  const tables = new Map<string, FoundTable>();
  for (const [oid, schema, relation, kind, comment] of relations) {
    const name = qualify(schema!, relation!);
    const excluded = excludes(exclude, name, server.schema) || only.get(schema!)?.has(relation!) === false;
    const isView = !excluded && (kind === "v" || kind === "m");
    const isTable = kind === "r" || kind === "p";
    tables.set(oid!, { name, comment: comment!, ours: isTable && !excluded, isView, lists: new Map() });
    if (kind === "p" && !excluded) partitioned.push(name);
    if (kind === "f" && !excluded) unmodelled.push({ ...FOREIGN, name });
  }
  const names = namesOf(tables, results[listed.findIndex((kind) => kind.list === "columns")] ?? [], qualify);
  for (const [kind, oid, name, why, definition] of leftAlone) {
    const { name: table, ours, isView } = tables.get(oid!) ?? {};
    if (table === undefined || !(ours || isView)) continue;
    const whole = kind === "table" || isView;
    unmodelled.push({
      kind: kind!,
      name: whole ? table : name!,
      ...(!whole && { table }),
      why: why!,
      ...(definition != null && { definition }),
    });
  }
  const lists = new Map<string, Named[]>();
  listed.forEach((kind, at) => {
    for (const row of results[at] ?? []) {
      const found: Found<Named> = kind.fromCatalog!(row, names);
      const owner = found.table === undefined ? undefined : tables.get(found.table);
      if (found.table !== undefined && !owner?.ours) continue;
      if (owner === undefined && isApart(kind, found, only)) continue;
      if (found.unmodelled !== undefined)
        unmodelled.push({ kind: kind.word, ...(owner !== undefined && { table: owner.name }), ...found.unmodelled });
      if (found.handMade && owner !== undefined)
        handMade.push({ table: owner.name, list: kind.list, item: found.item! });
      else if (found.item !== undefined) push(owner?.lists ?? lists, kind.list, found.item);
    }
  });
  for (const row of results[listed.length] ?? [])
    push(lists, "typeormMetadata", metadataOf(row, qualify, metadataTable));
  lists.set(
    "schemas",
    (lists.get("schemas") ?? []).filter(({ name }) => name !== server.schema),
  );
  for (const table of tables.values())
    if (table.ours && !table.lists.has("columns")) {
      table.ours = false;
      unmodelled.push({ kind: "table", name: table.name, why: "models cannot declare a table without columns" });
    }
  const schema = {
    ...Object.fromEntries([...lists].map(([list, items]) => [list, items.sort(byName)])),
    tables: [...tables.values()]
      .filter(({ ours }) => ours)
      .map(({ name, comment, lists }) => tableFrom(name, lists, comment ?? undefined))
      .sort(byName),
  };
  const views = inCreationOrder((lists.get("views") ?? []) as unknown as readonly View[]).filter(
    ({ name }) => !excludes(exclude, name, server.schema),
  );
  const sorted = unmodelled.sort((a, b) => compare(placeOf(a), placeOf(b)));
  const present = [...tables.values()].map(({ name }) => name);
  return { schema: withUsedEnums({ ...schema, views }, only), unmodelled: sorted, present, partitioned, handMade };
}

/** Whether a thing that belongs to no table stands in a schema of which it is not read. */
function isApart(kind: AnyKind, { item, unmodelled }: Found<Named>, only: ReadonlyMap<string, unknown>): boolean {
  if (kind.list === "enums") return false; // see withUsedEnums
  const name = (item ?? unmodelled)?.name ?? "";
  if (kind.list === "schemas") return only.has(name);
  return kind.list !== "extensions" && only.has(parseName(name).schema ?? "");
}

/** Of a schema that is not read as a whole, only the enum types of the tables that are. */
function withUsedEnums(schema: Schema, only: ReadonlyMap<string, unknown>): Schema {
  if (only.size === 0 || schema.enums === undefined) return schema;
  const used = new Set((schema.tables ?? []).flatMap(({ columns }) => columns.map(({ type }) => elementType(type))));
  const enums = schema.enums.filter(({ name }) => !only.has(parseName(name).schema ?? "") || used.has(typeName(name)));
  return { ...schema, enums };
}

function metadataOf(
  [type = null, schema = null, table = null, name = null, value = null]: readonly (string | null)[],
  qualify: CatalogNames["qualify"],
  metadataTable: string | undefined,
): TypeormMetadata {
  const owner = schema === null ? (text: string) => qualifiedName(text) : (text: string) => qualify(schema, text);
  const key = {
    type: type as TypeormMetadata["type"],
    ...(table !== null && { table: owner(table) }),
    name: table === null ? owner(name ?? "") : (name ?? ""),
  };
  const { name: object, ...rest } = key;
  return { name: metadataName(key), ...rest, ...keptIn(metadataTable), object, value: value ?? "" };
}

function namesOf(
  tables: ReadonlyMap<string, { readonly name: string }>,
  columns: TextRows,
  qualify: CatalogNames["qualify"],
): CatalogNames {
  const byNumber = new Map<string, string>();
  for (const [table, number, name] of columns) byNumber.set(`${table}.${number}`, name!);
  const column = (table: string, number: string) => byNumber.get(`${table}.${number}`);
  return {
    table: (oid) => tables.get(oid)?.name,
    column,
    qualify,
    columns: (table, numbers) => {
      const found = numbers
        .replace(/[{}]/g, "")
        .split(/[ ,]/)
        .map((number) => column(table, number));
      return found.every((name) => name !== undefined) ? found : undefined;
    },
  };
}

function push(lists: Map<string, Named[]>, list: string, item: Named): void {
  const items = lists.get(list);
  if (items === undefined) lists.set(list, [item]);
  else items.push(item);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function placeOf({ table, kind, name }: Unmodelled): string {
  return `${table ?? name}\0${kind}\0${name}`;
}
