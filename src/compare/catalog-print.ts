import type { Connection } from "../connection/connect.ts";
import { hashAnswer } from "../connection/noted-questions.ts";
import { ask, type DatabaseQuestion, type NotedAnswer } from "../database.ts";
import { isSqlState, readError } from "../errors.ts";
import { literal } from "../sql.ts";

/** Which rows the system catalogs had at one moment, and what else the answers to questions about them depend on. */
export interface CatalogPrint {
  /** The questions whose answers are the print. */
  readonly noted: readonly NotedAnswer[];
  /** The catalogs and views of catalogs that it covers. */
  readonly covered: readonly string[];
}

/** Catalogs that change without a change of the schema. No question reads them. */
const MEASURED = [
  "pg_statistic",
  "pg_statistic_ext_data",
  "pg_largeobject",
  "pg_largeobject_metadata",
  "pg_subscription_rel",
];
/** Of what the databases of a server share, only this is read. The rest would change with other databases. */
const SHARED = ["pg_auth_members", "pg_tablespace"];
/** Settings that do not change an answer, and that are not the same in every transaction. */
const OWN_WAY = ["application_name", "cursor_tuple_fraction", "transaction_isolation", "transaction_read_only"];

/** How many relations there may be in the database for each one in our schema. With more, asking again takes less time. */
const MOST_RELATIONS = 10;
const FEW_RELATIONS = 5000;

/**
 * The number of the next transaction. Rows have the lower half of such numbers, which begin again after about 4 billion, so
 * a print is believed for half of that. A lower number than before shows that the database was restored.
 */
const NEXT = "pg_snapshot_xmax(pg_current_snapshot())::text::numeric";

/** A transaction writes rows with its own number, and never two in one place. So every change makes another pair. */
const ROW_VERSION = "ROW(ctid, xmin)";

/**
 * Numbers of transactions are given again after a restore, a failover or in a copy: then `pg_postmaster_start_time` is
 * another one. A crash of one session may lose the last transactions too; it resets the statistics.
 */
const SERVER_VERSION = `ROW(${["version()", "current_user", "session_user", "pg_is_in_recovery()", "pg_postmaster_start_time()", "pg_stat_get_bgwriter_stat_reset_time()"].join(", ")})`;

/** Everybody may read this view, which shows no versions of rows. */
const ROLE = "ROW(oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolbypassrls)";

const OTHER_PARTS = [
  partSql("pg_roles", ROLE, "pg_roles"),
  partSql("pg_database", "ROW(oid, ctid, xmin)", "pg_database WHERE datname = current_database()"),
  partSql("settings", "ROW(name, setting)", `pg_settings WHERE name NOT IN (${listSql(OWN_WAY)})`),
  partSql("server", SERVER_VERSION, "(SELECT) one"),
];

/** Matches columns that PostgreSQL writes without a new version of the row, and functions whose answers are no rows of catalogs. */
const UNSEEN =
  /\b(?:rel(?:pages|tuples|allvisible|allfrozen|hasindex|hasrules|hastriggers|frozenxid|minmxid)|dat(?:frozenxid|minmxid|connlimit|hasloginevt)|now|(?:clock|statement|transaction)_timestamp|current_(?:date|time|timestamp)|(?:last|curr|next)val)\b/i;
/** The functions of that prefix that questions call: they only read catalogs. */
const FUNCTIONS =
  /^pg_(?:catalog|has_role|is_in_recovery|get_(?:constraintdef|expr|indexdef|ruledef|statisticsobjdef|triggerdef|userbyid|viewdef|functiondef|function_\w+|partkeydef|serial_sequence))$/;

function partSql(name: string, row: string, from: string): string {
  return `SELECT ${literal(name)} AS part, count(*) AS rows, sum(hash_record_extended(${row}, 0)) AS hash FROM ${from}`;
}

function listSql(names: readonly string[]): string {
  return names.map(literal).join(", ");
}

/**
 * Takes a print of the catalogs: two prints are equal only if no row of them was written in between, and all else is the
 * same. It is much less work for the server than the questions.
 * @param connection the connection, in no transaction
 * @param schema the schema of the project
 * @returns undefined where there is none, or where it takes longer than the questions
 */
export async function takePrint(connection: Connection, schema: string): Promise<CatalogPrint | undefined> {
  try {
    const [found] = await ask<{ catalogs: readonly string[]; next: string; pays: boolean }>(
      connection,
      scopeSql(schema),
    );
    if (!found?.pays) return undefined;
    const { catalogs, next } = found;
    const recent: DatabaseQuestion = {
      how: "print",
      sql: `SELECT ${NEXT} - ${next} BETWEEN 0 AND 2147483647 AS recent`,
    };
    const rows: DatabaseQuestion = {
      how: "print",
      sql: [...catalogs.map((name) => partSql(name, ROW_VERSION, name)), ...OTHER_PARTS].join("\nUNION ALL "),
    };
    const noted = [
      { question: recent, answer: hashAnswer(recent, [{ recent: true }]) },
      { question: rows, answer: hashAnswer(rows, await ask(connection, rows.sql)) },
    ];
    return { noted, covered: [...catalogs, "pg_roles", "pg_database"] };
  } catch (error) {
    if (!isSqlState(readError(error).code)) throw error;
    return undefined;
  }
}

/** An embedded database starts with each command, so it never has the same print. */
function scopeSql(schema: string): string {
  return `SELECT ${NEXT}::text AS next, (
    SELECT json_agg(relname ORDER BY relname) FROM pg_class
    WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' AND has_table_privilege(oid, 'SELECT')
      AND relname NOT IN (${listSql(MEASURED)}) AND (NOT relisshared OR relname IN (${listSql(SHARED)}))
  ) AS catalogs, NOT EXISTS (
    SELECT FROM pg_stat_activity WHERE pid = pg_backend_pid() AND backend_type = 'standalone backend'
  ) AND (
    SELECT count(*) <= ${FEW_RELATIONS} + ${MOST_RELATIONS} * count(*) FILTER (WHERE n.nspname = ${literal(schema)})
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  ) AS pays`;
}

/**
 * Whether an equal print shows that a question has the same answer. Our own queries find no relation but those of
 * PostgreSQL without a schema, and names of schemas are quoted. What is not sure is asked. Expressions of the project are
 * planned and printed: for that PostgreSQL calls no function but those that are declared to depend on nothing.
 */
export function isCovered({ how, sql, values }: DatabaseQuestion, { covered }: CatalogPrint): boolean {
  if (how === "planned" || how === "probed") return true;
  if (values !== undefined || how === "first" || how === "print") return false;
  const words = sql.replace(/'(?:[^']|'')*'/g, "''");
  const names = words.match(/\bpg_\w+/g) ?? [];
  const areCovered = names.every((name) => covered.includes(name) || FUNCTIONS.test(name));
  return areCovered && !UNSEEN.test(words) && !/"\s*\.\s*"/.test(words);
}
