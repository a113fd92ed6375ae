import { collect } from "../collect.ts";
import { indexByName } from "../index-by-name.ts";
import { schemaKinds } from "../kinds/all.ts";
import { elementType, isOrdered, NUMBERS, parseType, sameOperators, storedType } from "../kinds/column-types.ts";
import { columnKey, keysOfUse } from "../kinds/dependents.ts";
import type { Dependencies, Use } from "../schema/dependencies.ts";
import type { OperationTarget } from "../schema/operation.ts";
import type { Column, Schema } from "../schema/schema.ts";
import { typeName } from "../sql.ts";
import type { Fate, Fates } from "./fate.ts";
import type { NameHolder } from "./held-names.ts";
import {
  fatesOfDefaults,
  fatesOfInherited,
  fatesOfKeys,
  fatesOfRebuilt,
  fatesOfRows,
  fatesOfSequences,
  fatesOfViewColumns,
  listSequences,
} from "./implied-fates.ts";
import type { Step } from "./order.ts";
import type { Rename } from "./renames.ts";
import { markTaken } from "./taken-views.ts";

/** A diff, and what is known besides. */
export interface FateSides {
  /** The schema as it is, in the names of after. */
  readonly before: Schema;
  /** The same in its own names. */
  readonly own: Schema;
  readonly after: Schema;
  /** In the names of after. */
  readonly dependencies: Dependencies;
  /** Whether the live database is what the diff leads to. */
  readonly isBack: boolean;
  /** What has given up its name before. */
  readonly asides: readonly NameHolder[];
  /** Views that go and leave their names to renamed tables. */
  readonly takenViews: ReadonlySet<string>;
  /** What has another name afterwards. */
  readonly renames: readonly Rename[];
}

/** Finds what becomes of the objects that others may use, from the steps of a diff. */
export function findFates(steps: readonly Step[], sides: FateSides): Fates {
  const { before, own, after, dependencies, isBack } = sides;
  const { dependents } = dependencies;
  const { enums = [], tables = [] } = before;
  const targets = steps.flatMap(({ change }) =>
    withNamesBefore(change.operations.flatMap(({ target }) => target ?? [])),
  );
  const fates = fatesOfTargets(targets.map((target) => withMark(target, sides.takenViews)));
  const types = enums.filter(({ name }) => fates.get(`type ${name}`) === "replaced");
  const names = new Set(types.map(({ name }) => typeName(name)));
  const imply = (implied: Iterable<readonly [string, Fate]>) => {
    for (const [key, fate] of implied) if (!fates.has(key)) fates.set(key, fate);
  };
  imply(retypedColumns(before, after, names));
  imply(fatesOfSequences(before, after));
  // A column that becomes serial again creates its sequence, which no step names.
  const isNew = (key: string) => ["replaced", "created"].includes(fates.get(key) ?? (isBack ? "created" : ""));
  for (const key of exchangedNames(sides)) if (isNew(key)) fates.set(key, "exchanged");
  for (const [key, fate] of fatesOfKeys(before, after, fates, isBack)) fates.set(key, fate);
  // A column of a view keeps its name when that of the table gets another one.
  if (isBack) imply(fatesOfViewColumns(dependents, [after, own], "exchanged", fates));
  else imply(fatesOfViewColumns(dependents, [before, after], "gone", fates));
  imply(fatesOfDefaults(before, after));
  // On the way back, what uses an inherited column that is created now does not exist any more.
  imply(fatesOfInherited(dependents, isBack ? [...tables, ...(after.tables ?? [])] : tables, fates));
  imply(fatesOfRows(steps, dependents, after));
  imply(fatesOfRebuilt(steps));
  return fates;
}

/** The drop of a view whose name a renamed table takes. */
function withMark(target: OperationTarget, taken: ReadonlySet<string>): OperationTarget {
  const isTaken = target.kind === "view" && target.effect === "drop" && taken.has(target.name);
  return isTaken ? { ...target, name: markTaken(target.name) } : target;
}

/** The targets of one change, in which a column that goes aside before it is dropped has the name that it had. */
function withNamesBefore(targets: readonly OperationTarget[]): readonly OperationTarget[] {
  const renamed = targets.filter(({ kind, to }) => kind === "column" && to !== undefined);
  const names = new Map(renamed.map((target) => [keyOfTarget({ ...target, name: target.to ?? "" }), target.name]));
  return targets.map((target) => {
    const name = target.effect === "drop" ? names.get(keyOfTarget(target)) : undefined;
    return name === undefined ? target : { ...target, name };
  });
}

function fatesOfTargets(targets: readonly OperationTarget[]): Map<string, Fate> {
  const fates = new Map<string, Fate>();
  for (const target of targets) {
    const [key, fate] = [keyOfTarget(target), EFFECTS[target.effect]];
    if (key !== undefined && fate !== undefined) {
      const known = fates.get(key);
      const isBoth = (known === "gone" && fate === "created") || (known === "created" && fate === "gone");
      fates.set(key, isBoth ? "replaced" : fate);
    }
    if (target.kind === "enum type" && target.effect === "alter") fates.set(`type ${target.name}`, "replaced");
  }
  return fates;
}

/**
 * The keys of names that something of another kind has afterwards: a materialized view can have indexes, and a view
 * triggers. On the way back also those that it had before, since a person may have created dependents over it.
 */
function exchangedNames({ before, after, asides, renames, isBack }: FateSides): readonly string[] {
  const given = renames.flatMap(({ list, from }) => (list === "tables" ? [{ list, name: from }] : []));
  const holders = [...(isBack ? given : []), ...asides];
  const earlier = new Map([...kindsOfNames(before), ...holders.flatMap(({ list, name }) => kindOfHolder(list, name))]);
  const later = kindsOfNames(after);
  const exchanged = isBack
    ? [...later].filter(
        ([name, kind]) => earlier.has(name) && earlier.get(name) !== kind && !isNamed(before, kind, name),
      )
    : [...earlier].filter(([name, kind]) => later.get(name) !== kind);
  return exchanged.map(([name, kind]) => (kind === "enum type" ? `type ${name}` : `relation ${name}`));
}

/** What has a name that tables, views, sequences and types share. */
function kindsOfNames(schema: Schema): ReadonlyMap<string, string> {
  const { tables = [], views = [], enums = [] } = schema;
  return new Map([
    ...listSequences(schema).map((name) => [name, "sequence"] as const),
    ...enums.map(({ name }) => [name, "enum type"] as const),
    ...tables.map(({ name }) => [name, "table"] as const),
    ...views.map(({ name, materialized }) => [name, materialized ? "materialized view" : "view"] as const),
  ]);
}

/** Whether something of this kind has the name, also if it comes to it by a rename. */
function isNamed(before: Schema, kind: string, name: string): boolean {
  const { tables = [], enums = [] } = before;
  if (kind === "table") return indexByName(tables).has(name);
  return kind === "enum type" && indexByName(enums).has(name);
}

function kindOfHolder(list: string, name: string): readonly (readonly [name: string, kind: string])[] {
  const kind = schemaKinds.find((one) => one.list === list && one.ownsTypeName);
  return kind === undefined ? [] : [[name, kind.word]];
}

const EFFECTS: Readonly<Partial<Record<OperationTarget["effect"], Fate>>> = { drop: "gone", create: "created" };

/** The key of the object of an operation, if others can use such an object. */
export function keyOfTarget({ kind, table = "", name }: OperationTarget): string | undefined {
  if (kind === "column") return columnKey(name, table);
  if (["index", "constraint"].includes(kind)) return `key ${name} of ${table}`;
  if (kind === "enum type") return `type ${name}`;
  if (!["table", "view", "sequence"].includes(kind)) return undefined;
  return `relation ${name}`;
}

function retypedColumns(
  before: Schema,
  after: Schema,
  enums: ReadonlySet<string>,
): readonly (readonly [key: string, fate: Fate])[] {
  const targets = indexByName(after.tables);
  return (before.tables ?? []).flatMap(({ name: table, columns }) => {
    const target = targets.get(table);
    if (target === undefined) return [];
    const others = indexByName(target.columns);
    return columns.flatMap((column) => {
      const fate = fateOfColumn(column, others.get(column.name), enums);
      return collect(fate !== undefined && ([columnKey(column.name, table), fate] as const));
    });
  });
}

function fateOfColumn(from: Column, to: Column | undefined, enums: ReadonlySet<string>): Fate | undefined {
  if (to === undefined) return undefined;
  if (enums.has(elementType(from.type))) return "retyped";
  if (storedType(from.type) === storedType(to.type) && from.collation === to.collation) return undefined;
  const areNumbers = [from, to].every(({ type }) => NUMBERS.includes(parseType(storedType(type)).base));
  if (areNumbers || sameOperators(from.type, to.type)) return "retyped";
  return [from, to].every(({ type }) => isOrdered(type)) ? "converted" : "unordered";
}

/** What becomes of something that is used. A part of a table has the fate of the table, where it has none of its own. */
export function fateOf(use: Use, fates: Fates): Fate | undefined {
  for (const key of keysOfUse(use)) {
    const fate = fates.get(key);
    if (fate !== undefined) return fate;
  }
  return undefined;
}
