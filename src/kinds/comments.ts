import type { Operation } from "../schema/operation.ts";
import { id, literal, path } from "../sql.ts";
import { locked } from "./locks.ts";
import type { ParameterRules } from "./rules.ts";
import * as is from "./rules.ts";

/** What its operations take. */
export const commentParameters = {
  commentOnTable: { table: is.text, comment: is.nullable(is.anyText) },
  commentOnColumn: { table: is.text, column: is.text, comment: is.nullable(is.anyText) },
} satisfies Readonly<Record<string, ParameterRules>>;

/**
 * Sets or removes the comment of a table.
 * @param table the table
 * @param comment the text; `null` removes it
 * @example op.commentOnTable("shop", "Shops of all malls")
 */
export function commentOnTable(table: string, comment: string | null): Operation {
  return {
    name: "commentOnTable",
    args: [table, comment],
    target: { kind: "table", name: table, effect: "comment" },
    sql: [`COMMENT ON TABLE ${path(table)} IS ${commentSql(comment)}`],
    locks: locked("SHARE UPDATE EXCLUSIVE", table),
  };
}

/**
 * Sets or removes the comment of a column.
 * @param table the table
 * @param column the column
 * @param comment the text; `null` removes it
 * @example op.commentOnColumn("shop", "code", "Unique within the mall")
 */
export function commentOnColumn(table: string, column: string, comment: string | null): Operation {
  return {
    name: "commentOnColumn",
    args: [table, column, comment],
    target: { kind: "column", table, name: column, effect: "comment" },
    sql: [`COMMENT ON COLUMN ${path(table)}.${id(column)} IS ${commentSql(comment)}`],
    locks: locked("SHARE UPDATE EXCLUSIVE", table),
  };
}

function commentSql(comment: string | null): string {
  if (comment === null) return "NULL";
  return literal(comment);
}
