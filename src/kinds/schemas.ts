import { requiredFlag, requiredText } from "../result-rows.ts";
import type { Operation } from "../schema/operation.ts";
import type { Namespace, Schema } from "../schema/schema.ts";
import { id, parseName } from "../sql.ts";
import {
  catalogQuery,
  type IfExists,
  type IfNotExists,
  ifExistsSql,
  ifNotExistsSql,
  type Kind,
  withOptions,
} from "./kind.ts";
import { NO_LOCKS } from "./locks.ts";
import { ifExists, ifNotExists } from "./option-rules.ts";
import * as is from "./rules.ts";
import { type ParameterRules, shape, text } from "./rules.ts";

/** Whether a schema has something besides relations and enum types, such as a function. */
const HAS_MORE = `EXISTS (SELECT FROM pg_catalog.pg_depend d
  LEFT JOIN pg_catalog.pg_type t ON d.classid = 'pg_catalog.pg_type'::regclass AND t.oid = d.objid
  WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.refobjid = n.oid
    AND d.classid <> 'pg_catalog.pg_class'::regclass AND t.typtype IS DISTINCT FROM 'e')`;

/** Why a schema stays that no model names any more. */
export const KEEPS_MORE = "it has objects that no model declares";

export const schemas: Kind<Namespace, Schema> = {
  word: "schema",
  list: "schemas",
  rule: shape<Namespace>({ name: text }),
  createFirst: true,
  describe: ({ name }) => [`schema ${name}`],
  holdsData: true,
  fromModels: ({ tables, enums, views }) => {
    const names = [...tables, ...enums, ...views].flatMap(({ name }) => parseName(name).schema ?? []);
    return [...new Set(names)].map((name) => ({ name }));
  },
  catalog: catalogQuery(
    { name: requiredText, hasMore: requiredFlag },
    ({ namespaces }) =>
      `SELECT n.nspname, ${HAS_MORE} FROM pg_catalog.pg_namespace n WHERE n.oid = ANY (${namespaces})`,
    ({ name, hasMore }, { own }) => {
      if (name === own) return {};
      return { item: { name }, ...(hasMore && { unmodelled: { name, why: KEEPS_MORE } }) };
    },
  ),
  schemaOf: (name) => name,
  create: (schema) => createSchema(schema.name),
  drop: (schema) => dropSchema(schema.name),
};

/** What its operations take. */
export const schemaParameters = {
  createSchema: { name: is.text, options: ifNotExists },
  renameSchema: { from: is.text, to: is.text },
  dropSchema: { name: is.text, options: ifExists },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Creates a schema.
 * @param name the schema's name
 * @param options with `ifNotExists: true` nothing happens if the name exists
 * @example op.createSchema("billing")
 */
export function createSchema(name: string, options: IfNotExists = {}): Operation {
  return {
    name: "createSchema",
    args: withOptions([name], options),
    target: { kind: "schema", name, effect: "create" },
    sql: [`CREATE SCHEMA ${ifNotExistsSql(options)}${id(name)}`],
    locks: NO_LOCKS,
  };
}

/**
 * Renames a schema. Every query that uses the old name fails.
 * @param from its name
 * @param to its new name
 * @example op.renameSchema("archive", "attic")
 */
export function renameSchema(from: string, to: string): Operation {
  return {
    name: "renameSchema",
    args: [from, to],
    target: { kind: "schema", name: from, effect: "rename", to },
    byHand: true,
    sql: [`ALTER SCHEMA ${id(from)} RENAME TO ${id(to)}`],
    locks: NO_LOCKS,
    hazards: [{ code: "rename-schema", text: `Queries that name the schema ${from} fail from now on.` }],
  };
}

/**
 * Drops an empty schema. PostgreSQL refuses if it contains anything.
 * @param name the schema's name
 * @param options with `ifExists: true` nothing happens if the schema does not exist
 * @example op.dropSchema("archive")
 */
export function dropSchema(name: string, options: IfExists = {}): Operation {
  return {
    name: "dropSchema",
    args: withOptions([name], options),
    target: { kind: "schema", name, effect: "drop" },
    sql: [`DROP SCHEMA ${ifExistsSql(options)}${id(name)}`],
    locks: NO_LOCKS,
  };
}
