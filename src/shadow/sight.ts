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

/** The relations of a database, by oid. */
export type Relations = ReadonlyMap<number, RelationFacts>;

/** What a session sees, and what it holds. */
export interface Sight {
  readonly relations: Relations;
  readonly locks: readonly HeldLock[];
}

/** What is another one than before. */
export interface Changes {
  /** The relations as they are now; `undefined` for those that are gone. */
  readonly relations: ReadonlyMap<number, RelationFacts | undefined>;
  /** All locks, or those on the relations that were there at the beginning. */
  readonly locks: readonly HeldLock[];
  /** The last command of the transaction that had written to the catalog; -1 if that is not known. */
  readonly command: number;
}

/** What was seen before in the same transaction. */
export interface Earlier {
  readonly relations: Relations;
  /** What was written to the catalog after this command is read again. */
  readonly command: number;
}

/** Where to look. Each look at a whole catalog takes longer, the more a transaction has made. */
export interface Scope {
  readonly oids: readonly number[];
  /** Relations with a larger oid are new. */
  readonly newest: number;
  /** Relations with a larger oid were not there at the beginning. */
  readonly first: number;
}

/** The part of a connection that is needed to look. */
export type Observed = Pick<Database, "query" | "inTransaction">;

interface SightRow {
  readonly relations: readonly RelationFacts[] | null;
  /** The oids, by the mode of their lock. */
  readonly locks: Readonly<Record<string, readonly number[]>> | null;
}

interface LaterRow extends SightRow {
  /** Locked relations that are no longer there. */
  readonly gone: readonly { readonly oid: number }[] | null;
  /** Locked relations of which something was counted. */
  readonly counted: readonly (Counts & { readonly oid: number })[] | null;
  readonly command: number | null;
}

type Counts = Pick<RelationFacts, "bytes" | "scans" | "inserted" | "updated" | "deleted" | "last">;

/**
 * Reads the relations of a database and the locks of the session. It leaves the search path alone: code of a person may
 * have set one for the statements after it.
 */
export async function readSight(db: Observed): Promise<Sight> {
  const sight = await readJson<SightRow>(db, `${HELD} ${selectJson({ relations: RELATIONS })}`);
  const relations = (sight.relations ?? []).map((one) => [one.oid, one] as const);
  return { relations: new Map(relations), locks: listLocks(sight) };
}

/**
 * Reads what changed. In a transaction only what it has locked can differ, and only what it wrote to the catalog since is
 * read again.
 * @param scope where to look; everywhere by default
 */
export async function readChanges(db: Observed, earlier: Earlier, scope?: Scope): Promise<Changes> {
  if (!db.inTransaction?.()) return await readAnew(db, earlier);
  const found = await readJson<LaterRow>(db, scope ? scopeSql(earlier.command, scope) : laterSql(earlier.command));
  const locks = listLocks(found);
  const relations = new Map<number, RelationFacts | undefined>();
  for (const { oid } of found.gone ?? []) relations.set(oid, undefined);
  for (const one of found.relations ?? []) relations.set(one.oid, one);
  const counted = new Map((found.counted ?? []).map(({ oid, ...counts }) => [oid, counts]));
  for (const oid of new Set([...(scope?.oids ?? locks.map((lock) => lock.oid)), ...relations.keys()])) {
    const known = relations.has(oid) ? relations.get(oid) : earlier.relations.get(oid);
    if (known === undefined) continue;
    const now = await readPosition(db, { ...known, ...count(known, counted.get(oid)) }, earlier);
    if (COUNTED_NAMES.some((name) => known[name] !== now[name])) relations.set(oid, now);
  }
  return { relations, locks, command: Math.max(found.command ?? -1, earlier.command) };
}

async function readAnew(db: Observed, earlier: Earlier): Promise<Changes> {
  const { relations, locks } = await readSight(db);
  const gone = [...earlier.relations.keys()].filter((oid) => !relations.has(oid));
  return { relations: new Map([...gone.map((oid) => [oid, undefined] as const), ...relations]), locks, command: -1 };
}

const COUNTED_NAMES = ["bytes", "scans", "inserted", "updated", "deleted", "last"] as const;

/** A table that is emptied loses what was counted. One of which nothing was counted has the pages that it had. */
function count(known: RelationFacts, counted: Counts | undefined): Counts {
  const bytes = counted?.bytes ?? (countWritten(known) > 0 ? 0 : known.bytes);
  return { ...(counted ?? NOTHING), bytes };
}

const NOTHING = { scans: 0, inserted: 0, updated: 0, deleted: 0, last: null };

/** How many rows a transaction has inserted, updated and deleted. */
export function countWritten({ inserted, updated, deleted }: RelationFacts): number {
  return inserted + updated + deleted;
}

async function readJson<Result>(db: Observed, sql: string): Promise<Result> {
  const [row] = await db.query<{ data: string }>(sql);
  return JSON.parse(row?.data ?? "{}");
}

function listLocks({ locks }: SightRow): readonly HeldLock[] {
  return Object.entries(locks ?? {}).flatMap(([mode, oids]) => oids.map((oid) => ({ oid, mode })));
}

/** A sequence that was set says that it gave no number. What it gives next shows where it was set to. */
async function readPosition(db: Observed, one: RelationFacts, earlier: Earlier): Promise<RelationFacts> {
  if (one.last !== null || typeof earlier.relations.get(one.oid)?.last !== "number") return one;
  const [row] = await db.query(`SELECT last_value AS next FROM ${id(one.schema)}.${id(one.name)}`);
  return { ...one, last: Number(row?.["next"]) - 1 };
}

/**
 * Reads the locks of another session.
 * @param pid the process of the session
 */
export async function readLocks(db: Observed, pid: number): Promise<readonly HeldLock[]> {
  return listLocks(await readJson<SightRow>(db, `${heldSql(String(pid))} ${selectJson({})}`));
}

/** The relations that a session has locked. */
function heldSql(pid: string, more = ""): string {
  return `WITH held AS MATERIALIZED (SELECT l.relation AS oid, l.mode FROM pg_catalog.pg_locks l
    WHERE l.pid = ${pid} AND l.granted AND l.locktype = 'relation'${more})`;
}

const HELD = heldSql("pg_catalog.pg_backend_pid()");

/** One object: the locks as SQL writes them, and lists of rows by name. */
function selectJson(lists: Readonly<Record<string, string>>, more = ""): string {
  const aggregated = Object.entries(lists).map(
    ([name, sql]) => `'${name}', (SELECT pg_catalog.json_agg(one) FROM (${sql}) one), `,
  );
  return `SELECT pg_catalog.json_build_object(${aggregated.join("")}${more}
    'locks', (SELECT pg_catalog.json_object_agg(pg_catalog.replace(pg_catalog.upper(
      pg_catalog.regexp_replace(g.mode, '([a-z])([A-Z])', '\\1 \\2', 'g')), ' LOCK', ''), g.oids)
      FROM (SELECT h.mode, pg_catalog.json_agg(h.oid::pg_catalog.int8) AS oids FROM held h GROUP BY h.mode) g))::pg_catalog.text AS data`;
}

/**
 * What changed in a transaction: relations about which it wrote to the catalog after a command, what was counted of those
 * that it has locked, and which of these are gone.
 */
function laterSql(command: number): string {
  const written = Object.entries(WRITTEN).map(([catalog, oid]) => isWrittenSql(catalog, oid, command));
  return `${HELD}, written AS MATERIALIZED (${written.join(" UNION ALL ")})
  ${selectJson(
    { relations: `${RELATIONS} AND ${among("written")}`, gone: GONE, counted: countedSql(among("held")) },
    LAST_COMMAND,
  )}`;
}

/** The same of some relations and of those that are new, each found by an index. */
function scopeSql(command: number, { oids, newest, first }: Scope): string {
  const list = `'{${oids.join(",")}}'::pg_catalog.oid[]`;
  const written = Object.entries(WRITTEN).map(
    ([catalog, oid]) => `${isWrittenSql(catalog, oid, command)} AND t.${oid} = ANY (${list})`,
  );
  const fresh = `${isWrittenSql("pg_class", "oid", command)} AND t.oid > '${newest}'::pg_catalog.oid`;
  const held = heldSql("pg_catalog.pg_backend_pid()", ` AND l.relation <= '${first}'::pg_catalog.oid`);
  return `${held}, written AS MATERIALIZED (${[...written, fresh].join(" UNION ALL ")})
  ${selectJson(
    {
      relations: `${RELATIONS} AND c.oid = ANY (ARRAY(SELECT w.oid FROM written w))`,
      gone: `SELECT g.oid::pg_catalog.int8 FROM pg_catalog.unnest(${list}) g (oid)
        WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = g.oid)`,
      counted: countedSql(`c.oid = ANY (${list} || ARRAY(SELECT w.oid FROM written w))`),
    },
    LAST_COMMAND,
  )}`;
}

const LAST_COMMAND = "'command', (SELECT pg_catalog.max(w.command) FROM written w), ";

/** The catalogs that have facts of a relation, and the column that says of which one. */
const WRITTEN = {
  pg_class: "oid",
  pg_attribute: "attrelid",
  pg_attrdef: "adrelid",
  pg_constraint: "conrelid",
  pg_sequence: "seqrelid",
};

/**
 * The rows that this transaction wrote have the newest `xmin`, and the command that wrote them in `cmin`. Where a part of the
 * transaction that was rolled back had changed one, `cmin` is another number and `xmax` is set.
 */
function isWrittenSql(catalog: string, oid: string, command: number): string {
  return `SELECT t.${oid} AS oid, t.cmin::pg_catalog.text::pg_catalog.int8 AS command FROM pg_catalog.${catalog} t
    WHERE pg_catalog.age(t.xmin) <= 0 AND (t.cmin::pg_catalog.text::pg_catalog.int8 > ${command} OR t.xmax::pg_catalog.text <> '0')`;
}

const COUNTS = `pg_catalog.pg_stat_get_xact_numscans(c.oid) AS scans, pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) AS inserted,
    pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) AS updated, pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) AS deleted,
    CASE WHEN c.relkind = 'S' THEN pg_catalog.pg_sequence_last_value(c.oid) END AS last`;

const IN_SCHEMAS = `c.relkind IN ('r', 'p', 'i', 'm', 'v', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

/** The planner expects one lock. `IS TRUE` keeps it from looking every relation up by itself. */
function among(list: "held" | "written"): string {
  return `(c.oid IN (SELECT one.oid FROM ${list} one)) IS TRUE`;
}

const GONE =
  "SELECT g.oid::pg_catalog.int8 FROM (SELECT h.oid FROM held h EXCEPT SELECT c.oid FROM pg_catalog.pg_class c) g";

/** The pages of a table only where it has other ones than at first: to look at them takes longer than all else. */
function countedSql(condition: string): string {
  return `SELECT t.oid, t.scans, t.inserted, t.updated, t.deleted, t.last,
      CASE WHEN t.other OR t.inserted + t.updated + t.deleted > 0 THEN pg_catalog.pg_relation_size(t.oid::pg_catalog.oid) END AS bytes
    FROM (SELECT c.oid::pg_catalog.int8, c.relkind <> 'S' AND c.relfilenode <> c.oid AS other, ${COUNTS}
      FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'm', 'S') AND ${condition} OFFSET 0) t
    WHERE t.other OR t.last IS NOT NULL OR t.scans + t.inserted + t.updated + t.deleted > 0`;
}

const RELATIONS = `SELECT c.oid::pg_catalog.int8, n.nspname AS schema, c.relname AS name, c.relkind AS kind,
    coalesce(i.indrelid, (SELECT d.refobjid FROM pg_catalog.pg_depend d WHERE c.relkind = 'S' AND d.classid = 1259
      AND d.objid = c.oid AND d.refclassid = 1259 AND d.deptype IN ('a', 'i') LIMIT 1))::pg_catalog.int8 AS of, pg_catalog.pg_relation_filenode(c.oid)::pg_catalog.text AS file,
    coalesce(pg_catalog.pg_relation_size(c.oid), 0) AS bytes, ${COUNTS},
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('number', a.attnum, 'name', a.attname,
        'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull, 'identity', a.attidentity,
        'generated', a.attgenerated, 'default', pg_catalog.pg_get_expr(e.adbin, e.adrelid)))
      FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
      WHERE c.relkind IN ('r', 'p') AND a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('oid', k.oid::pg_catalog.int8, 'name', k.conname,
        'type', k.contype, 'valid', k.convalidated))
      FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x', 'f', 'c')) AS constraints
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
  WHERE ${IN_SCHEMAS}`;
