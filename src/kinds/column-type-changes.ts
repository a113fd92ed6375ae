import { collect } from "../collect.ts";
import { dropUndefined } from "../given.ts";
import type { Change, Operation } from "../schema/operation.ts";
import type { Question, QuestionSubject } from "../schema/question.ts";
import type { Column } from "../schema/schema.ts";
import { id } from "../sql.ts";
import { alterColumn, type ColumnChanges } from "./column-operations.ts";
import { sequenceAfterType } from "./column-sequence-changes.ts";
import { hasSequence, isSerial, sameBase, sameFamily, storedType } from "./column-types.ts";
import { describeRows } from "./constraints.ts";
import type { Conversion } from "./conversions/conversion.ts";
import { findConversion } from "./conversions.ts";
import { change } from "./kind.ts";
import { tableSource } from "./row-probes.ts";
import { takesFrom } from "./serials.ts";
import { PLACEHOLDER } from "./statements.ts";

/** The steps for a column whose type or collation changes. */
export function typeChanges(from: Column, to: Column, table: string): readonly Change[] {
  const [oldType, type] = [storedType(from.type), storedType(to.type)];
  if (oldType === type && from.collation === to.collation) return [];
  const conversion: Conversion = oldType === type ? {} : findConversion(id(to.name), oldType, type);
  const operations = retypeOperations(from, to, table, usingFor(conversion));
  const question = typeQuestion({ kind: "column", table, name: to.name }, oldType, type, conversion);
  return [{ operations, ...(question && { question }) }];
}

/**
 * The operations that change the type or collation of a column, with the default and the sequence that go with the type.
 * @param using the expression for the new values, if there is one
 */
export function retypeOperations(
  from: Column,
  to: Column,
  table: string,
  using: Pick<ColumnChanges, "using">,
): readonly Operation[] {
  const [oldType, type] = [storedType(from.type), storedType(to.type)];
  const alter = (changes: ColumnChanges) => alterColumn(table, to.name, changes);
  const dropsDefault = from.default !== undefined && !sameFamily(oldType, type); // the new type may not take it
  return [
    ...collect(dropsDefault && alter({ default: null })),
    alter({
      type,
      ...using,
      ...collationChange(from, to),
      ...(repeatsDefault(from, to) && { default: to.default }),
    }),
    ...sequenceAfterType(from, to, table),
    ...collect(dropsDefault && to.default !== undefined && alter({ default: to.default })),
  ];
}

/** A person has to write the expression where none is known. */
function usingFor({ needsUsing, using }: Conversion): Pick<ColumnChanges, "using"> {
  if (needsUsing) return { using: PLACEHOLDER };
  if (using === undefined) return {};
  return { using };
}

/**
 * The values that a new column takes from an old one, and the question whether all of them can be converted.
 * @param source the old column, quoted, as it is called when the values are taken
 */
export function convertedValue(
  from: Column,
  to: Column,
  table: string,
  source: string,
): { readonly value: string; readonly question?: Question } {
  const [oldType, type] = [storedType(from.type), storedType(to.type)];
  const cast = `CAST(${source} AS ${type})`;
  if (oldType === type) return { value: cast };
  const { needsUsing, using = cast } = findConversion(source, oldType, type);
  const conversion = findConversion(id(to.name), oldType, type);
  const question = typeQuestion({ kind: "column", table, name: to.name }, oldType, type, conversion);
  return { value: needsUsing ? PLACEHOLDER : using, ...(question && { question }) };
}

/** The steps for a column whose default changes, unless the change of its type or sequence includes them. */
export function defaultChanges(from: Column, to: Column, table: string): readonly Change[] {
  if (hasSameDefault(from, to) || changesWithType(from, to) || changesWithSequence(from, to, table)) return [];
  return [change(alterColumn(table, to.name, { default: to.default ?? null }))];
}

function hasSameDefault(from: Column, to: Column): boolean {
  return from.default === to.default || (isNullDefault(from.default) && isNullDefault(to.default));
}

/** Whether the default is that of a sequence that the column takes or gives up. */
function changesWithSequence(from: Column, to: Column, table: string): boolean {
  if (isSerial(from.type) && takesFrom(to, table, from)) return true;
  const isGenerated = hasSequence(to);
  return isGenerated && !to.default;
}

/**
 * PostgreSQL uses the type's own collation unless `COLLATE` names another. So a collation that stays is named too, and
 * `default` takes one away.
 */
function collationChange(from: Column, to: Column): Pick<ColumnChanges, "collation"> {
  if (to.collation !== undefined) return { collation: to.collation };
  const losesCollation = from.collation !== undefined && storedType(from.type) === storedType(to.type);
  if (!losesCollation) return {};
  return { collation: "default" };
}

function typeQuestion(
  subject: QuestionSubject & { readonly table: string },
  from: string,
  to: string,
  { loses, using, shows }: Conversion,
): Question | undefined {
  if (loses === undefined) return undefined;
  return {
    about: "type",
    asks: "type",
    subject,
    from,
    to,
    loses,
    ...describeRows(
      { table: subject.table, finds: "values", column: subject.name, type: to, ...dropUndefined({ using }) },
      tableSource({ name: subject.table, columns: [{ name: subject.name, type: from }] }),
    ),
    ...dropUndefined({ shows }),
  };
}

function changesWithType(from: Column, to: Column): boolean {
  return from.default !== undefined && (!sameFamily(from.type, to.type) || repeatsDefault(from, to));
}

/**
 * Whether the change of the type has to set the default again. PostgreSQL would only add a cast to it, and a new table
 * would have it without the cast.
 */
function repeatsDefault(from: Column, to: Column): to is Column & { readonly default: string } {
  const haveDefault = from.default !== undefined && to.default !== undefined;
  return haveDefault && sameFamily(from.type, to.type) && !sameBase(from.type, to.type);
}

/** A column without a default has the default `NULL`; PostgreSQL does not store it. */
export function isNullDefault(value: string | undefined): boolean {
  return value === undefined || /^null(::[\w ]+)?$/i.test(value);
}
