import { collect } from "../collect.ts";
import { indexByName } from "../index-by-name.ts";
import { tableKinds } from "../kinds/all.ts";
import { isWritten, needsReplacement } from "../kinds/column-changes.ts";
import { elementType, sameOperators, storedType } from "../kinds/column-types.ts";
import { columns as columnKind } from "../kinds/columns.ts";
import { usableAs, useKey, withoutArguments } from "../kinds/dependents.ts";
import { keyOfItem } from "../kinds/item-keys.ts";
import { type AnyKind, itemsOf } from "../kinds/kind.ts";
import type { Dependencies } from "../schema/dependencies.ts";
import type { Column, Enum, Named, Schema, Table } from "../schema/schema.ts";
import { bareName, typeName } from "../sql.ts";
import { callsOneOf, type TextUses, usesInDatabase, usesOfTexts } from "./named-in-text.ts";
import { isUnchanged } from "./unchanged.ts";

/** What becomes of a table and of its columns, by their names. */
export interface TableChange {
  readonly before: Table;
  /** The table itself if it is removed: PostgreSQL drops it after all other changes. */
  readonly after: Table;
  readonly isRemoved: boolean;
  /** They have an enum type that is replaced: it is another type from then on. */
  readonly rewritten: ReadonlySet<string>;
  /** Their type changes to one with other operators, or their collation changes. */
  readonly otherOperators: ReadonlySet<string>;
  /** They are dropped and created. */
  readonly replaced: ReadonlySet<string>;
  /** Generated columns over a column that is removed or gets another type, which PostgreSQL refuses. */
  readonly generatedOverChanged: readonly string[];
  /**
   * Columns that are removed, and have or use an enum type that is replaced, whose new values may not be theirs, or what is
   * dropped and created around such a type; of a removed table also its other items.
   */
  readonly removedOfReplacedTypes: readonly string[];
  /** Those of them that are columns of a table which stays: they go before the table changes. */
  readonly goneFirst: ReadonlySet<string>;
  /** All enum types that are replaced. */
  readonly replacedTypes: ReadonlySet<string>;
  /** They are removed, or change in a way that PostgreSQL refuses while a view or a trigger uses them. */
  readonly refused: ReadonlySet<string>;
}

/** What the causes are found from. */
export interface TableSurroundings {
  readonly before: Schema;
  readonly after: Schema;
  /** The tables that are removed or change, by name. */
  readonly changes: ReadonlyMap<string, TableChange>;
  /** What depends on what in the live database, in the names of the schema after; without it, only names are known. */
  readonly dependencies?: Dependencies;
}

/** An item of a table, or of the schema if the table is "". */
export interface ItemReference {
  readonly table: string;
  readonly list: string;
  readonly name: string;
}

/** What becomes of each table that is removed or changes, by its name. */
export function tableChanges(
  before: Schema,
  after: Schema,
  dependencies?: Dependencies,
): ReadonlyMap<string, TableChange> {
  const targets = indexByName(after.tables);
  const replacedTypes = findReplacedTypes(before, after);
  const over = findOverTypes(replacedTypes, dependencies);
  // Any table may have a text with a cast to such a type.
  const isConcerned = (table: Table, target: Table | undefined) =>
    target === undefined || !isUnchanged(table, target) || replacedTypes.size > 0;
  return new Map(
    (before.tables ?? []).flatMap((table) => {
      const target = targets.get(table.name);
      return collect(
        isConcerned(table, target) && [table.name, changeOf(table, target, replacedTypes, over, dependencies)],
      );
    }),
  );
}

function changeOf(
  before: Table,
  target: Table | undefined,
  allReplaced: ReadonlySet<string>,
  over: OverTypes,
  dependencies: Dependencies | undefined,
): TableChange {
  const after = target ?? before;
  const isRemoved = target === undefined;
  const columns = indexByName(after.columns);
  const removedOfReplacedTypes = findRemovedOver(over, before, target, dependencies);
  // Such a table is dropped before the types are replaced.
  const replaced = isRemoved && removedOfReplacedTypes.length > 0 ? NONE : allReplaced;
  const types = new Set([...replaced].map(typeName));
  const isRewritten = ({ type }: Column) => types.has(elementType(type));
  const findColumns = (differ: (from: Column, to: Column) => boolean) =>
    before.columns.flatMap((from) => {
      const to = columns.get(from.name);
      return collect(to !== undefined && differ(from, to) && from.name);
    });
  const usesOf = (column: Column) => usesOfGenerated(before, column, columns.get(column.name), dependencies);
  const generated = { isRewritten, replacedTypes: replaced, usesOf };
  const generatedOverChanged = findGeneratedOverChanged(before, columns, generated);
  return {
    before,
    after,
    isRemoved,
    rewritten: new Set(findColumns(isRewritten)),
    otherOperators: new Set(findColumns((from, to) => hasOtherOperators(from, to) || isRewritten(from))),
    replaced: new Set([...generatedOverChanged, ...findColumns(isReplaced)]),
    generatedOverChanged,
    removedOfReplacedTypes,
    goneFirst: isRemoved ? NONE : new Set(removedOfReplacedTypes),
    replacedTypes: replaced,
    refused: new Set([
      ...before.columns.filter(({ name }) => !columns.has(name)).map(({ name }) => name),
      ...findColumns((from, to) => isRetyped(from, to) || isRewritten(from) || isGeneratedOtherwise(from, to)),
    ]),
  };
}

const NONE: ReadonlySet<string> = new Set();

/** What is dropped and created around replaced types, with the types. */
interface OverTypes {
  /** As columns have them. */
  readonly types: ReadonlySet<string>;
  /** The bare names of functions. */
  readonly functions: ReadonlySet<string>;
  /** The keys of all. */
  readonly keys: ReadonlySet<string>;
}

function findOverTypes(replaced: ReadonlySet<string>, dependencies: Dependencies | undefined): OverTypes {
  const types = new Set(replaced);
  const functions = new Set<string>();
  const keys = new Set([...replaced].map((type) => useKey({ type })));
  for (const one of dependencies?.dependents ?? []) {
    const use = usableAs(one);
    if (use === undefined || "relation" in use || !one.uses.some((other) => keys.has(useKey(other)))) continue;
    keys.add(useKey(use));
    if ("type" in use) types.add(use.type);
    else if (one.kind === "function") functions.add(bareName(withoutArguments(use.function)));
  }
  return { types: new Set([...types].map(typeName)), functions, keys };
}

function findRemovedOver(
  { types, functions, keys }: OverTypes,
  before: Table,
  target: Table | undefined,
  dependencies: Dependencies | undefined,
): readonly string[] {
  if (keys.size === 0) return [];
  const usesOne = ({ list }: AnyKind, { name }: Named, texts: readonly (string | undefined)[]) => {
    const uses = dependencies?.uses.get(keyOfItem(list, name, before.name));
    if (uses !== undefined) return uses.some((use) => keys.has(useKey(use)));
    return texts.some((text) => callsOneOf(text, functions));
  };
  const kept = new Set(target?.columns.map(({ name }) => name));
  const removed = before.columns.filter(({ name }) => !kept.has(name));
  const isOver = (column: Column) =>
    types.has(elementType(column.type)) || usesOne(columnKind, column, [column.default, column.asExpression]);
  const items = target === undefined ? tableKinds.filter((kind) => kind !== columnKind) : [];
  return [
    ...removed.filter(isOver),
    ...items.flatMap((kind) =>
      itemsOf(before, kind.list).filter((item) => usesOne(kind, item, kind.dependsOn?.(item).texts ?? [])),
    ),
  ].map(({ name }) => name);
}

/** What the expression of a generated column uses. */
function usesOfGenerated(
  { name: table }: Table,
  { name, asExpression = "" }: Column,
  target: Column | undefined,
  dependencies: Dependencies | undefined,
): TextUses {
  const isKept = target?.asExpression === asExpression;
  const uses = usesInDatabase(isKept && dependencies, columnKind, name, table);
  return usesOfTexts([asExpression], table, uses);
}

/** What is known of the columns of a table. */
interface GeneratedAround {
  readonly isRewritten: (column: Column) => boolean;
  /** The enum types that are replaced. */
  readonly replacedTypes: ReadonlySet<string>;
  readonly usesOf: (column: Column) => TextUses;
}

/** A generated column that becomes a plain one keeps its values, and so is not dropped. */
function findGeneratedOverChanged(
  before: Table,
  after: ReadonlyMap<string, Column>,
  { isRewritten, replacedTypes, usesOf }: GeneratedAround,
): readonly string[] {
  const changed = before.columns.filter((from) => {
    const to = after.get(from.name);
    return to === undefined || isRetyped(from, to) || isRewritten(from);
  });
  const names = new Set(changed.map(({ name }) => name));
  return before.columns
    .filter(({ name }) => !after.has(name) || after.get(name)?.asExpression !== undefined)
    .filter(
      (column) =>
        column.asExpression !== undefined &&
        (isRewritten(column) || usesOf(column).names(names) || usesOf(column).castsTo(replacedTypes)),
    )
    .map(({ name }) => name);
}

function hasOtherOperators(from: Column, to: Column): boolean {
  return !sameOperators(from.type, to.type) || from.collation !== to.collation;
}

/** Whether PostgreSQL gets another type, which it refuses while views and generated columns read the column. */
function isRetyped(from: Column, to: Column): boolean {
  return storedType(to.type) !== storedType(from.type) || to.collation !== from.collation;
}

function isGeneratedOtherwise(from: Column, to: Column): boolean {
  return to.asExpression !== from.asExpression || to.generatedType !== from.generatedType;
}

function isReplaced(from: Column, to: Column): boolean {
  return isWritten(from, to) || needsReplacement(from, to);
}

/** Enum types that lose or reorder values: PostgreSQL cannot do that without a new type. */
function findReplacedTypes(before: Schema, after: Schema): ReadonlySet<string> {
  const targets = indexByName(after.enums);
  const isReplaced = ({ name, values }: Enum) => {
    const kept = targets.get(name)?.values.filter((value) => values.includes(value));
    return kept !== undefined && kept.join("\0") !== values.join("\0");
  };
  return new Set((before.enums ?? []).filter(isReplaced).map(({ name }) => name));
}
