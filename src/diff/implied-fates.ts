import { isDeepStrictEqual } from "node:util";
import { collect } from "../collect.ts";
import { indexByName } from "../index-by-name.ts";
import { tableKinds } from "../kinds/all.ts";
import { isSerial } from "../kinds/column-types.ts";
import {
  columnKey,
  defaultKey,
  isHeir,
  isWhole,
  listParents,
  rebuiltKey,
  rowKey,
  useKey,
} from "../kinds/dependents.ts";
import { isRebuild, isRewrite } from "../kinds/hazards.ts";
import { itemsOf } from "../kinds/kind.ts";
import { sequenceAt } from "../kinds/serials.ts";
import { viewHasColumn } from "../kinds/view-columns.ts";
import type { Dependent, Use } from "../schema/dependencies.ts";
import type { Column, Schema, Table } from "../schema/schema.ts";
import type { Fate } from "./fate.ts";
import type { Step } from "./order.ts";

/*
 * What becomes of objects that no step names: PostgreSQL changes them together with others.
 */

/** A fate by what a `Use` names, see `keysOfUse`. */
type Implied = readonly (readonly [key: string, fate: Fate])[];

/**
 * The sequences of serial and identity columns that go or come with their column. Where a serial column only stops to be
 * one, a step drops the sequence.
 * @param before the schema as it is, in the names of after
 * @param after the schema as it should be
 */
export function fatesOfSequences(before: Schema, after: Schema): Implied {
  const [old, current] = [numberedColumns(before), numberedColumns(after)];
  const lost = [...old].filter(([place, { by }]) => by !== current.get(place)?.by && !isKept(place, by, after));
  const gained = [...current].filter(([place, { by }]) => by !== old.get(place)?.by && !isKept(place, by, before));
  const gone = new Set(lost.map(([, { sequence }]) => sequence));
  return [
    ...[...gone].map((sequence) => [useKey({ relation: sequence }), "gone"] as const),
    ...gained.map(([, { sequence }]) => {
      const fate = gone.has(sequence) ? "replaced" : "created";
      return [useKey({ relation: sequence }), fate] as const;
    }),
  ];
}

interface Numbered {
  readonly sequence: string;
  readonly by: "serial" | "identity";
}

/** The sequences of serial and identity columns. */
export function listSequences(schema: Schema): readonly string[] {
  return [...numberedColumns(schema).values()].map(({ sequence }) => sequence);
}

/** The serial and identity columns by their keys. */
function numberedColumns({ tables = [] }: Schema): ReadonlyMap<string, Numbered> {
  return new Map(
    tables.flatMap(({ name: table, columns }) =>
      columns.flatMap((column) => {
        const by = numberedBy(column);
        const sequence = sequenceAt(table, column);
        return by === undefined ? [] : [[columnKey(column.name, table), { sequence, by }] as const];
      }),
    ),
  );
}

function numberedBy({ type, generatedIdentity }: Column): Numbered["by"] | undefined {
  if (isSerial(type)) return "serial";
  return generatedIdentity === undefined ? undefined : "identity";
}

/** Whether a serial column is there on the other side, too: it may use the sequence without being its owner. */
function isKept(place: string, by: Numbered["by"], { tables = [] }: Schema): boolean {
  return (
    by === "serial" && tables.some(({ name, columns }) => columns.some((one) => columnKey(one.name, name) === place))
  );
}

/**
 * The defaults of columns that another one replaces: PostgreSQL sets it in all tables that inherit the column, also where
 * they had one of their own. That of a column that gets another type is dropped before and set after.
 * @param before the schema as it is, in the names of after
 * @param after the schema as it should be
 */
export function fatesOfDefaults(before: Schema, after: Schema): Implied {
  const targets = indexByName(after.tables);
  return (before.tables ?? []).flatMap(({ name: table, columns }) => {
    const others = indexByName(targets.get(table)?.columns);
    const isReplaced = (column: Column) => {
      const to = others.get(column.name);
      if (to === undefined || (column.default ?? to.default) === undefined) return false;
      return column.default !== to.default || column.type !== to.type;
    };
    return columns.filter(isReplaced).map(({ name }) => [defaultKey(name, table), "replaced"] as const);
  });
}

/**
 * The columns that other tables inherit, and partitions have, and their defaults.
 * @param dependents in the order in which they can be created
 * @param tables our tables as they are and, on the way back, as the database has them, in the names of after
 * @param fates what becomes of the columns of the parents
 */
export function fatesOfInherited(
  dependents: readonly Dependent[],
  tables: readonly Table[],
  fates: ReadonlyMap<string, Fate>,
): Implied {
  const columnsOf = new Map<string, readonly string[]>();
  for (const { name, columns } of tables)
    columnsOf.set(name, [...(columnsOf.get(name) ?? []), ...columns.map((column) => column.name)]);
  const found = new Map<string, Fate>();
  for (const [child, parent] of dependents.flatMap(pairWithParents)) {
    const inherited = columnsOf.get(parent) ?? [];
    columnsOf.set(child, [...(columnsOf.get(child) ?? []), ...inherited]);
    for (const [key, inheritedKey] of inherited.flatMap((column) => listInheritedKeys(column, child, parent))) {
      const fate = fates.get(key) ?? found.get(key);
      if (fate !== undefined) found.set(inheritedKey, fate);
    }
  }
  return [...found];
}

/** A table or a partition with each table that it inherits from. */
function pairWithParents(one: Dependent): readonly (readonly [child: string, parent: string])[] {
  return isHeir(one) ? listParents(one).map((parent) => [one.name, parent] as const) : [];
}

/** The keys of a column and of its default in the parent, each with that in the child. */
function listInheritedKeys(column: string, child: string, parent: string): readonly (readonly [string, string])[] {
  return [columnKey, defaultKey].map((keyOf) => [keyOf(column, parent), keyOf(column, child)]);
}

/**
 * The row types of tables whose rows get other values, and the types that have one in them: PostgreSQL refuses that
 * while a column of a table has such a type.
 * @param steps the steps of a diff
 * @param dependents in the order in which they can be created
 * @param after the schema that the steps lead to
 */
export function fatesOfRows(steps: readonly Step[], dependents: readonly Dependent[], after: Schema): Implied {
  const operations = steps.flatMap(({ change }) => change.operations);
  const tables = indexByName(after.tables);
  const rewritten = new Set<string>();
  for (const { target, hazards = [] } of operations) {
    for (const { table } of hazards.filter(isRewrite))
      if (table !== undefined) rewritten.add(rowKey({ relation: table }));
    if (target?.kind !== "column" || target.effect !== "create" || target.table === undefined) continue;
    const added = tables.get(target.table)?.columns.find(({ name }) => name === target.name);
    if (added?.default !== undefined) rewritten.add(rowKey({ relation: target.table }));
  }
  const isIn = (use: Use) => isWhole(use) && rewritten.has(rowKey(use));
  for (const { kind, name, uses } of dependents)
    if (TYPES.includes(kind) && uses.some(isIn)) rewritten.add(rowKey({ type: name }));
  return [...rewritten].map((key) => [key, "retyped"]);
}

const TYPES = ["domain", "composite type", "range type"];

/**
 * The tables that a column in the middle rebuilds.
 * @param steps the steps of a diff
 */
export function fatesOfRebuilt(steps: readonly Step[]): Implied {
  const hazards = steps.flatMap(({ change }) => change.operations.flatMap((operation) => operation.hazards ?? []));
  return hazards
    .filter(isRebuild)
    .flatMap(({ table }) => collect(table !== undefined && ([rebuiltKey(table), "replaced"] as const)));
}

/**
 * The columns that others use of views which are created again without them, or, on the way back, with them again.
 * @param dependents in the names of after
 * @param live the schema of the live database, whose views have the columns
 * @param models the other one
 * @param fate what becomes of such a column
 * @param fates what becomes of the views
 */
export function fatesOfViewColumns(
  dependents: readonly Dependent[],
  [live, models]: readonly [Schema, Schema],
  fate: Fate,
  fates: ReadonlyMap<string, Fate>,
): Implied {
  const [old, current] = [indexByName(live.views), indexByName(models.views)];
  return dependents.flatMap(({ uses }) =>
    uses.flatMap((use): Implied => {
      if (!("relation" in use) || use.column === undefined) return [];
      const [from, to] = [old.get(use.relation), current.get(use.relation)];
      const isReplaced = ["replaced", "exchanged"].includes(fates.get(`relation ${use.relation}`) ?? "");
      if (from === undefined || to === undefined || !isReplaced) return [];
      const isLost = viewHasColumn(from, use.column, live) && viewHasColumn(to, use.column, models) === false;
      return isLost ? [[columnKey(use.column, use.relation), fate]] : [];
    }),
  );
}

/**
 * The keys that are replaced by one over other columns: a foreign key to the old one cannot be created again.
 * @param before the schema as it is, in the names of after
 * @param after the schema as it should be
 * @param fates what becomes of the keys
 * @param isBack whether the live database is what the diff leads to
 */
export function fatesOfKeys(before: Schema, after: Schema, fates: ReadonlyMap<string, Fate>, isBack: boolean): Implied {
  const targets = indexByName(after.tables);
  return (before.tables ?? []).flatMap((table) => {
    const later = columnsOfKeys(targets.get(table.name));
    return [...columnsOfKeys(table)]
      .map(([name, columns]) => [useKey({ relation: table.name, key: name }), columns, later.get(name)] as const)
      .filter(([key, columns, other]) => fates.get(key) === "replaced" && !isDeepStrictEqual(columns, other))
      .map(([key]) => [key, isBack ? "created" : "gone"] as const);
  });
}

function columnsOfKeys(table: Table | undefined): ReadonlyMap<string, readonly string[]> {
  return new Map(
    tableKinds.flatMap(({ list, isReferable, dependsOn }) =>
      isReferable && dependsOn !== undefined
        ? itemsOf(table, list).map((key) => [key.name, (dependsOn(key).columns ?? []).toSorted()] as const)
        : [],
    ),
  );
}
