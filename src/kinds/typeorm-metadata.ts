import { dropUndefined } from "../given.ts";
import { optionalText } from "../result-rows.ts";
import type { Operation, OperationTarget } from "../schema/operation.ts";
import type { Schema, Table, TypeormMetadata } from "../schema/schema.ts";
import { blockSql, literal, parseName, path, qualifiedName } from "../sql.ts";
import { optionalName } from "./item-rules.ts";
import { type CatalogNames, catalogQuery, type Kind, type ModelView } from "./kind.ts";
import { exclusive, locked } from "./locks.ts";
import * as is from "./rules.ts";
import { type ParameterRules, shape } from "./rules.ts";

export const typeormMetadata: Kind<TypeormMetadata, Schema> = {
  word: "row of typeorm_metadata",
  list: "typeormMetadata",
  replaceLast: true,
  holdsData: true,
  fromModels: ({ tables, views, metadataTable }) => {
    const rows = [...views.map(viewRow), ...tables.flatMap(generatedRows)];
    return rows.map((row) => ({ ...row, ...nameMetadataTable(metadataTable) }));
  },
  catalog: catalogQuery(
    { type: optionalText, schema: optionalText, table: optionalText, name: optionalText, value: optionalText },
    ({ metadataTable }) => {
      if (metadataTable === undefined) return undefined;
      return `SELECT "type", "schema", "table", "name", "value" FROM ${path(metadataTable)}`;
    },
    (row, names) => ({ item: readMetadataRow(row, names) }),
  ),
  schemaOf: () => undefined,
  create: (row) => addTypeormMetadata(describe(row), row.value),
  drop: (row) => removeTypeormMetadata(describe(row)),
};

/** Identifies a row of TypeORM's own table. */
export interface TypeormMetadataKey {
  readonly type: TypeormMetadata["type"];
  /** The table of a generated column. */
  readonly table?: string;
  /** The view, or the generated column. */
  readonly name: string;
  /** The name of TypeORM's own table, if `metadataTableName` sets another one than `typeorm_metadata`. */
  readonly keptIn?: string;
}

/** The usual name of TypeORM's own table. */
export const METADATA_TABLE = "typeorm_metadata";

/** The part of an item or a key that names TypeORM's own table, if it has another name. */
export function nameMetadataTable(table: string | undefined): { readonly keptIn?: string } {
  if (table === undefined || table === METADATA_TABLE) return {};
  return { keptIn: table };
}

const metadata = shape<TypeormMetadataKey>({
  type: is.oneOf("VIEW", "MATERIALIZED_VIEW", "GENERATED_COLUMN"),
  table: optionalName,
  name: is.text,
  keptIn: optionalName,
});

/** What its operations take. */
export const metadataParameters = {
  addTypeormMetadata: { key: metadata, value: is.anyText },
  removeTypeormMetadata: { key: metadata },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Records the declaration of a view or a generated column in TypeORM's own table, so that TypeORM's tools see no
 * difference. The table is `typeorm_metadata`, or the one that `keptIn` names.
 * @param key which view or column
 * @param value the expression, as the model writes it
 * @example op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "order_line", name: "total" }, "quantity * price")
 */
export function addTypeormMetadata(key: TypeormMetadataKey, value: string): Operation {
  const { database, schema, table, name } = rowSql(key);
  const own = key.keptIn ?? METADATA_TABLE;
  return {
    name: "addTypeormMetadata",
    args: [key, value],
    target: metadataTarget(key, "create"),
    sql: [
      `CREATE TABLE IF NOT EXISTS ${path(own)} ("type" character varying NOT NULL, "database" character varying, "schema" character varying, "table" character varying, "name" character varying, "value" text)`,
      `INSERT INTO ${path(own)} ("database", "schema", "table", "type", "name", "value") VALUES (${database}, ${schema}, ${table}, ${literal(key.type)}, ${name}, ${literal(value)})`,
    ],
    locks: locked("ROW EXCLUSIVE", own),
  };
}

/**
 * Deletes the row that {@link addTypeormMetadata} wrote. With the last row, TypeORM's table is dropped.
 * @param key which view or column
 * @example op.removeTypeormMetadata({ type: "VIEW", name: "open_shop" })
 */
export function removeTypeormMetadata(key: TypeormMetadataKey): Operation {
  const { schema, table, name } = rowSql(key);
  const own = key.keptIn ?? METADATA_TABLE;
  const isTable = key.table === undefined ? '"table" IS NULL' : equals("table", table);
  return {
    name: "removeTypeormMetadata",
    args: [key],
    target: metadataTarget(key, "drop"),
    sql: [
      `DELETE FROM ${path(own)} WHERE ${equals("type", literal(key.type))} AND ${equals("schema", schema)} AND ${isTable} AND ${equals("name", name)}`,
      blockSql(`BEGIN IF NOT EXISTS (SELECT FROM ${path(own)}) THEN DROP TABLE ${path(own)}; END IF; END`),
    ],
    locks: exclusive(own),
  };
}

/** With `varchar` PostgreSQL would look for the operator in the search path of the project first. */
function equals(column: string, value: string): string {
  return `"${column}" OPERATOR(pg_catalog.=) ${value}::pg_catalog.text`;
}

/** The tables of TypeORM that these operations write to. */
export function findMetadataTables(operations: readonly Operation[]): readonly string[] {
  const calls = operations.filter(({ target }) => target?.kind === "row of TypeORM's metadata");
  return [...new Set(calls.map(({ args }) => (args[0] as TypeormMetadataKey).keptIn ?? METADATA_TABLE))];
}

function metadataTarget({ table, name }: TypeormMetadataKey, effect: "create" | "drop"): OperationTarget {
  return { kind: "row of TypeORM's metadata", name: table === undefined ? name : `${table}.${name}`, effect };
}

/** The name by which a row is compared: the table has no key. */
export function metadataName({ type, table, name }: TypeormMetadataKey): string {
  return [type, table ?? "", name].join(" ");
}

function describe({ type, table, object, keptIn }: TypeormMetadata): TypeormMetadataKey {
  return { type, ...dropUndefined({ table }), name: object, ...dropUndefined({ keptIn }) };
}

function viewRow({ name, expression, isMaterialized }: ModelView): TypeormMetadata {
  const type = isMaterialized ? "MATERIALIZED_VIEW" : "VIEW";
  return { name: metadataName({ type, name }), type, object: name, value: expression };
}

function generatedRows({ name: table, columns }: Table): readonly TypeormMetadata[] {
  return columns.flatMap(({ name, asExpression }): readonly TypeormMetadata[] => {
    if (asExpression === undefined) return [];
    const type = "GENERATED_COLUMN";
    return [{ name: metadataName({ type, table, name }), type, table, object: name, value: asExpression }];
  });
}

interface FoundRow {
  readonly type: string | undefined;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  readonly name: string | undefined;
  readonly value: string | undefined;
}

function readMetadataRow(row: FoundRow, { qualify, metadataTable }: CatalogNames): TypeormMetadata {
  const { schema, name: object = "" } = row;
  const nameIn = (text: string) => (schema === undefined ? qualifiedName(text) : qualify(schema, text));
  const table = row.table === undefined ? {} : { table: nameIn(row.table) };
  // TypeORM writes no other types than these.
  const key = { type: row.type as TypeormMetadata["type"], ...table };
  const name = row.table === undefined ? nameIn(object) : object;
  return {
    name: metadataName({ ...key, name }),
    ...key,
    ...nameMetadataTable(metadataTable),
    object: name,
    value: row.value ?? "",
  };
}

/** The values of the row in SQL, as TypeORM writes them: only generated columns have the database. */
function rowSql({ table, name }: TypeormMetadataKey): Record<"database" | "schema" | "table" | "name", string> {
  const owner = parseName(table ?? name);
  const schema = owner.schema === undefined ? "pg_catalog.current_schema()" : literal(owner.schema);
  if (table === undefined) return { database: "NULL", schema, table: "NULL", name: literal(owner.name) };
  return { database: "pg_catalog.current_database()", schema, table: literal(owner.name), name: literal(name) };
}
