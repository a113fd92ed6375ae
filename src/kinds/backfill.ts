import type { Database } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { mapGiven } from "../given.ts";
import { parseJson } from "../json.ts";
import type { Batches, BatchNotes, Operation } from "../schema/operation.ts";
import { blockSql, id, literal, path, REFUSE_HIDDEN_ROWS } from "../sql.ts";
import { endComment } from "../tokens.ts";
import { locked } from "./locks.ts";
import * as is from "./rules.ts";
import { optional, type ParameterRules, shape } from "./rules.ts";

/** What {@link backfill} writes, and in which rows. */
export interface Filling {
  /** SQL expressions by column, over the columns of the row: `{ slug: "lower(name)" }`. */
  readonly set: Readonly<Record<string, string>>;
  /** The condition for the rows; left out, all rows. */
  readonly where?: string;
  /**
   * The number of rows that are locked and committed together. Left out, a run takes as many as it writes in about 40
   * milliseconds, at most 10000; a script takes 10000.
   */
  readonly batch?: number;
}

const LARGEST_BATCH = 10_000;
const SMALLEST_BATCH = 100;
const FIRST_BATCH = 1000;
/** Another session that writes a row of the batch waits that long. */
const BATCH_MS = 40;

/**
 * Chooses how many rows the next batch has, so that it takes about 40 milliseconds. It grows at most twofold: the rows
 * after these may take longer.
 * @param rows how many rows the last batch had
 * @param tookMs how long it took, in milliseconds
 */
export function chooseBatch(rows: number, tookMs: number): number {
  const fitting = Math.floor((rows * BATCH_MS) / Math.max(tookMs, 1));
  return Math.min(LARGEST_BATCH, Math.max(SMALLEST_BATCH, Math.min(fitting, 2 * rows)));
}

/** What its operations take. */
export const backfillParameters = {
  backfill: {
    table: is.text,
    filling: shape<Filling>({
      set: is.entries(is.text),
      where: optional(is.text),
      batch: optional(is.positiveInteger),
    }),
  },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Fills columns of a large table in batches, in the order of its primary key. Each batch is a transaction of its own,
 * outside the revision's transaction, so that no row is locked for long. An interrupted run continues after its last
 * batch, and no row is written twice. Rows that are inserted during the run have to be filled by the application. The
 * table needs a primary key.
 * @param table the table
 * @param filling see {@link Filling}
 * @example op.backfill("shop", { set: { slug: "lower(name)" }, where: "slug IS NULL", batch: 1000 })
 */
export function backfill(table: string, filling: Filling): Operation {
  return {
    name: "backfill",
    args: [table, filling],
    target: { kind: "table", name: table, effect: "update" },
    sql: [loopSql(table, filling)],
    outsideTransaction: true,
    locks: locked("ROW EXCLUSIVE", table),
    run: (db, batches) => fill(db, table, filling, batches),
    script: (notes) => loopSql(table, filling, notes),
  };
}

/** The position after a batch: the rows so far, and the key of the last row; `null` at the end of the table. */
interface Position {
  readonly rows: number;
  readonly last: readonly string[] | null;
}

async function fill(db: Database, table: string, filling: Filling, batches: Batches): Promise<void> {
  const key = await readKey(db, table, filling);
  const of = filling.where === undefined ? await estimateRows(db, table) : undefined;
  let at = mapGiven(batches.position, (position) => parsePosition(position, table, key));
  let batch = filling.batch ?? FIRST_BATCH;
  while (at?.last !== null) {
    const from: Position | undefined = at;
    const rows = batch;
    await batches.batch(async () => {
      const began = performance.now();
      at = await fillBatch(db, table, { ...filling, batch: rows }, key, from);
      batch = filling.batch ?? chooseBatch(rows, performance.now() - began);
      return JSON.stringify(at);
    });
    batches.progress(at?.rows ?? 0, of);
  }
}

/**
 * Parses the note of the last batch.
 * @throws RemodelError `STATE_DAMAGED` if it is no such note: others may write to the log too
 */
function parsePosition(text: string, table: string, { size }: Key): Position {
  const note = parseJson(text);
  if (isPosition(note) && (note.last === null || note.last.length === size)) return note;
  throw new RemodelError(
    "STATE_DAMAGED",
    `The log says that op.backfill of ${table} was interrupted, but not at which row: its last note is no key of ${size === 1 ? "1 column" : `${size} columns`}.`,
    {
      hint: "Find out who wrote it, or whether the primary key was changed since; the rows that are left can be filled by a new revision.",
    },
  );
}

function isPosition(note: unknown): note is Position {
  if (typeof note !== "object" || note === null || !("rows" in note && "last" in note)) return false;
  return isCount(note.rows) && (note.last === null || isTextList(note.last));
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** The primary key in SQL: its columns, and conditions on the keys `$1` and `$2`, which are arrays of texts. */
interface Key {
  readonly key: string;
  readonly texts: string;
  /** Whether a row is after the key `$1`; true if it is NULL. */
  readonly above: string;
  /** Whether a row is not after the key `$2`; true if it is NULL. */
  readonly upto: string;
  /** How many columns it has. */
  readonly size: number;
}

async function fillBatch(
  db: Database,
  table: string,
  { set, where, batch }: Filling & { readonly batch: number },
  { key: columns, texts, above, upto }: Key,
  from: Position | undefined,
): Promise<Position> {
  const rows = where === undefined ? above : `${above} AND (${endComment(where)})`;
  const low = from?.last ?? null;
  const [high] = await db.query(
    `SELECT ARRAY[${texts}] AS key FROM ${path(table)} WHERE ${rows} ORDER BY ${columns} OFFSET ${batch - 1} LIMIT 1`,
    [low],
  );
  const key = high?.["key"];
  const last = isTextList(key) ? key : null;
  const [done] = await db.query(
    `WITH filled AS (UPDATE ${path(table)} SET ${assignSql(set)} WHERE ${rows} AND ${upto} RETURNING 1) SELECT pg_catalog.count(*) AS rows FROM filled`,
    [low, last],
  );
  return { rows: (from?.rows ?? 0) + Number(done?.["rows"]), last };
}

/**
 * Reads the primary key of the table.
 * @throws RemodelError `OPERATION_INVALID` if it has none, or if the operation would change it
 */
async function readKey(db: Database, table: string, { set }: Filling): Promise<Key> {
  const [row] = await db.query(keySql(literal(path(table)), Object.keys(set)));
  const changed = row?.["changed"];
  if (row?.["key"] != null && changed === null) return row as unknown as Key;
  const why = changed == null ? "has no primary key" : `would change ${changed} of its primary key`;
  throw new RemodelError("OPERATION_INVALID", `op.backfill needs a fixed primary key, but ${table} ${why}.`, {
    hint: "Write op.sql(`UPDATE …`) instead.",
  });
}

/**
 * The query for the primary key: one row with `key`, `texts`, `above`, `upto`, `size` and `changed`. Keys are compared
 * with the operators of the index, by schema and name: in the search path of the project, `>` could be an operator that
 * another role created. The operands of an operator outside `pg_catalog`, such as that of citext, are cast to its type,
 * so that PostgreSQL does not choose another operator of that name for a domain over the type.
 * @param table the name of the table as an SQL constant
 * @param set the columns that are written
 */
function keySql(table: string, set: readonly string[]): string {
  const changed = `ARRAY[${set.map(literal).join(", ")}]::pg_catalog.text[]`;
  return `SELECT ${joinColumns("k.name")} AS key, ${joinColumns("pg_catalog.concat(k.name, '::pg_catalog.text')")} AS texts,
    ${comparedSql(1, { strict: 5, loose: 4, last: 5 })} AS above,
    ${comparedSql(2, { strict: 1, loose: 2, last: 2 })} AS upto, pg_catalog.count(*)::pg_catalog.int4 AS size,
    pg_catalog.min(k.attname) FILTER (WHERE k.attname OPERATOR(pg_catalog.=) ANY (${changed})) AS changed
  FROM (SELECT k.at, i.indnkeyatts AS columns, a.attname::pg_catalog.text AS attname, pg_catalog.quote_ident(a.attname) AS name,
      CASE WHEN o.own THEN pg_catalog.quote_ident(a.attname) ELSE pg_catalog.format('%I::%s', a.attname, pg_catalog.format_type(c.opcintype, NULL)) END AS side,
      pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, CASE WHEN o.own THEN '' ELSE pg_catalog.concat('::', pg_catalog.format_type(c.opcintype, NULL)) END AS cast, o.operators
    FROM pg_catalog.pg_index i
    CROSS JOIN pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY k(number, at)
    JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) i.indrelid AND a.attnum OPERATOR(pg_catalog.=) k.number AND k.at OPERATOR(pg_catalog.<=) i.indnkeyatts
    JOIN pg_catalog.pg_opclass c ON c.oid OPERATOR(pg_catalog.=) i.indclass[(k.at OPERATOR(pg_catalog.-) 1)::pg_catalog.int4]
    CROSS JOIN LATERAL (SELECT pg_catalog.array_agg(pg_catalog.format('OPERATOR(%I.%s)', n.nspname, p.oprname) ORDER BY m.amopstrategy) AS operators, pg_catalog.bool_and(n.nspname OPERATOR(pg_catalog.=) 'pg_catalog'::pg_catalog.name) AS own
      FROM pg_catalog.pg_amop m JOIN pg_catalog.pg_operator p ON p.oid OPERATOR(pg_catalog.=) m.amopopr JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.oprnamespace
      WHERE m.amopfamily OPERATOR(pg_catalog.=) c.opcfamily AND m.amoplefttype OPERATOR(pg_catalog.=) c.opcintype AND m.amoprighttype OPERATOR(pg_catalog.=) c.opcintype) o
    WHERE i.indrelid OPERATOR(pg_catalog.=) ${table}::pg_catalog.regclass::pg_catalog.oid AND i.indisprimary) k`;
}

function joinColumns(text: string): string {
  return `pg_catalog.string_agg(${text}, ', ' ORDER BY k.at)`;
}

/**
 * The text of a condition on the whole key. A comparison of rows has one operator for all columns. If the columns have
 * different ones, the condition is written out, and begins with the first column alone, so that the index can be used.
 * @param parameter the number of the parameter with the other key
 * @param strategies the numbers of operators in an index (PostgreSQL manual, B-tree support): `<`, `<=`, `=`, `>=`, `>`
 */
function comparedSql(parameter: 1 | 2, { strict, loose, last }: Readonly<Record<"strict" | "loose" | "last", number>>) {
  const keys = `$${parameter}::pg_catalog.text[]`;
  const value = `pg_catalog.format('(${keys})[%s]::%s%s', k.at, k.type, k.cast)`;
  const one = (strategy: number) => `pg_catalog.concat_ws(' ', k.side, k.operators[${strategy}], ${value})`;
  const whole = `pg_catalog.format('(%s) %s (%s)', ${joinColumns("k.side")}, pg_catalog.min(k.operators[${last}]), ${joinColumns(value)})`;
  const first = `pg_catalog.min(${one(loose)}) FILTER (WHERE k.at OPERATOR(pg_catalog.=) 1)`;
  const steps = `CASE WHEN k.at OPERATOR(pg_catalog.=) k.columns THEN ${one(last)} ELSE pg_catalog.format('(%s OR %s AND ', ${one(strict)}, ${one(3)}) END`;
  const ends = "pg_catalog.repeat(')', (pg_catalog.count(*) OPERATOR(pg_catalog.-) 1)::pg_catalog.int4)";
  const several = `pg_catalog.concat(${first}, ' AND ', pg_catalog.string_agg(${steps}, '' ORDER BY k.at), ${ends})`;
  const same = `pg_catalog.count(DISTINCT k.operators) OPERATOR(pg_catalog.=) 1`;
  return `pg_catalog.format('(${keys} IS NULL OR %s)', CASE WHEN ${same} THEN ${whole} ELSE ${several} END)`;
}

async function estimateRows(db: Database, table: string): Promise<number | undefined> {
  const [row] = await db.query(
    "SELECT reltuples AS rows FROM pg_catalog.pg_class WHERE oid OPERATOR(pg_catalog.=) $1::pg_catalog.regclass::pg_catalog.oid",
    [path(table)],
  );
  const rows = Number(row?.["rows"]);
  return rows > 0 ? rows : undefined;
}

function assignSql(set: Filling["set"]): string {
  return Object.entries(set)
    .map(([column, expression]) => `${id(column)} = ${expression}`)
    .join(", ");
}

/** The same as one statement for a script, which reads the key only when it runs. */
function loopSql(table: string, { set, where, batch = LARGEST_BATCH }: Filling, notes?: BatchNotes): string {
  const name = path(table);
  const filter = where === undefined ? "" : ` AND (${endComment(where)})`;
  const { declare, resume, write } = notes === undefined ? NO_NOTES : notesSql(notes);
  return blockSql(`
-- ${batch} rows at a time, each batch committed; to be run outside a transaction
DECLARE
  low pg_catalog.text[];
  high pg_catalog.text[];
  key pg_catalog.text;
  texts pg_catalog.text;
  above pg_catalog.text;
  upto pg_catalog.text;
  size pg_catalog.int4;
  changed pg_catalog.text;
  filled pg_catalog.int8;
  total pg_catalog.int8 := 0;${declare}
BEGIN
  SELECT x.* INTO key, texts, above, upto, size, changed FROM (${keySql(literal(name), Object.keys(set))}) x;
  IF key IS NULL THEN RAISE EXCEPTION '% has no primary key', ${literal(table)}; END IF;
  IF changed IS NOT NULL THEN RAISE EXCEPTION 'the primary key of % would change', ${literal(table)}; END IF;${resume}
  LOOP
    ${REFUSE_HIDDEN_ROWS}
    EXECUTE pg_catalog.concat('SELECT ARRAY[', texts, ${literal(`] FROM ${name} WHERE `)}, above, ${literal(`${filter} ORDER BY `)}, key, ' OFFSET ${batch - 1} LIMIT 1') INTO high USING low;
    EXECUTE pg_catalog.concat(${literal(`UPDATE ${name} SET ${assignSql(set)} WHERE `)}, above, ' AND ', upto, ${literal(filter)}) USING low, high;
    GET DIAGNOSTICS filled = ROW_COUNT;
    total := total OPERATOR(pg_catalog.+) filled;${write}
    COMMIT;
    EXIT WHEN high IS NULL;
    low := high;
  END LOOP;
END`);
}

/** A script that keeps no notes starts from the beginning each time. */
const NO_NOTES = { declare: "", resume: "", write: "" };

/** The parts of the statement that note each batch, and continue after the last batch of an interrupted script or run. */
function notesSql({ read, write }: BatchNotes): typeof NO_NOTES {
  const note = "pg_catalog.json_build_object('rows', total, 'last', high)::pg_catalog.text";
  return { declare: "\n  noted pg_catalog.jsonb;", resume: resumeSql(read), write: `\n    ${write(note)};` };
}

function resumeSql(read: string): string {
  const last = "pg_catalog.jsonb_extract_path(noted, 'last')";
  return `
  noted := (${read})::pg_catalog.jsonb;
  IF pg_catalog.jsonb_typeof(${last}) OPERATOR(pg_catalog.=) 'null'::pg_catalog.text THEN RETURN; END IF;
  IF noted IS NOT NULL THEN
    total := pg_catalog.jsonb_extract_path_text(noted, 'rows');
    low := ARRAY(SELECT pg_catalog.jsonb_array_elements_text(${last}));
    IF total IS NULL OR pg_catalog.cardinality(low) OPERATOR(pg_catalog.<>) size OR pg_catalog.array_position(low, NULL) IS NOT NULL THEN
      RAISE EXCEPTION 'remodel: the log does not say at which row the batches stopped';
    END IF;
  END IF;`;
}
