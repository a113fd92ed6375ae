import { dropUndefined } from "../given.ts";
import type { Change } from "../schema/operation.ts";
import type { Question } from "../schema/question.ts";
import type { RowProbe } from "../schema/row-probe.ts";
import type { Column, Table } from "../schema/schema.ts";
import { id, path } from "../sql.ts";
import { endComment } from "../tokens.ts";
import { addColumn, alterColumn, dropColumn } from "./column-operations.ts";
import { isNullDefault } from "./column-type-changes.ts";
import { hasSequence } from "./column-types.ts";
import { describeRows } from "./constraints.ts";
import { change, type Owners } from "./kind.ts";
import { mayGiveNull } from "./null-results.ts";
import type { ColumnPlace } from "./rebuild.ts";
import { type RowSource, tableSource } from "./row-probes.ts";
import { rowsWithResults } from "./rows-with-results.ts";

/** A generated column, or one that becomes one. */
type Generated = Column & { readonly asExpression: string };

/** Whether PostgreSQL computes the values of a column. */
export function isGenerated(column: Column): column is Generated {
  return column.asExpression !== undefined;
}

/**
 * Adds a generated column, after those that it may read.
 * @param column the column
 * @param owners its table
 * @param place its place among the columns
 */
export function generatedAddition(column: Generated, owners: Owners<Table>, place: ColumnPlace): Change {
  const from = owners.before.columns.find(({ name }) => name === column.name);
  const added = change(addColumn(owners.after.name, column, place), askAboutNull("constraint", from, column, owners));
  return { ...added, createAfter: "columns" };
}

/** Drops a column, and creates it again as a generated one with another definition. */
export function generatedReplacement(from: Column, to: Generated, owners: Owners<Table>): Change {
  const table = owners.after.name;
  const question = isGenerated(from)
    ? askAboutNull("type", from, to, owners)
    : askAboutValues(from, to, table, findsNull(to, owners));
  return {
    operations: [dropColumn(table, from.name), addColumn(table, to)],
    createAfter: "columns",
    ...dropUndefined({ question }),
  };
}

/** A plain column becomes a generated one. */
function askAboutValues({ name }: Column, { asExpression }: Generated, table: string, mayFail: boolean): Question {
  const expression = `(${endComment(asExpression)})`;
  const isOther = `${id(name)} IS DISTINCT FROM ${expression}`;
  return {
    about: "type",
    asks: "generated",
    subject: { kind: "column", table, name },
    to: asExpression,
    query: `SELECT * FROM ${path(table)} WHERE ${mayFail ? `${isOther} OR ${expression} IS NULL` : isOther}`,
    rows: mayFail ? "change or fail" : "change",
  };
}

/** Makes a generated column NOT NULL, after the columns that it reads are. */
export function generatedRequirement(to: Generated, table: string): Change {
  const required = alterColumn(table, to.name, { nullable: false });
  return { ...change(required, describeNull("constraint", to, table)), createAfter: "columns" };
}

/**
 * Asks about the rows in which a generated column that is NOT NULL would be NULL. A column that was NOT NULL with the same
 * expression has no such rows.
 * @param from the column before, if there is one
 */
function askAboutNull(
  about: "constraint" | "type",
  from: Column | undefined,
  to: Generated,
  owners: Owners<Table>,
): Question | undefined {
  const wasRequired = from?.asExpression === to.asExpression && !from.nullable;
  if (wasRequired || !findsNull(to, owners)) return undefined;
  return describeNull(about, to, owners.after.name, (probe) => rowsWithResults(owners, probe));
}

function describeNull(
  about: "constraint" | "type",
  { name, asExpression }: Generated,
  table: string,
  source?: (probe: RowProbe) => RowSource,
): Question {
  const probe: RowProbe = { table, finds: "null results", expression: asExpression };
  const subject = { kind: "column", table, name };
  return { about, asks: "null result", subject, to: asExpression, ...describeRows(probe, source?.(probe)) };
}

/** Whether a generated column is NOT NULL, and reads columns that may have NULL. */
function findsNull({ nullable, asExpression }: Generated, owners: Owners<Table>): boolean {
  return !nullable && mayGiveNull(asExpression, (column) => mayHaveNull(column, owners));
}

/** Whether rows may have NULL in a column when PostgreSQL computes what is generated from it. */
function mayHaveNull(name: string, { before, after }: Owners<Table>): boolean {
  const column = after.columns.find((one) => one.name === name);
  if (column === undefined || !tableSource(after).isNullable(name)) return false;
  const isOld = before.columns.some((one) => one.name === name);
  if (isOld) return tableSource(before).isNullable(name);
  return isNullDefault(column.default) && !hasSequence(column);
}
