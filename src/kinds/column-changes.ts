import type { Change, Question } from "../schema/operation.ts";
import type { Column, Table } from "../schema/schema.ts";
import { id, path, temporaryName } from "../sql.ts";
import { addColumn, alterColumn, dropColumn, renameColumn } from "./column-operations.ts";
import { sequenceChanges } from "./column-sequence-changes.ts";
import { defaultChanges, typeChanges } from "./column-type-changes.ts";
import { isSerial, storedType } from "./column-types.ts";
import { commentOnColumn } from "./comments.ts";
import { change, type Owners } from "./kind.ts";
import type { ColumnPlace } from "./rebuild.ts";
import { PLACEHOLDER, sql } from "./statements.ts";

/** A required column needs a value in the existing rows. */
export function addition(column: Column, table: Table, place: ColumnPlace): Change {
  const filled =
    column.nullable || column.default !== undefined || column.generatedIdentity !== undefined || isSerial(column.type);
  if (column.asExpression !== undefined)
    return { ...change(addColumn(table.name, column, place)), createAfter: "columns" };
  if (filled) return change(addColumn(table.name, column, place));
  return {
    operations: [
      addColumn(table.name, { ...column, nullable: true }, place),
      alterColumn(table.name, column.name, { nullable: false }),
    ],
    question: {
      about: "constraint",
      text: `${table.name}.${column.name} is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE ${path(table.name)} SET ${id(column.name)} = …\`) between these two lines.`,
    },
  };
}

const MAX_CANDIDATES = 5;

/** Where other columns come, one of them may have the values of the one that goes. */
export function removal({ name, asExpression }: Column, { before, after, taken }: Owners<Table>): Change {
  const dropped = change(dropColumn(after.name, name));
  const had = new Set(before.columns.map((column) => column.name));
  const added = after.columns.filter((column) => !had.has(column.name) && column.asExpression === undefined);
  const rival = taken?.get(name);
  if (asExpression === undefined && added.length === 0 && rival !== undefined)
    return {
      ...dropped,
      question: lossQuestion(
        after.name,
        name,
        `It may have become ${rival}, instead of the column that is now renamed to ${rival}. To keep its values, rename it instead of that column, or copy the values with op.sql(…) before the drop`,
      ),
    };
  if (asExpression !== undefined || added.length === 0) return dropped;
  const was = before.columns.find((column) => column.name === name);
  const names = added.map((column) => column.name).join(", ");
  return {
    ...dropped,
    question: lossQuestion(
      after.name,
      name,
      `The revision adds these columns: ${names}. To keep its values, copy them with op.sql(…) before the drop. Or keep a commented rename instead of the drop and that addColumn`,
    ),
    alternatives: added.slice(0, MAX_CANDIDATES).map((column) => ({
      when: "or" as const,
      operation: renameColumn(after.name, name, column.name),
      reason: was?.type === column.type ? `both are ${column.type}` : `${was?.type} and ${column.type}`,
    })),
  };
}

function lossQuestion(table: string, column: string, why: string): Question {
  return {
    about: "drop",
    text: `${table}.${column} is dropped. ${why}. Values that are lost:`,
    query: `SELECT ${id(column)} FROM ${path(table)} WHERE ${id(column)} IS NOT NULL`,
  };
}

/** A place only where one is wanted and a column that is there already stands behind it. */
export function placeOf(column: Column, { before, after, keepOrder }: Owners<Table>): ColumnPlace {
  const at = after.columns.findIndex(({ name }) => name === column.name);
  const there = new Set(before.columns.map(({ name }) => name));
  const next = after.columns.slice(at + 1).find(({ name }) => there.has(name));
  if (!keepOrder || next === undefined) return {};
  return at === 0 ? { before: next.name } : { after: after.columns[at - 1]!.name };
}

export function alteration(from: Column, to: Column, { before, after }: Owners<Table>): readonly Change[] {
  const table = after.name;
  if (replaces(from, to)) return [replacement(from, to, table)];
  if (isWritten(from, to)) return [written(to, table)];
  const nulls = nullChanges(from, to, before, after);
  const soon = to.generatedIdentity !== undefined; // PostgreSQL numbers only columns that are NOT NULL already
  return [
    ...plainChanges(from, to, table),
    ...(soon ? nulls : []),
    ...sequenceChanges(from, to, table),
    ...typeChanges(from, to, table),
    ...defaultChanges(from, to, table),
    ...(soon ? [] : nulls),
    ...(from.comment === to.comment ? [] : [change(commentOnColumn(table, to.name, to.comment ?? null))]),
  ];
}

/** PostgreSQL has no statement that makes a plain column a generated one, or changes the expression before 17. */
function replaces(from: Column, to: Column): boolean {
  if (to.asExpression === undefined) return false;
  return (
    from.asExpression !== to.asExpression ||
    from.generatedType !== to.generatedType ||
    from.type !== to.type ||
    from.collation !== to.collation
  );
}

function replacement(from: Column, to: Column, table: string): Change {
  const operations = [dropColumn(table, from.name), addColumn(table, to)];
  if (from.asExpression !== undefined) return { operations, createAfter: "columns" };
  return {
    operations,
    createAfter: "columns",
    question: {
      about: "type",
      text: `${table}.${to.name} becomes a generated column: its values are replaced by ${to.asExpression}. Rows that change:`,
      query: `SELECT * FROM ${path(table)} WHERE ${id(from.name)} IS DISTINCT FROM (${to.asExpression})`,
    },
  };
}

/** A generated column that becomes a plain one keeps its values. */
function plainChanges(from: Column, to: Column, table: string): readonly Change[] {
  if (from.asExpression === undefined || to.asExpression !== undefined) return [];
  return [{ ...change(alterColumn(table, to.name, { asExpression: null })), beforeOtherColumns: true }];
}

/** Whether a column has to be written for the first time: PostgreSQL keeps no values of a virtual one. */
export function isWritten(from: Column, to: Column): boolean {
  return from.generatedType === "VIRTUAL" && to.asExpression === undefined;
}

/** A virtual column that becomes a plain one: a new column takes its values. */
function written(to: Column, table: string): Change {
  const aside = temporaryName(to.name);
  const later = to.nullable !== true && !isSerial(to.type) && to.generatedIdentity === undefined;
  return {
    operations: [
      renameColumn(table, to.name, aside),
      addColumn(table, later ? { ...to, nullable: true } : to),
      sql(`UPDATE ${path(table)} SET ${id(to.name)} = CAST(${id(aside)} AS ${storedType(to.type)})`),
      dropColumn(table, aside),
      ...(later ? [alterColumn(table, to.name, { nullable: false })] : []),
    ],
    beforeOtherColumns: true,
  };
}

function nullChanges(from: Column, to: Column, before: Table, after: Table): readonly Change[] {
  if (from.nullable === to.nullable) return [];
  if (to.nullable)
    return [{ ...change(alterColumn(after.name, to.name, { nullable: true })), createAfter: "constraints" }];
  const empty = `WHERE ${id(to.name)} IS NULL`;
  const question: Question = {
    about: "constraint",
    text: `${before.name}.${to.name} becomes required. Rows in the way:`,
    query: `SELECT * FROM ${path(after.name)} ${empty}`,
  };
  const fill = sql(`UPDATE ${path(after.name)} SET ${id(to.name)} = ${to.default ?? PLACEHOLDER} ${empty}`);
  const required = change(alterColumn(after.name, to.name, { nullable: false }), question);
  return [{ ...required, alternatives: [{ when: "first", operation: fill }] }];
}
