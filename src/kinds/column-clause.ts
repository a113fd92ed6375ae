import { collect, joinClauses } from "../collect.ts";
import { mapGiven } from "../given.ts";
import type { Operation } from "../schema/operation.ts";
import type { Column } from "../schema/schema.ts";
import { alterColumnSql, id, path } from "../sql.ts";
import { endComment, tokenize } from "../tokens.ts";
import { hasSequence, isSerial } from "./column-types.ts";
import { commentOnColumn } from "./comments.ts";
import { renameOwnSql } from "./serials.ts";

/** The clause of `CREATE TABLE` and `ADD COLUMN`. */
export function columnSql(column: Column): string {
  const { collation, asExpression, generatedType = "STORED", generatedIdentity } = column;
  return joinClauses(
    id(column.name),
    column.type,
    mapGiven(collation, (name) => `COLLATE ${path(name)}`),
    mapGiven(asExpression, (text) => `GENERATED ALWAYS AS (${endComment(text)}) ${generatedType}`),
    mapGiven(generatedIdentity, (when) => `GENERATED ${when} AS IDENTITY`),
    mapGiven(column.default, (value) => `DEFAULT ${defaultSql(value)}`),
    !column.nullable && "NOT NULL",
  );
}

/** These are part of a default without parentheses in `ALTER COLUMN`, but not in the clause of a column. */
const OPERATOR_WORDS = new Set(
  "and at between collate ilike in is isnull like not notnull or overlaps similar".split(" "),
);

function defaultSql(expression: string): string {
  const text = endComment(expression);
  const isOperator = tokenize(text).some(
    ({ kind, text: word }) => kind === "word" && OPERATOR_WORDS.has(word.toLowerCase()),
  );
  if (isOperator) return `(${text})`;
  return text;
}

/** The statements that a new column needs after its clause: for its nullability, its sequence and its comment. */
export function afterColumnSql(table: string, { name, type, nullable, sequence, comment }: Column): readonly string[] {
  const becomesNullable = isSerial(type) && nullable; // PostgreSQL always creates a serial column as NOT NULL
  return [
    ...collect(
      becomesNullable && alterColumnSql(table, name, "DROP NOT NULL"),
      sequence !== undefined && renameOwnSql(table, name, sequence),
    ),
    ...(comment === undefined ? [] : commentOnColumn(table, name, comment).sql),
  ];
}

/** Whether existing rows have no value for a new column that is NOT NULL. */
export function needsValue(column: Column): boolean {
  const { nullable, default: value, asExpression } = column;
  return !nullable && value === undefined && asExpression === undefined && !hasSequence(column);
}

/** The rows that have no value for a new column that is NOT NULL. */
export function probeAddition(table: string, column: Column): Pick<Operation, "probes"> {
  const { nullable, asExpression: expression } = column;
  if (needsValue(column)) return { probes: [{ table, finds: "any row" }] };
  if (nullable || expression === undefined) return {};
  return { probes: [{ table, finds: "null results", expression }] };
}
