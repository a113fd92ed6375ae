import { collect } from "../collect.ts";
import { indexByName } from "../index-by-name.ts";
import { elementType, NUMBERS, parseType, sameOperators, storedType } from "../kinds/column-types.ts";
import { columnKey, keysOfUse } from "../kinds/dependents.ts";
import type { Use } from "../schema/dependencies.ts";
import type { OperationTarget } from "../schema/operation.ts";
import type { Column, Schema } from "../schema/schema.ts";
import { typeName } from "../sql.ts";
import type { Step } from "./order.ts";

/**
 * What becomes of something that others may use: it is dropped, or a person has to drop it first, or it is created, or
 * dropped and created again, or something of another kind gets its name, or it gets another type in its place: `converted`
 * to one with other operators, or else `retyped`.
 */
export type Fate = "gone" | "blocked" | "created" | "replaced" | "exchanged" | "retyped" | "converted";

/** Fates by what a `Use` names, see `keysOfUse`. */
export type Fates = ReadonlyMap<string, Fate>;

/**
 * Finds what becomes of the objects that others may use.
 * @param steps the steps of a diff
 * @param before the schema as it is, in the names of after
 * @param after the schema as it should be
 */
export function findFates(steps: readonly Step[], before: Schema, after: Schema): Fates {
  const fates = fatesOfTargets(steps.flatMap(({ change }) => change.operations.flatMap(({ target }) => target ?? [])));
  const types = (before.enums ?? []).filter(({ name }) => fates.get(`type ${name}`) === "replaced");
  const names = new Set(types.map(({ name }) => typeName(name)));
  for (const [key, fate] of retypedColumns(before, after, names)) if (!fates.has(key)) fates.set(key, fate);
  for (const key of exchangedRelations(before, after)) if (fates.get(key) === "replaced") fates.set(key, "exchanged");
  return fates;
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

/** Names that a relation of another kind has afterwards: a materialized view can have indexes, and a view triggers. */
function exchangedRelations(before: Schema, after: Schema): readonly string[] {
  const kinds = (schema: Schema) =>
    new Map([
      ...(schema.tables ?? []).map(({ name }) => [name, "table"] as const),
      ...(schema.views ?? []).map(
        ({ name, materialized }) => [name, materialized ? "materialized view" : "view"] as const,
      ),
    ]);
  const later = kinds(after);
  return [...kinds(before)].flatMap(([name, kind]) => collect(later.get(name) !== kind && `relation ${name}`));
}

const EFFECTS: Readonly<Partial<Record<OperationTarget["effect"], Fate>>> = { drop: "gone", create: "created" };

/** The key of the object of an operation, if others can use such an object. */
export function keyOfTarget({ kind, table = "", name }: OperationTarget): string | undefined {
  if (kind === "column") return columnKey(name, table);
  if (kind === "index" || kind === "constraint") return `key ${name} of ${table}`;
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
  return areNumbers || sameOperators(from.type, to.type) ? "retyped" : "converted";
}

/** What becomes of something that is used. A part of a table has the fate of the table, where it has none of its own. */
export function fateOf(use: Use, fates: Fates): Fate | undefined {
  for (const key of keysOfUse(use)) {
    const fate = fates.get(key);
    if (fate !== undefined) return fate;
  }
  return undefined;
}
