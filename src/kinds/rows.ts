import { collect, joinClauses } from "../collect.ts";
import type { Operation } from "../schema/operation.ts";
import { blockSql, id, idList, literal, path } from "../sql.ts";
import { withOptions } from "./kind.ts";
import { locked } from "./locks.ts";
import * as is from "./rules.ts";
import { optional, type ParameterRules, shape } from "./rules.ts";
import { continueSql } from "./serials.ts";
import { constantSql } from "./values.ts";

/** A value for a column: text for every type, and other JavaScript values for some. */
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

/** Options of {@link insertRows}. */
export interface InsertOptions {
  /** Types of columns, where the value does not show the type: with `"jsonb"`, lists and texts are JSON. */
  readonly types?: Readonly<Record<string, string>>;
  /** A serial or identity column that the rows have values for: its sequence continues after the largest value. */
  readonly sequenceOf?: string;
  /** The number of rows in one statement; left out, 500. */
  readonly batch?: number;
}

const BATCH = 500;

/** What its operations take. */
export const rowParameters = {
  insertRows: {
    table: is.text,
    rows: is.nonEmptyList(is.entries(optional(is.constant))),
    options: optional(
      shape<InsertOptions>({
        types: optional(is.entries(is.text)),
        sequenceOf: optional(is.text),
        batch: optional(is.positiveInteger),
      }),
    ),
  },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Inserts rows, many in one statement. PostgreSQL reads each value as the type of its column. A column that is missing in
 * a row gets its default. Lists become arrays, and plain objects become JSON.
 * @param table the table
 * @param rows the rows, each with its values by column
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
  const start = joinClauses(
    `INSERT INTO ${path(table)} ${idList(columns)}`,
    sequenceOf !== undefined && "OVERRIDING SYSTEM VALUE",
    "VALUES",
  );
  const values = rows.map((row) => {
    const constants = columns.map((column) => valueSql(row[column], types[column]));
    return `\n  (${constants.join(", ")})`;
  });
  const batches = Array.from({ length: Math.ceil(values.length / batch) }, (_, at) =>
    values.slice(at * batch, (at + 1) * batch),
  );
  return {
    name: "insertRows",
    args: withOptions([table, rows], options),
    target: { kind: "table", name: table, effect: "insert" },
    sql: collect(
      sequenceOf !== undefined && sequenceCheckSql(table, sequenceOf),
      ...batches.map((some) => `${start}${some.join(",")}`),
      sequenceOf !== undefined && continueSql(table, sequenceOf),
    ),
    locks: locked("ROW EXCLUSIVE", table),
  };
}

function valueSql(value: Value | undefined, type: string | undefined): string {
  if (value === undefined) return "DEFAULT";
  return constantSql(value, type);
}

/** Without a sequence, `setval` does nothing, and the next row would get a number that is used already. */
function sequenceCheckSql(table: string, column: string): string {
  const sequence = `pg_catalog.pg_get_serial_sequence(${literal(path(table))}, ${literal(column)})`;
  const message = literal(`column ${id(column)} of ${path(table)} has no sequence`);
  return blockSql(
    `BEGIN IF ${sequence} IS NULL THEN RAISE undefined_object USING MESSAGE = ${message}, HINT = 'sequenceOf names a serial or identity column.'; END IF; END`,
  );
}
