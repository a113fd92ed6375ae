import type { TextRows } from "../database.ts";
import { optionalText, readRows, requiredText } from "../result-rows.ts";
import type { Named } from "../schema/schema.ts";
import { FIRST_OID, literal, qualifiedName } from "../sql.ts";
import { excludes } from "./exclude.ts";
import type { ServerInfo } from "./server-info.ts";

/** What is read. */
export interface CatalogOptions {
  readonly server: ServerInfo;
  /** Schemas other than the connection's own. */
  readonly schemas?: readonly string[];
  /** Schemas of which only these tables, views and the types of their columns are read, by bare name. */
  readonly only?: ReadonlyMap<string, ReadonlySet<string>>;
  /** Patterns of tables that are not ours. */
  readonly exclude?: readonly string[];
  /** The table in which TypeORM keeps what views and generated columns were declared as. */
  readonly metadataTable?: string;
  /** See {@link CatalogScope}. */
  readonly indexMethods?: readonly string[];
  /** The caller's transaction is the snapshot, and has the settings of our own queries. */
  readonly inTransaction?: true;
}

/** A table or view, while the catalog is read. */
export interface Relation {
  readonly oid: string;
  readonly name: string;
  readonly comment: string | undefined;
  /** The letter of `pg_class.relkind`. */
  readonly relkind: string;
  /** A table that is compared; others are known only by name, since foreign keys may reference them. */
  readonly isCompared: boolean;
  readonly isView: boolean;
  /** It is excluded, or only other tables of its schema are read. */
  readonly isLeftOut: boolean;
  /** The items of each kind. */
  readonly lists: Map<string, Named[]>;
  /** The names of the columns by their number. */
  readonly numbers: Map<string, string>;
}

const RELATION = {
  oid: requiredText,
  schema: requiredText,
  name: requiredText,
  relkind: requiredText,
  comment: optionalText,
};

/** The query for all tables and views; its columns are {@link RELATION}. */
export function relationsSql(namespaces: string): string {
  return `
    SELECT c.oid, n.nspname, c.relname, c.relkind, d.description
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_description d
      ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::regclass AND d.objsubid = 0
        AND d.objoid >= ${FIRST_OID}
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relispartition AND c.relnamespace = ANY (${namespaces})
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
        WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e')`;
}

/**
 * Reads the tables and views that are there, also those that are left out.
 * @param rows the result of {@link relationsSql}
 * @param options what is read
 */
export function readRelations(rows: TextRows, options: CatalogOptions): readonly Relation[] {
  return readRows(RELATION, rows).map(({ oid, relkind, schema, name: bare, comment }) => {
    const name = nameIn(options.server, schema, bare);
    const isLeftOut = isExcluded(name, options) || options.only?.get(schema)?.has(bare) === false;
    const isCompared = !isLeftOut && ["r", "p"].includes(relkind);
    const isView = !isLeftOut && ["v", "m"].includes(relkind);
    return { oid, name, comment, relkind, isCompared, isView, isLeftOut, lists: new Map(), numbers: new Map() };
  });
}

/** Whether the configuration excludes a table or view. */
export function isExcluded(name: string, { server, exclude = [] }: CatalogOptions): boolean {
  return excludes(exclude, name, server.schema);
}

/** A name as `Schema` writes it. */
export function nameIn(server: ServerInfo, schema: string, name: string): string {
  return qualifiedName(name, schema === server.schema ? undefined : schema);
}

/**
 * A condition that holds for every table that is left out, over `c` in `pg_class` and `n` in `pg_namespace`. It may hold
 * for more of them: what it costs is all that depends on it.
 */
export function apartSql({ only = new Map(), exclude = [] }: CatalogOptions): string {
  const schemas = [...only.keys()].map((name) => `n.nspname = ${literal(name)}`);
  const tables = exclude.map((pattern) => `c.relname LIKE ${literal(likePattern(pattern))}`);
  return ["false", ...schemas, ...tables].join(" OR ");
}

/** The last part of a pattern for LIKE: `*` matches any characters. One with quotes may mean anything. */
function likePattern(pattern: string): string {
  if (pattern.includes('"')) return "%";
  const name = pattern.slice(pattern.lastIndexOf(".") + 1);
  return name.replaceAll(/[\\%_]/g, "\\$&").replaceAll("*", "%");
}
