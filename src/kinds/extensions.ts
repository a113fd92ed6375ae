import { requiredText } from "../result-rows.ts";
import type { Operation } from "../schema/operation.ts";
import type { Extension, Schema } from "../schema/schema.ts";
import { blockSql, id, literal } from "../sql.ts";
import { catalogQuery, type DeclaredModels, type IfExists, ifExistsSql, type Kind, withOptions } from "./kind.ts";
import { NO_LOCKS } from "./locks.ts";
import { ifExists } from "./option-rules.ts";
import type { ParameterRules } from "./rules.ts";
import * as is from "./rules.ts";

export const extensions: Kind<Extension, Schema> = {
  word: "extension",
  list: "extensions",
  createFirst: true,
  describe: ({ name }) => [`extension ${name}`],
  fromModels: (models) => findNeeded(models).map((name) => ({ name })),
  catalog: catalogQuery(
    { name: requiredText },
    () => "SELECT e.extname FROM pg_catalog.pg_extension e WHERE e.extname <> 'plpgsql'",
    (item) => ({ item }),
  ),
  schemaOf: () => undefined,
  create: (extension) => createExtension(extension.name),
  drop: (extension) => dropExtension(extension.name),
};

/** The extensions that TypeORM would install when it connects (PostgresDriver.checkMetadataForExtensions). */
function findNeeded({ extensions: listed, tables, uuidGenerator }: DeclaredModels): readonly string[] {
  if (listed === undefined) return [];
  const columns = tables.flatMap((table) => table.columns);
  const hasType = (...types: string[]) =>
    columns.some(({ type }) => types.includes(type.toLowerCase().replace(/\(.*\)|\[\]| array/g, "")));
  const hasUuid = uuidGenerator === UUID && columns.some((column) => column.default === UUID);
  const needed: readonly (readonly [name: string, isNeeded: boolean])[] = [
    ["uuid-ossp", hasUuid],
    ["citext", hasType("citext")],
    ["hstore", hasType("hstore")],
    ["cube", hasType("cube")],
    ["ltree", hasType("ltree")],
    ["postgis", hasType("geometry", "geography")],
    ["vector", hasType("vector", "halfvec")],
    ["btree_gist", tables.some(({ exclusions }) => exclusions !== undefined)],
  ];
  const names = needed.filter(([, isNeeded]) => isNeeded).map(([name]) => name);
  return [...new Set([...names, ...listed])];
}

/**
 * What an operation does in a database that several sessions share, each with a schema of its own. An extension belongs to
 * the whole database: it is created where all find it, and never dropped, since others may use it.
 * @param operation any operation
 * @param schema where extensions are created
 */
export function shareExtension(operation: Operation, schema: string): Operation {
  const { name = "", kind, effect } = operation.target ?? {};
  if (kind !== "extension") return operation;
  if (effect === "drop") return { ...operation, sql: [] };
  // Two sessions that create one extension at the same time would violate a unique index of the catalog.
  const create = `CREATE EXTENSION IF NOT EXISTS ${id(name)} SCHEMA ${id(schema)}`;
  const block = `BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname OPERATOR(pg_catalog.=) ${literal(name)}::pg_catalog.name) THEN
  PERFORM pg_catalog.pg_advisory_xact_lock(${EXTENSION_LOCK}); ${create}; END IF; END`;
  return { ...operation, sql: [blockSql(block)] };
}

/** The two numbers of the advisory lock for the creation of an extension. */
const EXTENSION_LOCK = "1919249781, 0";

const UUID = "uuid_generate_v4()";

/** What its operations take. */
export const extensionParameters = {
  createExtension: { name: is.text },
  dropExtension: { name: is.text, options: ifExists },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Installs an extension in the database, if it is not installed yet. Its files have to be on the server. The user has to
 * be a superuser; for a trusted extension the CREATE privilege on the database is enough.
 * @param name such as `citext` or `uuid-ossp`
 * @example op.createExtension("citext")
 */
export function createExtension(name: string): Operation {
  return {
    name: "createExtension",
    args: [name],
    target: { kind: "extension", name, effect: "create" },
    sql: [`CREATE EXTENSION IF NOT EXISTS ${id(name)}`],
    locks: NO_LOCKS,
  };
}

/**
 * Removes an extension. PostgreSQL refuses while something uses it.
 * @param name such as `citext`
 * @param options with `ifExists: true` nothing happens if it is not installed
 * @example op.dropExtension("hstore")
 */
export function dropExtension(name: string, options: IfExists = {}): Operation {
  return {
    name: "dropExtension",
    args: withOptions([name], options),
    target: { kind: "extension", name, effect: "drop" },
    sql: [`DROP EXTENSION ${ifExistsSql(options)}${id(name)}`],
    locks: NO_LOCKS,
  };
}
