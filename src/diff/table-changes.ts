import { indexByName } from "../index-by-name.ts";
import { isWritten } from "../kinds/column-changes.ts";
import { elementType, sameFamily, sameOperators, storedType } from "../kinds/column-types.ts";
import type { Column, Enum, Schema, Table } from "../schema/schema.ts";
import { typeName } from "../sql.ts";
import { namesOneOf } from "./named-in-text.ts";
import { isUnchanged } from "./unchanged.ts";

/** What becomes of a table and of its columns, by their names. */
export interface TableChange {
  readonly before: Table;
  /** The table itself if it is removed: PostgreSQL drops it after all other changes. */
  readonly after: Table;
  readonly isRemoved: boolean;
  /** Their type changes to one that foreign keys cannot compare with the old one. */
  readonly otherFamily: ReadonlySet<string>;
  /** Their type changes to one with other operators. */
  readonly otherOperators: ReadonlySet<string>;
  /** They are dropped and created. */
  readonly replaced: ReadonlySet<string>;
  /** Generated columns over a column that is removed or gets another type, which PostgreSQL refuses. */
  readonly generatedOverChanged: readonly string[];
  /** They are removed, or change in a way that PostgreSQL refuses while a view or a trigger uses them. */
  readonly refused: ReadonlySet<string>;
}

/** What becomes of each table that is removed or changes, by its name. */
export function tableChanges(before: Schema, after: Schema): ReadonlyMap<string, TableChange> {
  const targets = indexByName(after.tables);
  const enums = rewrittenEnums(before, after);
  const isRewritten = ({ type }: Column) => enums.has(elementType(type));
  const isConcerned = (table: Table, target: Table | undefined) =>
    target === undefined || !isUnchanged(table, target) || (enums.size > 0 && table.columns.some(isRewritten));
  return new Map(
    (before.tables ?? []).flatMap((table) => {
      const target = targets.get(table.name);
      return isConcerned(table, target) ? [[table.name, changeOf(table, target, isRewritten)]] : [];
    }),
  );
}

function changeOf(before: Table, target: Table | undefined, isRewritten: (column: Column) => boolean): TableChange {
  // PostgreSQL rewrites the columns of an enum type in a removed table too.
  const after = target ?? before;
  const isRemoved = target === undefined;
  const columns = indexByName(after.columns);
  const findColumns = (differ: (from: Column, to: Column) => boolean) =>
    before.columns.flatMap((from) => {
      const to = columns.get(from.name);
      return to !== undefined && differ(from, to) ? [from.name] : [];
    });
  const generatedOverChanged = findGeneratedOverChanged(before, columns);
  return {
    before,
    after,
    isRemoved,
    otherFamily: new Set(findColumns((from, to) => !sameFamily(from.type, to.type) || isRewritten(from))),
    otherOperators: new Set(findColumns((from, to) => !sameOperators(from.type, to.type) || isRewritten(from))),
    replaced: new Set([...generatedOverChanged, ...findColumns(isReplaced)]),
    generatedOverChanged,
    refused: new Set([
      ...before.columns.filter(({ name }) => !columns.has(name)).map(({ name }) => name),
      ...findColumns((from, to) => isRetyped(from, to) || isRewritten(from) || isGeneratedOtherwise(from, to)),
    ]),
  };
}

/** A generated column that becomes a plain one keeps its values, and so is not dropped. */
function findGeneratedOverChanged(before: Table, after: ReadonlyMap<string, Column>): readonly string[] {
  const changed = before.columns.filter((from) => {
    const to = after.get(from.name);
    return to === undefined || isRetyped(from, to);
  });
  const names = new Set(changed.map(({ name }) => name));
  return before.columns
    .filter(({ name }) => !after.has(name) || after.get(name)?.asExpression !== undefined)
    .filter(({ asExpression }) => namesOneOf(asExpression, names))
    .map(({ name }) => name);
}

/** Whether PostgreSQL gets another type, which it refuses while views and generated columns read the column. */
function isRetyped(from: Column, to: Column): boolean {
  return storedType(to.type) !== storedType(from.type) || to.collation !== from.collation;
}

function isGeneratedOtherwise(from: Column, to: Column): boolean {
  return to.asExpression !== from.asExpression || to.generatedType !== from.generatedType;
}

function isReplaced(from: Column, to: Column): boolean {
  if (isWritten(from, to)) return true;
  if (to.asExpression === undefined) return false;
  return from.asExpression !== to.asExpression || storedType(from.type) !== storedType(to.type);
}

/** Enum types that lose or reorder values, as columns name them: PostgreSQL cannot do that without a new type. */
function rewrittenEnums(before: Schema, after: Schema): ReadonlySet<string> {
  const targets = indexByName(after.enums);
  const isRewritten = ({ name, values }: Enum) => {
    const kept = targets.get(name)?.values.filter((value) => values.includes(value));
    return kept !== undefined && kept.join("\0") !== values.join("\0");
  };
  return new Set((before.enums ?? []).filter(isRewritten).map(({ name }) => typeName(name)));
}
