import type { Database } from "../database.ts";
import { RemodelError } from "../errors.ts";
import type { Batches, BatchNotes, Operation } from "../schema/operation.ts";
import { blockSql, id, literal, path } from "../sql.ts";
import { locked } from "./locks.ts";

/** What {@link backfill} writes, and where. */
export interface Filling {
  /** SQL expressions by column, over the columns of the row: `{ slug: "lower(name)" }`. */
  readonly set: Readonly<Record<string, string>>;
  /** Which rows; all unless told. */
  readonly where?: string;
  /** Rows that are locked and committed together; 10000 unless told. */
  readonly batch?: number;
}

const BATCH = 10_000;

/**
 * Fills columns of a large table in batches along its primary key. Each batch is a transaction of its own, outside the
 * revision's, so that no row is locked for long; a run that was interrupted goes on behind its last batch, and no
 * row is written twice. Rows that come in meanwhile are the application's to fill. The table needs a primary key.
 * @param table the table
 * @param filling see {@link Filling}
 * @example op.backfill("shop", { set: { slug: "lower(name)" }, where: "slug IS NULL", batch: 1000 })
 */
export function backfill(table: string, filling: Filling): Operation {
  return {
    name: "backfill",
    args: [table, filling],
    sql: [loopSql(table, filling)],
    outsideTransaction: true,
    locks: locked("ROW EXCLUSIVE", table),
    run: (db, batches) => fill(db, table, filling, batches),
    script: (notes) => loopSql(table, filling, notes),
  };
}

/** How far it is: the key of the last row of the last batch, `null` at the end of the table. */
interface Position {
  readonly rows: number;
  readonly last: readonly string[] | null;
}

async function fill(db: Database, table: string, filling: Filling, batches: Batches): Promise<void> {
  const key = await keyOf(db, table, filling);
  const of = filling.where === undefined ? await estimate(db, table) : undefined;
  let at: Position | undefined = batches.position === undefined ? undefined : JSON.parse(batches.position);
  while (at?.last !== null) {
    const from: Position | undefined = at;
    await batches.batch(async () => {
      at = await fillBatch(db, table, filling, key, from);
      return JSON.stringify(at);
    });
    batches.progress(at?.rows ?? 0, of);
  }
}

interface KeyColumn {
  readonly name: string;
  readonly type: string;
}

async function fillBatch(
  db: Database,
  table: string,
  { set, where, batch = BATCH }: Filling,
  key: readonly KeyColumn[],
  from: Position | undefined,
): Promise<Position> {
  const names = key.map(({ name }) => id(name)).join(", ");
  const beyond = (operator: string, offset: number) =>
    `(${names}) ${operator} (${key.map(({ type }, at) => `$${at + 1 + offset}::${type}`).join(", ")})`;
  const low = from?.last ?? [];
  const rows = [...(low.length === 0 ? [] : [beyond(">", 0)]), ...(where === undefined ? [] : [`(${where})`])];
  const filter = (conditions: readonly string[]) =>
    conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  const [high] = await db.query(
    `SELECT ARRAY[${key.map(({ name }) => `${id(name)}::text`).join(", ")}] AS key FROM ${path(table)}${filter(rows)} ORDER BY ${names} OFFSET ${batch - 1} LIMIT 1`,
    low,
  );
  const last = (high?.["key"] ?? null) as readonly string[] | null;
  const range = [...rows, ...(last === null ? [] : [beyond("<=", low.length)])];
  const [done] = await db.query(
    `WITH filled AS (UPDATE ${path(table)} SET ${assignments(set)}${filter(range)} RETURNING 1) SELECT pg_catalog.count(*) AS rows FROM filled`,
    [...low, ...(last ?? [])],
  );
  return { rows: (from?.rows ?? 0) + Number(done?.["rows"]), last };
}

/** The columns of the primary key, in its order. */
async function keyOf(db: Database, table: string, { set }: Filling): Promise<readonly KeyColumn[]> {
  const key = (await db.query(
    `SELECT a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type ${KEY_COLUMNS} WHERE i.indrelid OPERATOR(pg_catalog.=) $1::pg_catalog.regclass::pg_catalog.oid AND i.indisprimary ORDER BY k.at`,
    [path(table)],
  )) as unknown as readonly KeyColumn[];
  const changed = key.find(({ name }) => name in set);
  if (key.length > 0 && changed === undefined) return key;
  const why = changed === undefined ? "has no primary key" : `would change ${changed.name} of its primary key`;
  throw new RemodelError("OPERATION_INVALID", `op.backfill goes along the primary key, but ${table} ${why}.`, {
    hint: "Write op.sql(`UPDATE …`) instead.",
  });
}

const KEY_COLUMNS = `FROM pg_catalog.pg_index i
  CROSS JOIN pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY k(number, at)
  JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) i.indrelid AND a.attnum OPERATOR(pg_catalog.=) k.number AND k.at OPERATOR(pg_catalog.<=) i.indnkeyatts`;

async function estimate(db: Database, table: string): Promise<number | undefined> {
  const [row] = await db.query(
    "SELECT reltuples AS rows FROM pg_catalog.pg_class WHERE oid OPERATOR(pg_catalog.=) $1::pg_catalog.regclass::pg_catalog.oid",
    [path(table)],
  );
  const rows = Number(row?.["rows"]);
  return rows > 0 ? rows : undefined;
}

function assignments(set: Filling["set"]): string {
  return Object.entries(set)
    .map(([column, expression]) => `${id(column)} = ${expression}`)
    .join(", ");
}

/** The same as one statement, for a script, which knows the key only once it runs. */
function loopSql(table: string, { set, where, batch = BATCH }: Filling, notes?: BatchNotes): string {
  const [name, filter] = [path(table), where === undefined ? "" : ` AND (${where})`];
  const changed = Object.keys(set).map(literal).join(", ");
  const list = (text: string) => `pg_catalog.string_agg(${text}, ', ' ORDER BY k.at)`;
  const key = "pg_catalog.quote_ident(a.attname)";
  const cast = (row: string) =>
    `pg_catalog.format('$${row}[%s]::%s', k.at, pg_catalog.format_type(a.atttypid, a.atttypmod))`;
  return blockSql(`
-- ${batch} rows at a time, each batch committed; to be run outside a transaction
DECLARE
  low text[];
  high text[];
  key text;
  texts text;
  above text;
  upto text;
  part text := 'true';
  changed boolean;
  filled bigint;
  total bigint := 0;${notes === undefined ? "" : "\n  noted jsonb;"}
BEGIN
  SELECT ${list(key)}, ${list(`${key} || '::text'`)}, ${list(cast("1"))}, ${list(cast("2"))}, pg_catalog.bool_or(a.attname::text IN (${changed}))
  INTO key, texts, above, upto, changed
  ${KEY_COLUMNS}
  WHERE i.indrelid OPERATOR(pg_catalog.=) ${literal(name)}::pg_catalog.regclass::pg_catalog.oid AND i.indisprimary;
  IF key IS NULL THEN RAISE EXCEPTION '% has no primary key', ${literal(table)}; END IF;
  IF changed THEN RAISE EXCEPTION 'the primary key of % would change', ${literal(table)}; END IF;${notes === undefined ? "" : continuedSql(notes)}
  LOOP
    EXECUTE 'SELECT ARRAY[' || texts || ${literal(`] FROM ${name} WHERE `)} || part || ${literal(`${filter} ORDER BY `)} || key || ' OFFSET ${batch - 1} LIMIT 1' INTO high USING low;
    EXECUTE ${literal(`UPDATE ${name} SET ${assignments(set)} WHERE `)} || part || CASE WHEN high IS NULL THEN '' ELSE pg_catalog.format(' AND (%s) <= (%s)', key, upto) END || ${literal(filter)} USING low, high;
    GET DIAGNOSTICS filled = ROW_COUNT;
    total := total + filled;${notes === undefined ? "" : `\n    ${notes.write("pg_catalog.json_build_object('rows', total, 'last', high)::text")};`}
    COMMIT;
    EXIT WHEN high IS NULL;
    low := high;
    part := pg_catalog.format('(%s) > (%s)', key, above);
  END LOOP;
END`);
}

/** Goes on behind the last batch that an interrupted script, or a run, has noted. */
function continuedSql({ read }: BatchNotes): string {
  return `
  noted := (${read})::jsonb;
  IF pg_catalog.jsonb_typeof(noted -> 'last') = 'null' THEN RETURN; END IF;
  IF noted IS NOT NULL THEN
    total := noted ->> 'rows';
    low := ARRAY(SELECT pg_catalog.jsonb_array_elements_text(noted -> 'last'));
    part := pg_catalog.format('(%s) > (%s)', key, above);
  END IF;`;
}
