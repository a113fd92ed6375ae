import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { columnKey, withoutArguments } from "../kinds/dependents.ts";
import { type AnyKind, itemsOf } from "../kinds/kind.ts";
import type { Dependent } from "../schema/dependencies.ts";
import type { Schema, Table } from "../schema/schema.ts";
import type { Fate, Fates } from "./fate.ts";

/** What is known of the dependents that schemas declare. */
export interface Declared {
  /** The comparison itself drops it and creates it around a change. */
  readonly isHandled: (dependent: Dependent) => boolean;
  /** It is an item of a table, which the comparison drops only for columns and types. */
  readonly isPart: (dependent: Dependent) => boolean;
  /** It is the default of a column that has another one, or none, on the other side. */
  readonly isOtherDefault: (dependent: Dependent) => boolean;
}

/**
 * Prepares to find the dependents that schemas declare.
 * @param schemas both schemas of a diff
 */
export function findDeclared(schemas: readonly Schema[]): Declared {
  const declared = new Set([...declaredIndexes(schemas), ...declaredItems(schemas)]);
  const parts = declaredParts(schemas);
  return {
    isHandled: (dependent) => isDeclared(dependent, declared),
    isPart: (dependent) => parts.has(keyOfPart(dependent)),
    isOtherDefault: otherDefaultFinder(schemas),
  };
}

/** Indexes of materialized views that models declare: they are part of their view. */
function declaredIndexes(schemas: readonly Schema[]): ReadonlySet<string> {
  return new Set(
    schemas.flatMap(({ views = [] }) =>
      views.flatMap(({ name, indexes = [] }) => indexes.map((index) => `${name}\0${index.name}`)),
    ),
  );
}

/** Items that the comparison itself drops and creates around a change. Others use views, so views are planned here. */
function declaredItems(schemas: readonly Schema[]): readonly string[] {
  const keys = (kinds: readonly AnyKind[], owner: Schema | Table, table = "") =>
    kinds.flatMap(({ list, word }) => itemsOf(owner, list).map(({ name }) => [word, table, name].join("\0")));
  const ofSchema = schemaKinds.filter(({ refusesChanges, ownsRelationName }) => refusesChanges && !ownsRelationName);
  const ofTable = tableKinds.filter(({ refusesChanges }) => refusesChanges);
  return schemas.flatMap((schema) => [
    ...keys(ofSchema, schema),
    ...(schema.tables ?? []).flatMap((table) => keys(ofTable, table, table.name)),
  ]);
}

/** The items of tables. */
function declaredParts(schemas: readonly Schema[]): ReadonlySet<string> {
  const keys = (table: Table) =>
    tableKinds.flatMap(({ list, word }) =>
      itemsOf(table, list).map(({ name }) => keyOfPart({ kind: word, name, table: table.name })),
    );
  return new Set(schemas.flatMap(({ tables = [] }) => tables.flatMap(keys)));
}

function otherDefaultFinder(schemas: readonly Schema[]): Declared["isOtherDefault"] {
  const found = new Map<string, string>();
  const others = new Set<string>();
  for (const { name, columns } of schemas.flatMap(({ tables = [] }) => tables))
    for (const column of columns) {
      const key = columnKey(column.name, name);
      const text = column.default ?? "";
      if ((found.get(key) ?? text) !== text) others.add(key);
      found.set(key, text);
    }
  return ({ kind, name, table = "" }) => kind === "default" && others.has(columnKey(name, table));
}

/** The key of a part of a table: columns and their defaults have names apart from those of indexes and constraints. */
export function keyOfPart({ kind, name, table = "" }: Pick<Dependent, "kind" | "name" | "table">): string {
  return kind === "column" || kind === "default" ? columnKey(name, table) : `key ${name} of ${table}`;
}

function isDeclared({ kind, name, table = "" }: Dependent, declared: ReadonlySet<string>): boolean {
  const bare = kind === "function" ? withoutArguments(name) : name;
  return declared.has(`${table}\0${name}`) || declared.has([kind, table, bare].join("\0"));
}

/** What becomes of the table, or of the column that has the default. */
export function fateOfOwner({ kind, name, table = "" }: Dependent, fates: Fates): Fate | undefined {
  const column = kind === "default" ? fates.get(columnKey(name, table)) : undefined;
  return column ?? fates.get(`relation ${table}`);
}
