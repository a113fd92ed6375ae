import type { Change, Operation } from "../schema/operation.ts";
import type { Column } from "../schema/schema.ts";
import { sequenceName, siblingName } from "../sql.ts";
import { alterColumn } from "./column-operations.ts";
import { isSerial, storedType } from "./column-types.ts";
import { alterSequence, dropSequence, renameSequence } from "./sequences.ts";
import { mentionsSequence, otherSequence, sequenceAt, takesFrom } from "./serials.ts";

export function sequenceChanges(from: Column, to: Column, table: string): readonly Change[] {
  const [had, has] = [isSerial(from.type), isSerial(to.type)];
  const operations: Operation[] = [];
  const [current, wanted] = [sequenceAt(table, from), sequenceAt(table, to)];
  const kept = (had && has) || (from.generatedIdentity && to.generatedIdentity);
  if (kept && current !== wanted) operations.push(renameSequence(current, wanted));
  if (had && !has) operations.push(...givenUp(from, to, table));
  if (from.generatedIdentity && !to.generatedIdentity)
    operations.push(alterColumn(table, to.name, { generatedIdentity: null }));
  if (from.generatedIdentity && to.generatedIdentity && from.generatedIdentity !== to.generatedIdentity)
    operations.push(alterColumn(table, to.name, { setGenerated: to.generatedIdentity }));
  if (!had && has) operations.push(...takenUp(from, to, table));
  if (!from.generatedIdentity && to.generatedIdentity && storedType(from.type) === to.type) {
    if (from.default !== undefined) operations.push(alterColumn(table, to.name, { default: null }));
    operations.push(alterColumn(table, to.name, { generatedIdentity: to.generatedIdentity }));
  }
  if (operations.length === 0) return [];
  const question = has ? otherSequence(from, to, table) : undefined;
  return [{ operations, ...(question && { question }) }];
}

/** A serial column that becomes a plain one: its sequence goes, unless its default goes on using it. */
function givenUp(from: Column, to: Column, table: string): readonly Operation[] {
  const current = sequenceAt(table, from);
  if (takesFrom(to, table, from) || mentionsSequence(to.default, current))
    return [alterSequence({ name: current, ownedBy: null })];
  return [alterColumn(table, to.name, { default: null }), dropSequence(current)];
}

/** A plain column that becomes a serial one: it takes the sequence over that it uses already, or gets one. */
function takenUp(from: Column, to: Column, table: string): readonly Operation[] {
  const ownedBy = { table, column: to.name };
  if (takesFrom(from, table, to)) return [alterSequence({ name: sequenceAt(table, to), ownedBy })];
  return [
    ...(from.default === undefined ? [] : [alterColumn(table, to.name, { default: null })]),
    ...(storedType(from.type) === storedType(to.type) ? [numberColumn(to, table)] : []),
  ];
}

/** Makes a plain column a serial one. */
export function numberColumn({ name, type, sequence }: Column, table: string): Operation {
  return alterColumn(table, name, { type, ...(sequence !== undefined && { sequence }) });
}

export function sequenceType(table: string, to: Column, type: string): Operation {
  const name = siblingName(table, to.sequence ?? sequenceName(table, to.name));
  return alterSequence({ name, type: type as "smallint" | "integer" | "bigint" });
}
