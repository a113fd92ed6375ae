import type { Operation } from "../schema/operation.ts";
import { blockSql, id, idList, literal, path } from "../sql.ts";
import { locked } from "./locks.ts";
import { continueSql } from "./serials.ts";
import { constantSql } from "./values.ts";

/** What a person may write into a column: text for every type, and what JavaScript has for some. */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | null
  | readonly Value[]
  | { readonly [key: string]: Value };

/** How {@link insertRows} writes its rows. */
export interface InsertOptions {
  /** Types of columns, where the value alone does not tell: with `"jsonb"`, lists and texts are JSON. */
  readonly types?: Readonly<Record<string, string>>;
  /** A serial or identity column that the rows give values to: its sequence goes on behind the largest. */
  readonly sequenceOf?: string;
  /** Rows in one statement; 500 unless told. */
  readonly batch?: number;
}

const BATCH = 500;

/**
 * Inserts rows, many in one statement. PostgreSQL reads each value as its column's type; a column that a row does not
 * name gets its default. Lists become arrays, plain objects JSON.
 * @param table the table
 * @param rows the rows, values by column
 * @param options see {@link InsertOptions}
 * @example op.insertRows("mall", [{ id: 7, title: "Riverside", tags: ["roof"] }, { id: 8, title: "Old Mill" }], { sequenceOf: "id" })
 */
export function insertRows(
  table: string,
  rows: readonly Readonly<Record<string, Value | undefined>>[],
  options: InsertOptions = {},
): Operation {
  const { types = {}, sequenceOf, batch = BATCH } = options;
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const start = `INSERT INTO ${path(table)} ${idList(columns)}${sequenceOf === undefined ? "" : " OVERRIDING SYSTEM VALUE"} VALUES`;
  const values = rows.map((row) => {
    const constants = columns.map((column) =>
      row[column] === undefined ? "DEFAULT" : constantSql(row[column], types[column]),
    );
    return `\n  (${constants.join(", ")})`;
  });
  const batches = Array.from({ length: Math.ceil(values.length / batch) }, (_, at) =>
    values.slice(at * batch, (at + 1) * batch),
  );
  return {
    name: "insertRows",
    args: Object.keys(options).length === 0 ? [table, rows] : [table, rows, options],
    target: { kind: "table", name: table, effect: "insert" },
    sql: [
      ...(sequenceOf === undefined ? [] : [sequenceCheckSql(table, sequenceOf)]),
      ...batches.map((some) => `${start}${some.join(",")}`),
      ...(sequenceOf === undefined ? [] : [continueSql(table, sequenceOf)]),
    ],
    locks: locked("ROW EXCLUSIVE", table),
  };
}

/** `setval` of no sequence does nothing, and the next row would get a number that is taken. */
function sequenceCheckSql(table: string, column: string): string {
  const sequence = `pg_catalog.pg_get_serial_sequence(${literal(path(table))}, ${literal(column)})`;
  const message = literal(`column ${id(column)} of ${path(table)} has no sequence`);
  return blockSql(
    `BEGIN IF ${sequence} IS NULL THEN RAISE undefined_object USING MESSAGE = ${message}, HINT = 'sequenceOf names a serial or identity column.'; END IF; END`,
  );
}
