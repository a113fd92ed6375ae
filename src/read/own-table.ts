import { ask, type Database } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { id, literal, qualifiedName } from "../sql.ts";

/** A table that this tool itself reads and writes. */
export interface OwnTable {
  readonly schema: string;
  readonly name: string;
  readonly oid: number;
  /** The oid of its schema. */
  readonly namespace: number;
  readonly columns: readonly string[];
  readonly readable: boolean;
  /** The user may write it. */
  readonly writable: boolean;
  readonly problem?: string;
}

/** The defaults of our own tables; another one may call a function. */
const DEFAULTS = ["clock_timestamp()", "SESSION_USER", "now()"];

/** Owners that the user trusts: itself, roles that it is a member of, superusers, the owners of schema and database. */
const IS_TRUSTED = `c.relowner IN (n.nspowner, d.datdba) OR o.rolsuper OR c.relowner IN (
    WITH RECURSIVE mine (oid) AS (
      SELECT oid FROM pg_roles WHERE rolname = current_user
      UNION SELECT m.roleid FROM pg_auth_members m JOIN mine ON mine.oid = m.member)
    SELECT oid FROM mine)`;

/** What makes reading or writing a relation run other code, and the words for it; the message has the first that is true. */
const PROBLEMS: readonly (readonly [condition: string, words: string])[] = [
  ["c.relkind <> 'r' OR c.relispartition", "is not an ordinary table"],
  ["c.relrowsecurity OR c.relforcerowsecurity", "has row-level security"],
  ["EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid)", "has triggers or foreign keys"],
  ["EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid)", "has rules"],
  ["EXISTS (SELECT FROM pg_inherits h WHERE c.oid IN (h.inhrelid, h.inhparent))", "takes part in inheritance"],
  [
    "EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype NOT IN ('p', 'u', 'n'))",
    "has constraints",
  ],
  [
    "EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL))",
    "has an index with an expression",
  ],
  [
    `EXISTS (SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND (a.attgenerated <> '' OR t.typtype <> 'b' OR t.typnamespace <> 'pg_catalog'::regnamespace::oid))`,
    "has a generated column or a type that remodel did not create",
  ],
  [
    `EXISTS (SELECT FROM pg_attrdef f WHERE f.adrelid = c.oid
      AND pg_get_expr(f.adbin, f.adrelid) NOT IN (${DEFAULTS.map(literal).join(", ")}))`,
    "has a default that remodel did not write",
  ],
];

const WRITERS_PROBLEM = "belongs to another user";

/** The words for what is wrong with the relation `c` itself. */
const PROBLEM = buildProblemSql(PROBLEMS);

/** The same, for a relation that is only read: of triggers, constraints, indexes and defaults a query runs nothing. */
export const READING_PROBLEM: string = buildProblemSql(
  PROBLEMS.filter(([condition]) => !/pg_(?:trigger|constraint|index|attrdef) /.test(condition)),
);

function buildProblemSql(problems: typeof PROBLEMS): string {
  return `CASE ${problems.map(([condition, words]) => `WHEN ${condition} THEN ${literal(words)}`).join("\n    ")} END`;
}

/**
 * The query of `schema`, `name` and `problem` of those tables that are there, for a script; it needs the search path of
 * our own queries.
 * @param tables a relation of schemas and names
 */
export function problemSql(tables: string): string {
  return `SELECT n.nspname AS schema, c.relname AS name, coalesce(${PROBLEM},
    CASE WHEN NOT (${IS_TRUSTED}) AND has_table_privilege(c.oid, 'INSERT') THEN ${literal(WRITERS_PROBLEM)} END) AS problem
  FROM ${tables} w (schema, name) JOIN pg_namespace n ON n.nspname = w.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
  JOIN pg_roles o ON o.oid = c.relowner JOIN pg_database d ON d.datname = current_database()`;
}

/**
 * Looks for tables of our own by schema and name, and says what keeps them from being used.
 * @param db the connection
 * @param schemas where to look
 * @param names what to look for
 */
export async function findOwnTables(
  db: Database,
  schemas: readonly string[],
  names: readonly string[],
): Promise<readonly OwnTable[]> {
  const list = (texts: readonly string[]) => texts.map((text) => literal(text)).join(", ");
  const rows = await ask<Record<string, unknown>>(
    db,
    `SELECT n.nspname AS schema, c.relname AS name, c.oid::bigint::text AS oid, n.oid::bigint::text AS namespace, ${IS_TRUSTED} AS trusted,
  ${PROBLEM} AS problem,
  has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable,
  has_table_privilege(c.oid, 'INSERT') AS writable,
  (SELECT json_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
JOIN pg_database d ON d.datname = current_database()
WHERE n.nspname IN (${list(schemas)}) AND c.relname IN (${list(names)})`,
  );
  return rows.map(readOwnTable);
}

function readOwnTable(row: Readonly<Record<string, unknown>>): OwnTable {
  const [schema, name] = [String(row["schema"]), String(row["name"])];
  const writable = row["writable"] === true;
  const foreign = writable && row["trusted"] !== true ? WRITERS_PROBLEM : undefined;
  const problem = (row["problem"] as string | null) ?? foreign;
  return {
    schema,
    name,
    oid: Number(row["oid"]),
    namespace: Number(row["namespace"]),
    columns: (row["columns"] ?? []) as readonly string[],
    readable: row["readable"] === true,
    writable,
    ...dropUndefined({ problem }),
  };
}

/**
 * Refuses a table that would run code of another role, or that does not show all its rows.
 * @param use a table that is only read may belong to any role
 * @throws RemodelError `TABLE_REFUSED`, `DATABASE_FORBIDDEN` where the role may not read it
 */
export function refuseProblem({ schema, name, readable, problem }: OwnTable, use: "read" | "write" = "write"): void {
  const table = qualifiedName(name, schema);
  if (!readable)
    throw new RemodelError("DATABASE_FORBIDDEN", `The role lacks SELECT on ${table}.`, {
      hint: `GRANT SELECT ON ${id(schema)}.${id(name)} TO the role`,
    });
  if (problem === undefined || (use === "read" && problem === WRITERS_PROBLEM)) return;
  throw new RemodelError("TABLE_REFUSED", `${table} ${problem}, so remodel does not use it.`, {
    hint:
      problem === WRITERS_PROBLEM
        ? `Find out who created it. If it is right, run: ALTER TABLE ${id(schema)}.${id(name)} OWNER TO the role that runs this`
        : "Find out who changed it, and correct it. Or set another stateTable in defineConfig.",
    details: { table, problem },
  });
}
