import { collect } from "../collect.ts";
import { readInSnapshot } from "../connection/snapshot.ts";
import { ask, type Database, type TextRows } from "../database.ts";
import { dropUndefined } from "../given.ts";
import { readPrinted } from "../read/fetched.ts";
import type { ServerInfo } from "../read/server-info.ts";
import { optionalText, readRows, requiredText } from "../result-rows.ts";
import { literal } from "../sql.ts";
import { aliasesSql, edgesSql } from "./edge-queries.ts";
import { objectFactQueries } from "./object-facts.ts";
import { type ObjectScope, objectSql } from "./object-query.ts";
import { otherQueries } from "./other-queries.ts";
import { partQueries, relationQueries } from "./relation-queries.ts";
import { routineQueries } from "./routine-queries.ts";
import { typeQueries } from "./type-queries.ts";

/** The address of an object in the catalog: `pg_proc 16400`. */
export type Address = string;

/** An object of a database, with PostgreSQL's own definition. */
export interface CatalogObject {
  readonly address: Address;
  readonly kind: string;
  /** The address of its table. */
  readonly table?: Address;
  readonly name: string;
  /** The statements that create it; none if it cannot be carried. */
  readonly create?: readonly string[];
  readonly drop?: string;
  readonly why?: string;
  /** The roles that its statements name. */
  readonly roles: readonly string[];
  /** See `ObjectQuery.more`. */
  readonly more?: string;
}

/** What an object has besides its definition. */
export interface ObjectFact {
  readonly address: Address;
  readonly what: string;
  readonly statement: string;
}

/** All objects of a database, and what depends on what. */
export interface CatalogObjects {
  readonly objects: readonly CatalogObject[];
  readonly facts: readonly ObjectFact[];
  /** Parts of objects: the address of the part, and that of the whole. */
  readonly aliases: ReadonlyMap<Address, Address>;
  /** Each object with one that has to be there before it. */
  readonly edges: readonly (readonly [Address, Address])[];
}

const OBJECT = {
  catalog: requiredText,
  oid: requiredText,
  kind: requiredText,
  table: optionalText,
  name: requiredText,
  create: optionalText,
  drop: optionalText,
  why: optionalText,
  roles: optionalText,
  more: optionalText,
};
const FACT = { catalog: requiredText, oid: requiredText, what: requiredText, statement: optionalText };
const PAIR = { catalog: requiredText, oid: requiredText, otherCatalog: requiredText, other: requiredText };

/**
 * Reads every object of some schemas, as it is in one moment.
 * @param schemas the names of the schemas
 */
export async function readObjects(
  db: Database,
  server: ServerInfo,
  schemas: readonly string[],
): Promise<CatalogObjects> {
  const wanted = schemas.map(literal).join(", ");
  const namespaces = `ARRAY(SELECT oid FROM pg_namespace WHERE nspname IN (${wanted}))`;
  const scope: ObjectScope = { namespaces, own: server.schema, version: server.version };
  const queries = [
    ...typeQueries(scope),
    ...routineQueries(scope),
    ...relationQueries(scope),
    ...partQueries(scope),
    ...otherQueries(scope),
  ];
  const facts = objectFactQueries(scope);
  const all = [...queries.map(objectSql), ...facts, aliasesSql(), edgesSql()];
  const results = await readInSnapshot(db, () => readPrinted(db, server, all));
  const [aliases = [], edges = []] = results.slice(-2);
  const found = results.slice(0, queries.length).flatMap((rows) => readRows(OBJECT, rows).map(toObject));
  return {
    objects: found,
    facts: results.slice(queries.length, -2).flatMap(toFacts),
    aliases: new Map(toPairs(aliases)),
    edges: toPairs(edges),
  };
}

function readList<Entry>(text: string | undefined): readonly Entry[] {
  return JSON.parse(text ?? "null") ?? [];
}

function toObject(row: ReturnType<typeof readRows<typeof OBJECT>>[number]): CatalogObject {
  const { catalog, oid, kind, table, name, create, drop, why, roles, more } = row;
  const statements = readList<string | null>(create);
  const whole = statements.filter((one) => one !== null);
  return {
    address: `${catalog} ${oid}`,
    kind,
    name,
    ...(table !== undefined && { table: `pg_class ${table}` }),
    ...(whole.length > 0 && { create: whole }),
    ...dropUndefined({ drop, why }),
    roles: readList<string>(roles),
    ...dropUndefined({ more }),
  };
}

function toFacts(rows: TextRows): readonly ObjectFact[] {
  return readRows(FACT, rows).flatMap(({ catalog, oid, what, statement }) =>
    collect(statement !== undefined && { address: `${catalog} ${oid}`, what, statement }),
  );
}

function toPairs(rows: TextRows): readonly (readonly [Address, Address])[] {
  return readRows(PAIR, rows).map(({ catalog, oid, otherCatalog, other }) => [
    `${catalog} ${oid}`,
    `${otherCatalog} ${other}`,
  ]);
}

/** The schemas of a database that belong to a user, not to PostgreSQL or to an extension. */
export async function listUserSchemas(db: Database): Promise<readonly string[]> {
  const rows = await ask<{ name: string }>(
    db,
    `SELECT n.nspname::text AS name FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e') ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Lists the roles of the server. */
export async function listRoles(db: Database): Promise<ReadonlySet<string>> {
  const rows = await ask<{ name: string }>(db, "SELECT rolname::text AS name FROM pg_catalog.pg_roles");
  return new Set(rows.map(({ name }) => name));
}
