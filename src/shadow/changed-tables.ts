import { isDeepStrictEqual } from "node:util";
import { ask, type Database } from "../database.ts";
import { type FillTable, readFillCatalog } from "./fill-catalog.ts";

/** What decides about the rows of each table, by `schema.name`. */
export type TableShapes = ReadonlyMap<string, unknown>;

const TRIGGERS_SQL = `SELECT n.nspname || '.' || c.relname AS name, string_agg(pg_get_triggerdef(t.oid) || p.prosrc, ';' ORDER BY t.tgname) AS text
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal GROUP BY 1`;

/** Reads what decides whether a table takes a row: columns, constraints, triggers. */
export async function readShapes(db: Database): Promise<TableShapes> {
  const { tables, domainRules } = await readFillCatalog(db);
  const triggers = await ask<{ name: string; text: string }>(db, TRIGGERS_SQL);
  const texts = new Map(triggers.map(({ name, text }) => [name, text]));
  return new Map(
    tables.map((table) => [fullTableName(table), [withoutOid(table), domainRules, texts.get(fullTableName(table))]]),
  );
}

function withoutOid({ oid: _, columns, ...table }: FillTable): unknown {
  return { ...table, columns: columns.map(({ number: __, ...column }) => column) };
}

/** The name of a table in {@link TableShapes}. */
export function fullTableName({ schema, name }: Pick<FillTable, "schema" | "name">): string {
  return `${schema}.${name}`;
}

/** The tables that are not the same in both databases. */
export function findChanged(before: TableShapes, after: TableShapes): ReadonlySet<string> {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return new Set(names.filter((name) => !isDeepStrictEqual(before.get(name), after.get(name))));
}
