import type { Database } from "../database.ts";
import { id } from "../sql.ts";

/** A column of a table, with what shows that its rows were worked on. */
export interface ColumnFacts {
  /** `attnum`: a renamed column keeps it. */
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  /** `attidentity` and `attgenerated`; empty for a plain column. */
  readonly identity: string;
  readonly generated: string;
  readonly default: string | null;
}

/** A constraint of a table, without NOT NULL. */
export interface ConstraintFacts {
  readonly oid: number;
  readonly name: string;
  /** `contype` */
  readonly type: string;
  readonly valid: boolean;
}

/** A table, index, view, materialized view or sequence, with what shows that its rows were worked on. */
export interface RelationFacts {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** `relkind` */
  readonly kind: "r" | "p" | "i" | "m" | "v" | "S";
  /** The table of an index, or of the sequence of a serial or identity column. */
  readonly of: number | null;
  /** Another one after the rows were written again. */
  readonly file: string | null;
  readonly bytes: number;
  /** What the transaction did so far. */
  readonly scans: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly columns: readonly ColumnFacts[] | null;
  readonly constraints: readonly ConstraintFacts[] | null;
  /** The last number of a sequence; `null` if it gave none. */
  readonly last: number | null;
}

/** A lock that a session holds. */
export interface HeldLock {
  readonly oid: number;
  /** As SQL writes it: `ACCESS EXCLUSIVE`. */
  readonly mode: string;
}

/** What a session sees, and what it holds. */
export interface Sight {
  /** By oid. */
  readonly relations: ReadonlyMap<number, RelationFacts>;
  readonly locks: readonly HeldLock[];
}

/** The part of a connection that is needed to look. */
export type Observed = Pick<Database, "query" | "inTransaction">;

interface SightRow {
  readonly relations: readonly RelationFacts[] | null;
  readonly locks: readonly HeldLock[] | null;
}

/**
 * Reads the relations of a database and the locks of the session. It leaves the search path alone: code of a person may
 * have set one for the statements after it.
 * @param earlier what was seen before in the same transaction: only what has been locked since can differ
 */
export async function readSight(db: Observed, earlier?: Sight): Promise<Sight> {
  const known = db.inTransaction?.() ? earlier : undefined;
  const relations = known === undefined ? RELATIONS : LOCKED_RELATIONS;
  const [row] = await db.query<{ data: string }>(`SELECT pg_catalog.json_build_object(
    'relations', (SELECT pg_catalog.json_agg(one) FROM (${relations}) one),
    'locks', (SELECT pg_catalog.json_agg(one) FROM (${LOCKS}) one))::pg_catalog.text AS data`);
  const sight: SightRow = JSON.parse(row?.data ?? "{}");
  const seen: (readonly [number, RelationFacts])[] = [];
  for (const one of sight.relations ?? []) seen.push([one.oid, await readPosition(db, one, known)]);
  const locks = sight.locks ?? [];
  const locked = new Set(locks.map(({ oid }) => oid));
  const kept = [...(known?.relations ?? [])].filter(([oid]) => !locked.has(oid));
  return { relations: new Map([...kept, ...seen]), locks };
}

/** A sequence that was set says that it gave no number. What it gives next shows where it was set to. */
async function readPosition(db: Observed, one: RelationFacts, earlier: Sight | undefined): Promise<RelationFacts> {
  if (one.last !== null || typeof earlier?.relations.get(one.oid)?.last !== "number") return one;
  const [row] = await db.query(`SELECT last_value AS next FROM ${id(one.schema)}.${id(one.name)}`);
  return { ...one, last: Number(row?.["next"]) - 1 };
}

/**
 * Reads the locks of another session.
 * @param pid the process of the session
 */
export async function readLocks(db: Observed, pid: number): Promise<readonly HeldLock[]> {
  const rows = await db.query(lockQuery(String(pid)));
  return rows.map(({ oid, mode }) => ({ oid: Number(oid), mode: String(mode) }));
}

function lockQuery(pid: string): string {
  return `SELECT l.relation::pg_catalog.int8 AS oid, pg_catalog.replace(pg_catalog.upper(
      pg_catalog.regexp_replace(l.mode, '([a-z])([A-Z])', '\\1 \\2', 'g')), ' LOCK', '') AS mode
    FROM pg_catalog.pg_locks l WHERE l.pid = ${pid} AND l.granted AND l.locktype = 'relation'`;
}

const LOCKS = lockQuery("pg_catalog.pg_backend_pid()");

const RELATIONS = `SELECT c.oid::pg_catalog.int8, n.nspname AS schema, c.relname AS name, c.relkind AS kind,
    coalesce(i.indrelid, (SELECT d.refobjid FROM pg_catalog.pg_depend d WHERE c.relkind = 'S' AND d.classid = 1259
      AND d.objid = c.oid AND d.refclassid = 1259 AND d.deptype IN ('a', 'i') LIMIT 1))::pg_catalog.int8 AS of, pg_catalog.pg_relation_filenode(c.oid)::pg_catalog.text AS file,
    coalesce(pg_catalog.pg_relation_size(c.oid), 0) AS bytes,
    pg_catalog.pg_stat_get_xact_numscans(c.oid) AS scans, pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) AS inserted,
    pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) AS updated, pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) AS deleted,
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('number', a.attnum, 'name', a.attname,
        'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull, 'identity', a.attidentity,
        'generated', a.attgenerated, 'default', pg_catalog.pg_get_expr(e.adbin, e.adrelid)))
      FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
      WHERE c.relkind = 'r' AND a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('oid', k.oid::pg_catalog.int8, 'name', k.conname,
        'type', k.contype, 'valid', k.convalidated))
      FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x', 'f', 'c')) AS constraints,
    CASE WHEN c.relkind = 'S' THEN pg_catalog.pg_sequence_last_value(c.oid) END AS last
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
  WHERE c.relkind IN ('r', 'p', 'i', 'm', 'v', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

const LOCKED_RELATIONS = `WITH locked AS (SELECT oid FROM (${LOCKS}) held)
  ${RELATIONS} AND (c.oid IN (SELECT oid FROM locked) OR i.indrelid IN (SELECT oid FROM locked))`;
