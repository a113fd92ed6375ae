import { collect } from "../collect.ts";
import type { Change } from "../schema/operation.ts";
import type { Question } from "../schema/question.ts";
import type { Column, Table } from "../schema/schema.ts";
import { id, path, temporaryName } from "../sql.ts";
import { needsValue } from "./column-clause.ts";
import { addColumn, alterColumn, dropColumn, renameColumn } from "./column-operations.ts";
import { sequenceChanges } from "./column-sequence-changes.ts";
import { convertedValue, defaultChanges, typeChanges } from "./column-type-changes.ts";
import { hasSequence, storedType } from "./column-types.ts";
import { commentOnColumn } from "./comments.ts";
import { describeRows } from "./constraints.ts";
import { findConversion } from "./conversions.ts";
import { generatedAddition, generatedReplacement, generatedRequirement, isGenerated } from "./generated-columns.ts";
import { change, type Owners } from "./kind.ts";
import { newValues } from "./new-values.ts";
import type { ColumnPlace } from "./rebuild.ts";
import { setValues } from "./set-values.ts";
import { PLACEHOLDER, sql } from "./statements.ts";

/** Adds a column. If it is required and has no value of its own, it is added as nullable and filled by a person first. */
export function columnAddition(column: Column, owners: Owners<Table>): Change {
  const table = owners.after.name;
  const place = findPlace(column, owners);
  if (isGenerated(column)) return generatedAddition(column, owners, place);
  if (!needsValue(column)) return change(addColumn(table, column, place));
  return {
    operations: [
      addColumn(table, { ...column, nullable: true }, place),
      alterColumn(table, column.name, { nullable: false }),
    ],
    question: {
      about: "constraint",
      asks: "value",
      subject: { kind: "column", table, name: column.name },
      fill: `UPDATE ${path(table)} SET ${id(column.name)} = ${PLACEHOLDER}`,
    },
  };
}

/** A place for a new column, if the order matters and a column that exists already comes after it. */
function findPlace(column: Column, { before, after, keepOrder }: Owners<Table>): ColumnPlace {
  const at = after.columns.findIndex(({ name }) => name === column.name);
  const existing = new Set(before.columns.map(({ name }) => name));
  const next = after.columns.slice(at + 1).find(({ name }) => existing.has(name));
  if (!keepOrder || next === undefined) return {};
  const previous = after.columns[at - 1];
  if (previous === undefined) return { before: next.name };
  return { after: previous.name };
}

const MAX_CANDIDATES = 5;

/** Drops a column. If a new column may be the same one with another name, a person has to decide. */
export function columnRemoval(column: Column, { before, after, taken }: Owners<Table>): Change {
  const { name, asExpression } = column;
  const dropped = change(dropColumn(after.name, name));
  if (asExpression !== undefined) return dropped;
  const existing = new Set(before.columns.map((one) => one.name));
  const added = after.columns.filter((one) => !existing.has(one.name) && one.asExpression === undefined);
  if (added.length > 0) return { ...dropped, ...renameChoice(column, added, { before, after }) };
  const rival = taken?.get(name);
  if (rival === undefined) return dropped;
  return { ...dropped, question: { ...dropQuestion(after.name, name, [rival]), isTaken: true } };
}

function renameChoice({ name }: Column, added: readonly Column[], { before, after }: Owners<Table>) {
  const type = before.columns.find((column) => column.name === name)?.type;
  const candidates = added.map((column) => column.name);
  return {
    question: dropQuestion(after.name, name, candidates),
    alternatives: added.slice(0, MAX_CANDIDATES).map((column) => ({
      when: "or" as const,
      operation: renameColumn(after.name, name, column.name),
      reason: type === column.type ? `both are ${column.type}` : `${type} and ${column.type}`,
    })),
  };
}

function dropQuestion(table: string, name: string, candidates: readonly string[]): Question<"dropped column"> {
  return {
    about: "drop",
    asks: "dropped column",
    subject: { kind: "column", table, name },
    candidates,
    query: `SELECT ${id(name)} FROM ${path(table)} WHERE ${id(name)} IS NOT NULL`,
    rows: "lost",
  };
}

/** Changes a column of an existing table, in the order that PostgreSQL needs. */
export function columnAlteration(from: Column, to: Column, owners: Owners<Table>): readonly Change[] {
  const { before, after } = owners;
  const table = after.name;
  if (isGenerated(to) && needsReplacement(from, to)) return [generatedReplacement(from, to, owners)];
  if (isWritten(from, to)) return rewriteChanges(from, to, owners);
  const nulls = nullChanges(from, to, before, after);
  const needsNotNullFirst = to.generatedIdentity !== undefined; // PostgreSQL makes an identity column only of a NOT NULL column
  return [
    ...plainChanges(from, to, table),
    ...(needsNotNullFirst ? nulls : []),
    ...valueChanges(from, to, owners),
    ...defaultChanges(from, to, table),
    ...(needsNotNullFirst ? [] : nulls),
    ...collect(from.comment !== to.comment && change(commentOnColumn(table, to.name, to.comment ?? null))),
  ];
}

/** The steps that change the sequence or the type, and with them the values. */
function valueChanges(from: Column, to: Column, { after, mapped, dependents }: Owners<Table>): readonly Change[] {
  if (mapped?.follows.has(to.name)) return [];
  const followers = mapped?.followers.get(to.name) ?? [];
  const replaced = needsNewValues(from, to) ? newValues(from, to, after, followers) : undefined;
  if (replaced !== undefined) return [replaced];
  return [...sequenceChanges(from, to, after.name, dependents), ...typeChanges(from, to, after.name)];
}

/** Whether a column stays in its place, and no cast and no known expression makes its new values of the old ones. */
export function needsNewValues(from: Column, to: Column): boolean {
  if (needsReplacement(from, to) || isWritten(from, to)) return false;
  const [old, type] = [storedType(from.type), storedType(to.type)];
  return old !== type && findConversion(id(to.name), old, type).needsUsing === true;
}

/**
 * Whether a column is dropped and created again: PostgreSQL cannot make a plain column a generated one, nor change the
 * expression before version 17.
 */
export function needsReplacement(from: Column, to: Column): boolean {
  if (to.asExpression === undefined) return false;
  return (
    from.asExpression !== to.asExpression ||
    from.generatedType !== to.generatedType ||
    from.type !== to.type ||
    from.collation !== to.collation
  );
}

/** A generated column that becomes a plain one keeps its values. */
function plainChanges(from: Column, to: Column, table: string): readonly Change[] {
  if (from.asExpression === undefined || to.asExpression !== undefined) return [];
  return [{ ...change(alterColumn(table, to.name, { asExpression: null })), beforeOtherColumns: true }];
}

/** Whether the values of a column are stored for the first time: PostgreSQL stores none for a virtual column. */
export function isWritten(from: Column, to: Column): boolean {
  return from.generatedType === "VIRTUAL" && to.asExpression === undefined;
}

/** A virtual column that becomes a plain one, and may have NULL, becomes required only after that. */
function rewriteChanges(from: Column, to: Column, { before, after }: Owners<Table>): readonly Change[] {
  if (!from.nullable || hasSequence(to)) return [columnRewrite(from, to, after.name)];
  return [columnRewrite(from, { ...to, nullable: true }, after.name), ...nullChanges(from, to, before, after)];
}

/** A virtual column becomes a plain one: a new column takes its values. */
function columnRewrite(from: Column, to: Column, table: string): Change {
  const aside = temporaryName(to.name);
  const { value, question } = convertedValue(from, to, table, id(aside));
  const becomesRequired = !to.nullable && !hasSequence(to);
  return {
    operations: collect(
      renameColumn(table, to.name, aside),
      addColumn(table, becomesRequired ? { ...to, nullable: true } : to),
      setValues(table, { set: { [to.name]: value } }),
      dropColumn(table, aside),
      becomesRequired && alterColumn(table, to.name, { nullable: false }),
    ),
    beforeOtherColumns: true,
    ...(question && { question }),
  };
}

function nullChanges(from: Column, to: Column, before: Table, after: Table): readonly Change[] {
  if (from.nullable === to.nullable) return [];
  if (to.nullable)
    return [{ ...change(alterColumn(after.name, to.name, { nullable: true })), createAfter: "constraints" }];
  if (isGenerated(to)) return [generatedRequirement(to, after.name)];
  const isEmpty = `WHERE ${id(to.name)} IS NULL`;
  const question: Question = {
    about: "constraint",
    asks: "not null",
    subject: { kind: "column", table: before.name, name: to.name },
    ...describeRows({ table: after.name, finds: "nulls", columns: [to.name] }),
  };
  const fill = sql(`UPDATE ${path(after.name)} SET ${id(to.name)} = ${to.default ?? PLACEHOLDER} ${isEmpty}`);
  const required = change(alterColumn(after.name, to.name, { nullable: false }), question);
  return [{ ...required, alternatives: [{ when: "first", operation: fill }] }];
}
