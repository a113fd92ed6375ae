import { collect } from "../collect.ts";
import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { columns } from "../kinds/columns.ts";
import { useKey } from "../kinds/dependents.ts";
import { type AnyKind, change, itemsOf, withItems } from "../kinds/kind.ts";
import { renameSequence } from "../kinds/sequences.ts";
import { sequenceAt } from "../kinds/serials.ts";
import { tables } from "../kinds/tables.ts";
import type { Dependencies, Use } from "../schema/dependencies.ts";
import type { Change } from "../schema/operation.ts";
import type { Column, Named, Schema, Table, View } from "../schema/schema.ts";
import { bareName, clipName, siblingName, temporaryName } from "../sql.ts";
import { constraintKey, listHeldNames, type NameHolder, relationKey, typeKey } from "./held-names.ts";
import type { Step } from "./order.ts";
import { joinNotes } from "./place-notes.ts";
import { renameDependencies } from "./rename-dependencies.ts";
import { applyRenames, nameAfter, type Rename, renamesOfTypes } from "./renames.ts";

/** Something that gives up its name before everything else, since something new takes it while it is still there. */
export interface Aside extends NameHolder {
  /** The name that it gives up: of a column, that of its sequence. */
  readonly from: string;
  /** The name that it has from then on. */
  readonly to: string;
}

/**
 * Finds a free name for something.
 * @param holder what gives up its name
 * @param schemas the schemas before and after, and what has gone aside already: none of them has the name
 * @returns undefined for what cannot be renamed
 */
export function makeAside(
  holder: NameHolder,
  [before, after]: readonly [Schema, Schema],
  others: readonly Aside[],
): Aside | undefined {
  const kind = findKind(holder);
  const table = before.tables?.find(({ name }) => name === holder.table);
  const isOfView = before.views?.some(({ name }) => name === holder.table) === true;
  if (holder.table !== "" && table === undefined && !isOfView) return undefined;
  if (kind !== columns) {
    const to = findFreeName(holder, holder.name, [before, after], others);
    return kind?.rename && { ...holder, from: holder.name, to };
  }
  const column = table?.columns.find(({ name }) => name === holder.name);
  if (table === undefined || column === undefined) return undefined;
  const from = sequenceAt(table.name, column);
  return { ...holder, from, to: findFreeName(holder, from, [before, after], others) };
}

function findKind({ list }: NameHolder): AnyKind | undefined {
  return [...schemaKinds, ...tableKinds].find((kind) => kind.list === list);
}

/**
 * The steps that give names aside.
 * @param asides what gives up its name
 * @param earlier what has given up its name before: tables of `asides` may be among them
 */
export function stepsAside(asides: readonly Aside[], earlier: readonly Aside[] = []): readonly Step[] {
  const renamed = tablesAside(earlier);
  const inTables = asides.filter(({ table }) => table !== "");
  return [...inTables, ...without(asides, inTables)].flatMap((aside): readonly Step[] => {
    const kind = findKind(aside);
    const table = nameAfter(renamed, "tables", aside.table);
    const { from, to } = aside;
    const operation = kind === columns ? renameSequence(from, to) : kind?.rename?.(from, to, { name: table });
    if (kind === undefined || operation === undefined) return [];
    return [{ move: "rename", kind, ...(table !== "" && { table }), change: change(operation) }];
  });
}

/** Takes the place of the steps that give names aside while the others are found, and gets the notes that belong before them. */
const BEFORE_ASIDES: Step = { move: "rename", kind: tables, change: { operations: [] } };

/** The place for notes before names go aside, if any do. */
export function placeBefore(asides: readonly NameHolder[]): readonly Step[] {
  return collect(asides.length > 0 && BEFORE_ASIDES);
}

/** Puts first what comes before the names go aside, and gives the notes of that place to the first change. */
export function joinNotesToFirst(changes: readonly Change[]): readonly Change[] {
  const places = changes.filter(hasOnlyNotes);
  const others = changes.filter((one) => !hasOnlyNotes(one));
  const [first, ...rest] = [...others.filter(({ beforeAsides }) => beforeAsides), ...others.filter(isLater)];
  if (first === undefined) return changes;
  return [places.length === 0 ? first : { ...first, ...joinNotes([...places, first]) }, ...rest];
}

function isLater({ beforeAsides }: Change): boolean {
  return beforeAsides !== true;
}

function hasOnlyNotes({ operations, question }: Change): boolean {
  return operations.length === 0 && question === undefined;
}

function without(asides: readonly Aside[], others: readonly Aside[]): readonly Aside[] {
  return asides.filter((aside) => !others.includes(aside));
}

/** A free name, which nothing else gets in any schema: tables move between schemas, and their items with them. */
function findFreeName(holder: NameHolder, name: string, schemas: readonly Schema[], others: readonly Aside[]) {
  const { table } = holder;
  const isInTable = hasBareName(holder);
  const bare = isInTable ? name : bareName(name);
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? "" : String(number);
    const candidate = `${clipName(temporaryName(bare), suffix.length)}${suffix}`;
    const full = siblingName(isInTable ? table : name, candidate);
    const keys = [relationKey(full), typeKey(full), constraintKey(table, candidate)];
    const isTaken = schemas.some((schema) => keys.some((key) => listHeldNames(schema).holders.has(key)));
    const to = isInTable ? candidate : full;
    if (!isTaken && others.every((other) => nameWithoutSchema(other) !== candidate)) return to;
  }
}

/** Names inside of a table have no schema. */
function hasBareName({ table, list }: NameHolder): boolean {
  return table !== "" && list !== columns.list;
}

function nameWithoutSchema(aside: Aside): string {
  return hasBareName(aside) ? aside.to : bareName(aside.to);
}

/** The asides of tables, as renames. */
export function tablesAside(asides: readonly Aside[]): readonly Rename[] {
  return asides.flatMap(({ list, name, to }) => collect(list === "tables" && { list, from: name, to }));
}

/** The asides of sequences, as renames: others use a sequence as they use a table. */
function sequencesAside(asides: readonly Aside[]): readonly Rename[] {
  return asides.flatMap(({ list, from, to }) => collect(list === columns.list && { list: "tables", from, to }));
}

/** The asides of all that others use under a name of its own, as renames. */
export function relationsAside(asides: readonly Aside[]): readonly Rename[] {
  return [...tablesAside(asides), ...sequencesAside(asides), ...renamesOfTypes(asides)];
}

/**
 * Dependencies in which what others use has the name that it has aside: sequences of columns, and keys.
 * @param dependencies in the names that tables have after renames
 * @param asides what gives up its name
 * @param renames new names of tables
 */
export function withPartsAside(
  dependencies: Dependencies,
  asides: readonly Aside[],
  renames: readonly Rename[],
): Dependencies {
  const keys = new Map(
    asides.map(({ table, name, to }) => [useKey({ relation: nameAfter(renames, "tables", table), key: name }), to]),
  );
  const renameKey = (use: Use): Use => {
    const key = "relation" in use && use.key !== undefined ? keys.get(useKey(use)) : undefined;
    return key === undefined ? use : { ...use, key };
  };
  const { dependents } = renameDependencies(dependencies, sequencesAside(asides));
  return { ...dependencies, dependents: dependents.map((one) => ({ ...one, uses: one.uses.map(renameKey) })) };
}

/** What depends on what, and the schema that it is read from. */
interface LiveSide {
  readonly before: Schema;
  readonly dependencies?: Dependencies;
  readonly liveSide: "before" | "after";
}

/** The schema in its own names, but with the names of enum types aside: these may be renamed again. */
export function withTypesAside<Sides extends LiveSide>(sides: Sides, asides: readonly Aside[]): Sides {
  const { before, dependencies, liveSide } = sides;
  const renames = renamesOfTypes(asides);
  if (renames.length === 0) return sides;
  const isLive = dependencies !== undefined && liveSide === "before";
  return {
    ...sides,
    before: applyRenames(before, renames),
    ...(isLive && { dependencies: renameDependencies(dependencies, renames) }),
  };
}

/**
 * Gives items of tables the names that they have aside.
 * @param schema the schema, in the names that tables and columns have after the renames
 */
export function applyAsides(schema: Schema, asides: readonly Aside[], renames: readonly Rename[]): Schema {
  const inTables = asides.filter(({ table }) => table !== "");
  if (inTables.length === 0) return schema;
  const apply = (table: Table) =>
    inTables
      .filter((aside) => nameAfter(renames, "tables", aside.table) === table.name)
      .reduce((current, aside) => renameItem(current, aside, renames), table);
  const ofViews = inTables.filter((aside) => schema.views?.some(({ name }) => name === aside.table));
  return {
    ...schema,
    tables: (schema.tables ?? []).map(apply),
    ...(ofViews.length > 0 && { views: (schema.views ?? []).map((view) => renameIndexes(view, ofViews)) }),
  };
}

function renameIndexes(view: View, asides: readonly Aside[]): View {
  const own = new Map(asides.flatMap(({ table, name, to }) => (table === view.name ? [[name, to] as const] : [])));
  if (view.indexes === undefined || own.size === 0) return view;
  return { ...view, indexes: view.indexes.map((index) => ({ ...index, name: own.get(index.name) ?? index.name })) };
}

function renameItem(table: Table, { table: oldTable, list, name, to }: Aside, renames: readonly Rename[]): Table {
  if (list === columns.list) {
    const column = nameAfter(renames, "columns", name, oldTable);
    const withSequence = (one: Column) => (one.name === column ? { ...one, sequence: bareName(to) } : one);
    return { ...table, columns: table.columns.map(withSequence) };
  }
  const items = itemsOf(table, list).map((item): Named => (item.name === name ? { ...item, name: to } : item));
  const kind = tableKinds.find((one) => one.list === list);
  return kind === undefined ? table : withItems(table, kind, items);
}
