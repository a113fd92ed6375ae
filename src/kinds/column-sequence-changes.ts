import { collect } from "../collect.ts";
import { dropUndefined } from "../given.ts";
import type { Dependent } from "../schema/dependencies.ts";
import type { Change, Operation } from "../schema/operation.ts";
import type { Column } from "../schema/schema.ts";
import { alterColumn, type ColumnChanges } from "./column-operations.ts";
import { integerType, isSerial, storedType } from "./column-types.ts";
import { alterSequence, dropSequence, renameSequence } from "./sequences.ts";
import { mentionsSequence, otherSequence, sequenceAt, takesFrom } from "./serials.ts";

/**
 * The steps for the sequence of a serial or identity column whose type stays, or changes only between serial and not.
 * @param from the column, before
 * @param to the column, after
 * @param table its table
 * @param dependents objects of the live database: among them are the sequences that a column owns and gets no numbers from
 */
export function sequenceChanges(
  from: Column,
  to: Column,
  table: string,
  dependents: readonly Dependent[] = [],
): readonly Change[] {
  const [wasSerial, becomesSerial] = [isSerial(from.type), isSerial(to.type)];
  const operations = [
    ...sequenceRename(from, to, table),
    ...(wasSerial && !becomesSerial ? releaseSequence(from, to, table, dependents) : []),
    ...identityChanges(from, to).map((changes) => alterColumn(table, to.name, changes)),
    ...(!wasSerial && becomesSerial ? takeSequence(from, to, table) : []),
  ];
  if (operations.length === 0) return [];
  const question = becomesSerial ? otherSequence(from, to, table) : undefined;
  return [{ operations, ...(question && { question }) }];
}

/**
 * The steps for the sequence, after the type of the column has changed.
 * @param from the column, before
 * @param to the column, after
 * @param table its table
 */
export function sequenceAfterType(from: Column, to: Column, table: string): readonly Operation[] {
  const type = integerType(to.type);
  if (type !== undefined && isSerial(from.type)) return [alterSequence({ name: sequenceAt(table, to), type })];
  if (type !== undefined) return collect(!takesFrom(from, table, to) && addSequence(to, table));
  const { generatedIdentity } = to;
  if (generatedIdentity === undefined || from.generatedIdentity !== undefined) return [];
  return [alterColumn(table, to.name, { generatedIdentity })];
}

function sequenceRename(from: Column, to: Column, table: string): readonly Operation[] {
  const staysSerial = isSerial(from.type) && isSerial(to.type);
  const staysIdentity = from.generatedIdentity !== undefined && to.generatedIdentity !== undefined;
  const [current, wanted] = [sequenceAt(table, from), sequenceAt(table, to)];
  return collect((staysSerial || staysIdentity) && current !== wanted && renameSequence(current, wanted));
}

function identityChanges(from: Column, to: Column): readonly ColumnChanges[] {
  const [present, wanted] = [from.generatedIdentity, to.generatedIdentity];
  if (present === wanted) return [];
  if (wanted === undefined) return [{ generatedIdentity: null }];
  if (present !== undefined) return [{ setGenerated: wanted }];
  if (storedType(from.type) !== to.type) return []; // comes with the change of the type
  return collect<ColumnChanges>(from.default !== undefined && { default: null }, { generatedIdentity: wanted });
}

/** A serial column becomes a plain one: its sequence is dropped, unless its new default uses it, or a plain column owned it. */
function releaseSequence(
  from: Column,
  to: Column,
  table: string,
  dependents: readonly Dependent[],
): readonly Operation[] {
  const current = sequenceAt(table, from);
  if (dependents.some(({ kind, name }) => kind === "sequence" && name === current))
    return collect(to.default === undefined && alterColumn(table, to.name, { default: null }));
  if (takesFrom(to, table, from) || mentionsSequence(to.default, current))
    return [alterSequence({ name: current, ownedBy: null })];
  return [alterColumn(table, to.name, { default: null }), dropSequence(current)];
}

/** A plain column becomes a serial one: it becomes the owner of the sequence that it already uses, or gets a new one. */
function takeSequence(from: Column, to: Column, table: string): readonly Operation[] {
  const ownedBy = { table, column: to.name };
  if (takesFrom(from, table, to)) return [alterSequence({ name: sequenceAt(table, to), ownedBy })];
  return collect(
    from.default !== undefined && alterColumn(table, to.name, { default: null }),
    storedType(from.type) === storedType(to.type) && addSequence(to, table),
  );
}

function addSequence({ name, type, sequence }: Column, table: string): Operation {
  return alterColumn(table, name, { type, ...dropUndefined({ sequence }) });
}
