import type { Change, Question } from "../schema/operation.ts";
import type { Column } from "../schema/schema.ts";
import { id, path } from "../sql.ts";
import { alterColumn, type ColumnChanges } from "./column-operations.ts";
import { numberColumn, sequenceType } from "./column-sequence-changes.ts";
import { isSerial, sameBase, sameFamily, storedType } from "./column-types.ts";
import type { Conversion } from "./conversions/conversion.ts";
import { findConversion } from "./conversions.ts";
import { change } from "./kind.ts";
import { takesFrom } from "./serials.ts";
import { PLACEHOLDER } from "./statements.ts";

export function typeChanges(from: Column, to: Column, table: string): readonly Change[] {
  const [was, is] = [storedType(from.type), storedType(to.type)];
  if (was === is && from.collation === to.collation) return [];
  const conversion: Conversion = was === is ? {} : findConversion(id(to.name), was, is);
  const using = conversion.needsUsing ? PLACEHOLDER : conversion.using;
  const stands = from.default !== undefined && !sameFamily(was, is);
  const alter = alterColumn(table, to.name, {
    type: is,
    ...(using !== undefined && { using }),
    ...collationChange(from, to),
    ...(restates(from, to) && { default: to.default! }),
  });
  const operations = [
    ...(stands ? [alterColumn(table, to.name, { default: null })] : []),
    alter,
    ...(isSerial(from.type) && isSerial(to.type) ? [sequenceType(table, to, is)] : []),
    ...(!isSerial(from.type) && isSerial(to.type) && !takesFrom(from, table, to) ? [numberColumn(to, table)] : []),
    ...(!from.generatedIdentity && to.generatedIdentity
      ? [alterColumn(table, to.name, { generatedIdentity: to.generatedIdentity })]
      : []),
    ...(stands && to.default !== undefined ? [alterColumn(table, to.name, { default: to.default })] : []),
  ];
  const question = typeQuestion(`${table}.${to.name} changes from ${was} to ${is}.`, conversion, table);
  return [question === undefined ? { operations } : { operations, question }];
}

/** A new type comes with its own collation: another one is told, also where it stays. */
function collationChange(from: Column, to: Column): Pick<ColumnChanges, "collation"> {
  if (to.collation !== undefined) return { collation: to.collation };
  return from.collation !== undefined && storedType(from.type) === storedType(to.type) ? { collation: "default" } : {};
}

function typeQuestion(what: string, { text, where }: Conversion, table: string): Question | undefined {
  if (text === undefined) return undefined;
  return {
    about: "type",
    text: `${what} ${text}`,
    ...(where !== undefined && { query: `SELECT * FROM ${path(table)} WHERE ${where}` }),
  };
}

export function defaultChanges(from: Column, to: Column, table: string): readonly Change[] {
  const replaced = from.default !== undefined && (!sameFamily(from.type, to.type) || restates(from, to));
  const kept = isSerial(from.type) && takesFrom(to, table, from);
  const generated = isSerial(to.type) || to.generatedIdentity !== undefined;
  const none = isNull(from.default) && isNull(to.default);
  if (from.default === to.default || none || replaced || kept || (generated && !to.default)) return [];
  return [change(alterColumn(table, to.name, { default: to.default ?? null }))];
}

/** With its type a default only gets a cast, and is no longer what the same column would have in a new table. */
function restates(from: Column, to: Column): boolean {
  const both = from.default !== undefined && to.default !== undefined;
  return both && sameFamily(from.type, to.type) && !sameBase(from.type, to.type);
}

/** PostgreSQL keeps no default that is just `NULL`, for a column without a default has that one. */
function isNull(value: string | undefined): boolean {
  return value === undefined || /^null(::[\w ]+)?$/i.test(value);
}
