import type { TextRows } from "../database.ts";
import { type ResultColumns, type ResultRow, readRows } from "../result-rows.ts";

/** What a catalog query is asked for. */
export interface CatalogScope {
  /** SQL for an array of the oids of the schemas that are read: the server finds them once a query. */
  readonly namespaces: string;
  /** `server_version_num`, such as 180004. */
  readonly version: number;
  /** TypeORM's own table, with its schema; absent where the database has none. */
  readonly metadataTable?: string;
  /** The access methods that models can declare for an index; absent where all of them count. */
  readonly indexMethods?: readonly string[];
}

/** Turns schemas, oids and column numbers of catalog rows into names. */
export interface CatalogNames {
  /** The connection's own schema. */
  readonly own: string;
  /** TypeORM's own table as the configuration names it; absent where it has its usual name. */
  readonly metadataTable?: string;
  /** A name as `Schema` writes it, from its schema and bare name. */
  readonly qualify: (schema: string, name: string) => string;
  /** The name of a table as `Schema` writes it; `undefined` for a table that is not read. */
  readonly table: (oid: string) => string | undefined;
  /** The columns of a list of numbers such as `{1,2}`, without those that are not known. */
  readonly columns: (table: string, numbers: string) => readonly string[];
}

/** What one catalog row turned out to be. */
export interface Found<Item> {
  /** The oid of the table that it belongs to; absent for what belongs to the schema. */
  readonly table?: string;
  /** The number of a column in its table; rows that are read later may use it, see {@link CatalogNames.columns}. */
  readonly number?: string;
  /** Absent if models cannot declare such an object: it is left alone. */
  readonly item?: Item;
  /** Models cannot declare its form: it is compared, as far as they can, only where they declare one of its name. */
  readonly handMade?: true;
  /** Why the object, or a part of it, is neither compared nor changed. */
  readonly unmodelled?: { readonly name: string; readonly why: string; readonly definition?: string };
}

/** The query that lists the items of a kind in the live database, and what its rows say. */
export interface CatalogQuery<Item> {
  /** The query; `undefined` where there is nothing to ask. */
  readonly sql: (scope: CatalogScope) => string | undefined;
  readonly read: (rows: TextRows, names: CatalogNames) => readonly Found<Item>[];
}

/**
 * A query for the items of a kind.
 * @param columns the columns that the query selects, in their order, by the names under which `find` gets them
 * @param sql the query
 * @param find says what one row is
 */
export function catalogQuery<Columns extends ResultColumns, Item>(
  columns: Columns,
  sql: CatalogQuery<Item>["sql"],
  find: (row: ResultRow<Columns>, names: CatalogNames) => Found<Item>,
): CatalogQuery<Item> {
  return { sql, read: (rows, names) => readRows(columns, rows).map((row) => find(row, names)) };
}
