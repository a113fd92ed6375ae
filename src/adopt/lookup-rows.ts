import { joinTexts } from "../collect.ts";
import { type Database, PINNED_SETTINGS, setLocalSql } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { hasSequence } from "../kinds/column-types.ts";
import { insertRows } from "../kinds/operations.ts";
import { type ServerInfo, searchPathSql } from "../read/server-info.ts";
import type { Schema, Table } from "../schema/schema.ts";
import { id, literal, path } from "../sql.ts";
import { joinNames } from "../words.ts";
import type { LiveDatabase } from "./live.ts";
import type { BaselineNode } from "./nodes.ts";

/** The most rows of a table that a revision file takes along. */
const MOST_ROWS = 10_000;

/**
 * Reads the rows of lookup tables, in the order of their foreign keys.
 * @param names the tables
 * @throws RemodelError `USAGE` for a table that is not there or has too many rows, or whose rows need those of another
 */
export async function readLookupRows(
  db: Database,
  server: ServerInfo,
  { schema, found }: Pick<LiveDatabase, "schema" | "found">,
  names: readonly string[],
): Promise<readonly BaselineNode[]> {
  const tables = inOrder(names.map((name) => findTable(schema, name)));
  await refuseReferences(db, server, tables);
  const nodes: BaselineNode[] = [];
  for (const [at, table] of tables.entries()) {
    const { rows, types } = await readRows(db, server, table);
    const sequenceOf = table.columns.find(hasSequence)?.name;
    const { address: owner = "" } =
      found.objects.find(({ kind, name }) => kind === "table" && path(name) === path(table.name)) ?? {};
    if (rows.length === 0) continue;
    nodes.push({
      address: `rows ${at}`,
      object: { kind: "rows", name: table.name },
      create: [insertRows(table.name, rows, dropUndefined({ sequenceOf, types }))],
      drop: [],
      owner,
    });
  }
  return nodes;
}

/** Notes that a baseline which was written before lacks the rows of some tables: it is not written again. */
export function noteRowsLeftOut(
  carried: readonly { readonly kind: string; readonly name: string }[],
  names: readonly string[] = [],
): readonly string[] {
  const taken = new Set(carried.flatMap(({ kind, name }) => (kind === "rows" ? [path(name)] : [])));
  const left = names.filter((name) => !taken.has(path(name)));
  if (left.length === 0) return [];
  return [
    `The baseline was written before, without the rows of ${joinNames(left)}. To write it again, go back first, as below.`,
  ];
}

function findTable({ tables = [] }: Schema, name: string): Table {
  const found = tables.find((table) => path(table.name) === path(name));
  if (found !== undefined) return found;
  throw new RemodelError("USAGE", `The database has no table ${name}.`, {
    hint: "Name tables as a revision does: --rows roles,audit.kinds",
  });
}

/** Referenced tables first; in a circle, as they were named. */
function inOrder(tables: readonly Table[]): readonly Table[] {
  const left = [...tables];
  const sorted: Table[] = [];
  while (left.length > 0) {
    const isReady = ({ name, foreignKeys = [] }: Table) =>
      foreignKeys.every(
        ({ references }) => references.table === name || !left.some((one) => one.name === references.table),
      );
    const [next] = left.splice(Math.max(left.findIndex(isReady), 0), 1);
    if (next !== undefined) sorted.push(next);
  }
  return sorted;
}

/** Rows that reference rows of another table need those in every database. */
async function refuseReferences(db: Database, server: ServerInfo, tables: readonly Table[]): Promise<void> {
  const taken = new Set(tables.map(({ name }) => name));
  for (const { name, foreignKeys = [] } of tables)
    for (const { columns, references } of foreignKeys.filter((key) => !taken.has(key.references.table))) {
      const isSet = columns.map((column) => `${id(column)} IS NOT NULL`).join(" AND ");
      const [row] = await readInPath(db, server, `SELECT count(*) FROM ${path(name)} WHERE ${isSet}`);
      if (row?.[0] === "0") continue;
      throw new RemodelError(
        "USAGE",
        `Rows of ${name} reference ${references.table}, whose rows are not taken along.`,
        {
          hint: `Add it: --rows ${[...taken, references.table].join(",")}`,
        },
      );
    }
}

const NUMBERS = new Set(["smallint", "integer", "serial", "smallserial"]);

async function readRows(db: Database, server: ServerInfo, table: Table) {
  const columns = table.columns.filter(({ asExpression }) => asExpression === undefined);
  const types = await readTypesOfMoney(db, server, table);
  const list = columns
    .map(({ name }) => joinTexts(id(name), types[name] !== undefined && `::${types[name]}`, "::text"))
    .join(", ");
  const keys = table.primaryKey?.columns ?? [];
  const order = keys.length === 0 ? "ctid" : keys.map((key) => id(key)).join(", ");
  const rows = await readInPath(
    db,
    server,
    `SELECT ${list} FROM ${path(table.name)} ORDER BY ${order} LIMIT ${MOST_ROWS + 1}`,
  );
  if (rows.length > MOST_ROWS)
    throw new RemodelError("USAGE", `The table ${table.name} has more than ${MOST_ROWS} rows.`, {
      hint: "Take along tables that are the same in every database, such as roles or countries.",
    });
  return {
    rows: rows.map((row) =>
      Object.fromEntries(columns.map(({ name, type }, at) => [name, toValue(row[at] ?? null, type)])),
    ),
    ...(Object.keys(types).length > 0 && { types }),
  };
}

/**
 * The columns of the type `money`, of its arrays and of domains over them, with the type that their values are written as.
 * What the text of such a value means, and how many digits it has, depends on `lc_monetary` of the database.
 */
async function readTypesOfMoney(
  db: Database,
  server: ServerInfo,
  { name }: Table,
): Promise<Readonly<Record<string, string>>> {
  const found = await readInPath(
    db,
    server,
    `WITH RECURSIVE base (name, type) AS (
      SELECT attname, atttypid FROM pg_catalog.pg_attribute
        WHERE attrelid = ${literal(path(name))}::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped
      UNION ALL SELECT b.name, t.typbasetype FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.type WHERE t.typbasetype <> 0)
    SELECT name::text, CASE type WHEN 'pg_catalog.money'::pg_catalog.regtype THEN 'numeric' ELSE 'numeric[]' END FROM base
      WHERE type IN ('pg_catalog.money'::pg_catalog.regtype, 'pg_catalog.money[]'::pg_catalog.regtype)`,
  );
  return Object.fromEntries(found.map(([column, type]) => [column, type]));
}

/** A number or a truth value as a person writes it; all else as PostgreSQL prints it. */
function toValue(text: string | null, type: string): string | number | boolean | null {
  if (text === null) return null;
  if (NUMBERS.has(type)) return Number(text);
  return type === "boolean" ? text === "true" : text;
}

/** A query about tables of the project, in a transaction of its own. */
async function readInPath(
  db: Database,
  server: ServerInfo,
  query: string,
): Promise<readonly (readonly (string | null)[])[]> {
  const settings = `BEGIN READ ONLY; ${setLocalSql(PINNED_SETTINGS)}; ${searchPathSql(server)}`;
  const results = await db.read(`${settings}; ${query}; COMMIT`);
  return results.at(-2) ?? [];
}
