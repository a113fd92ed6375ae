import { ask, type Database } from "../database.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { RowProbe } from "../schema/row-probe.ts";
import { id, literal, parseName } from "../sql.ts";
import type { LiveColumn } from "./row-source.ts";

/** What is in the database of the tables that probes look at, by their names before the run. */
export interface RowFacts {
  readonly columns: ReadonlyMap<string, readonly LiveColumn[]>;
  /** The constraints that are NOT VALID, by table and name, as `checkKey` writes them. */
  readonly unchecked: ReadonlyMap<string, RowProbe>;
  /** For each table the bare names of those whose foreign keys or triggers may write to it. */
  readonly writers: ReadonlyMap<string, readonly string[]>;
}

/** The key of a constraint in {@link RowFacts}. */
export function checkKey(table: string, name: string): string {
  return `${table}\0${name}`;
}

/** Reads them. Tables that do not exist are left out. */
export async function readRowFacts(db: Database, server: ServerInfo, tables: readonly string[]): Promise<RowFacts> {
  if (tables.length === 0) return { columns: new Map(), unchecked: new Map(), writers: new Map() };
  const listed = tables.map((table) => `(${literal(table)}, ${literal(fullName(table, server))})`).join(", ");
  const given = `given AS (SELECT g.given, to_regclass(g.name)::oid AS oid FROM (VALUES ${listed}) g (given, name))`;
  return {
    columns: await readColumns(db, server, given),
    unchecked: await readUnchecked(db, server, given),
    writers: await readWriters(db, given),
  };
}

function fullName(table: string, { schema: own }: ServerInfo): string {
  const { schema = own, name } = parseName(table);
  return `${id(schema)}.${id(name)}`;
}

async function readColumns(db: Database, { schema }: ServerInfo, given: string): Promise<RowFacts["columns"]> {
  const rows = await ask<{ given: string; name: string; type: string; nullable: boolean; labels: string[] | null }>(
    db,
    `WITH ${given}
    SELECT g.given, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
      (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e
        WHERE e.enumtypid = CASE WHEN t.typelem <> 0 THEN t.typelem ELSE t.oid END) AS labels
    FROM given g JOIN pg_attribute a ON a.attrelid = g.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    ORDER BY a.attrelid, a.attnum`,
  );
  const found = new Map<string, LiveColumn[]>();
  for (const { given: table, name, type, nullable, labels } of rows) {
    const column = { name, type: withoutOwn(type, schema), nullable, ...(labels !== null && { labels }) };
    found.set(table, [...(found.get(table) ?? []), column]);
  }
  return found;
}

/** Types of the connection's own schema have no schema in the names of models. */
function withoutOwn(type: string, schema: string): string {
  const own = [`${schema}.`, `${id(schema)}.`].find((start) => type.startsWith(start)) ?? "";
  return type.slice(own.length);
}

interface UncheckedRow extends Record<string, unknown> {
  readonly given: string;
  readonly name: string;
  readonly expression: string | null;
  readonly columns: readonly string[];
  readonly schema: string | null;
  readonly other: string | null;
  readonly others: readonly string[];
}

/** The columns of a key, in its order. */
function namesOfKey(key: string, table: string): string {
  return `(SELECT coalesce(json_agg(a.attname ORDER BY o.at), '[]') FROM unnest(${key}) WITH ORDINALITY o(number, at)
    JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = o.number)`;
}

async function readUnchecked(db: Database, { schema: own }: ServerInfo, given: string): Promise<RowFacts["unchecked"]> {
  const rows = await ask<UncheckedRow>(
    db,
    `WITH ${given}
    SELECT g.given, k.conname::text AS name, pg_get_expr(k.conbin, k.conrelid) AS expression, ${namesOfKey("k.conkey", "k.conrelid")} AS columns,
      n.nspname::text AS schema, r.relname::text AS other, ${namesOfKey("k.confkey", "k.confrelid")} AS others
    FROM given g JOIN pg_constraint k ON k.conrelid = g.oid AND NOT k.convalidated
    LEFT JOIN pg_class r ON r.oid = k.confrelid LEFT JOIN pg_namespace n ON n.oid = r.relnamespace`,
  );
  return new Map(rows.map((row) => [checkKey(row.given, row.name), readCheck(row, own)]));
}

function readCheck(
  { given: table, name, expression, columns, schema, other, others }: UncheckedRow,
  own: string,
): RowProbe {
  if (expression !== null) return { table, name, finds: "violations", expression };
  if (other === null) return { table, name, finds: "nulls", columns };
  const referenced = schema === own || schema === null ? id(other) : `${id(schema)}.${id(other)}`;
  return { table, name, finds: "orphans", columns, references: { table: referenced, columns: others } };
}

/** A trigger may write to any table; a foreign key with an action writes to the table that has it, and so on. */
async function readWriters(db: Database, given: string): Promise<RowFacts["writers"]> {
  const rows = await ask<{ given: string; names: readonly string[] }>(
    db,
    `WITH RECURSIVE ${given},
    action AS (SELECT k.conrelid AS child, k.confrelid AS parent FROM pg_constraint k
      WHERE k.contype = 'f' AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd'))),
    triggered AS (SELECT DISTINCT t.tgrelid AS oid FROM pg_trigger t WHERE NOT t.tgisinternal),
    writer AS (
      SELECT g.given, a.parent AS oid FROM given g JOIN action a ON a.child = g.oid
      UNION SELECT g.given, t.oid FROM given g CROSS JOIN triggered t
      UNION SELECT w.given, a.parent FROM writer w JOIN action a ON a.child = w.oid)
    SELECT w.given, json_agg(c.relname) AS names FROM writer w JOIN pg_class c ON c.oid = w.oid GROUP BY w.given`,
  );
  return new Map(rows.map(({ given: table, names }) => [table, names]));
}
