import { collect } from "../collect.ts";
import { indexByName } from "../index-by-name.ts";
import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { columns } from "../kinds/columns.ts";
import { keyOfItem } from "../kinds/item-keys.ts";
import { RESET_BY_TYPE } from "../kinds/kept-facts.ts";
import { type AnyKind, isSame, itemsOf } from "../kinds/kind.ts";
import { fillMarks } from "../kinds/marks.ts";
import { passValuesSql } from "../kinds/serials.ts";
import { sql, statementFor } from "../kinds/statements.ts";
import { tables } from "../kinds/tables.ts";
import type { Dependencies, Dependent, Fact, Use } from "../schema/dependencies.ts";
import type { Change, Operation, OperationTarget } from "../schema/operation.ts";
import type { Named, Schema, Table, View } from "../schema/schema.ts";
import { noteOfFact } from "./dependent-notes.ts";
import { indexHeirs } from "./dependents.ts";
import { type GivenBack, giveBackIndexes } from "./give-back-indexes.ts";
import { giveOwnersLast } from "./late-owners.ts";
import { notesOfLostIdentity } from "./lost-identity.ts";
import type { Step } from "./order.ts";
import { type FindRebuilt, rebuiltFinder } from "./rebuilt-constraints.ts";
import {
  isLeftToPeople,
  isRefusedInRows,
  isReset,
  listInherited,
  namesOf,
  type Recreated,
  type Resetting,
  withoutItems,
} from "./recreated-items.ts";
import { isRenamed } from "./rename-dependencies.ts";
import type { Rename } from "./renames.ts";

/** The live database, and what it becomes. */
export interface LiveSide {
  /** The live schema, in the names of `after`. */
  readonly live: Schema;
  readonly after: Schema;
  /** In the names of `after`. */
  readonly dependencies: Dependencies;
  /** What definitions call by a name that it loses before the steps. */
  readonly renames: readonly Rename[];
  /** Whether the live database is what the diff leads to: then all that it had can be given back. */
  readonly isBack: boolean;
  /** As `DependentPlan` has it. */
  readonly untied: ReadonlySet<string>;
}

/**
 * Puts statements behind the operations that create something again: they give back what it had and models cannot declare.
 * What cannot be given back is a note.
 * @param steps the steps in their order
 * @param side see {@link LiveSide}
 */
export function giveBackFacts(steps: readonly Step[], side: LiveSide): readonly Step[] {
  const { dependencies, after, live } = side;
  if (dependencies.facts.size === 0) return giveOwnersLast(steps);
  const tablesBySide = { after: indexOwners(after), live: indexOwners(live) };
  const heirs = indexHeirs(dependencies);
  const findRebuilt = rebuiltFinder(steps, live, dependencies.facts);
  const around = { ...side, tables: tablesBySide, findRebuilt, heirs };
  const given = steps.map((step) => {
    const change = giveBackTo(step.change, around);
    return change === step.change ? step : { ...step, change };
  });
  return giveOwnersLast(given);
}

interface Around extends LiveSide {
  readonly tables: Readonly<Record<"after" | "live", ReadonlyMap<string, Table | View>>>;
  readonly findRebuilt: FindRebuilt;
  /** Tables that inherit, by name. */
  readonly heirs: ReadonlyMap<string, Dependent>;
}

/** Tables, and views, which may have indexes. */
function indexOwners({ tables = [], views = [] }: Schema): ReadonlyMap<string, Table | View> {
  return indexByName<Table | View>([...tables, ...views]);
}

function giveBackTo(change: Change, around: Around): Change {
  const giveBackOf = (operation: Operation) =>
    join([
      recreate(operation, around) ?? { operations: [operation], notes: [] },
      ...giveBackToOthers(operation, around),
      ...noteLostWithOthers(operation, around),
      ...around.findRebuilt(operation).map(({ fact, ...item }) => giveBack(fact, item, around)),
    ]);
  const done = change.operations.map(giveBackOf);
  const ifNo = change.ifNo?.map(giveBackOf);
  const isSameAsBefore = [...done, ...(ifNo ?? [])].every(
    ({ operations, notes }) => operations.length === 1 && !operations[0]?.custom && notes.length === 0,
  );
  if (isSameAsBefore) return change;
  const notes = [...(change.notes ?? []), ...done.flatMap((one) => one.notes)];
  return {
    ...change,
    operations: done.flatMap((one) => one.operations),
    ...(ifNo && { ifNo: ifNo.flatMap((one) => one.operations) }),
    ...(notes.length > 0 && { notes }),
  };
}

function recreate(operation: Operation, around: Around): GivenBack | undefined {
  const found = findRecreated(operation, around);
  if (found === undefined) return noteOtherKind(operation, around) ?? noteLostIdentity(operation, around);
  if (found.kind === tables) return recreateTable(operation, found, around);
  return recreateItem(operation, found, around);
}

function findRecreated({ target, resets }: Resetting, { live, after, tables: byName }: Around): Recreated | undefined {
  if (target === undefined || (target.effect !== "create" && resets === undefined)) return undefined;
  if (target.table === undefined) return findAmong(schemaKinds, target, live, after);
  const table = byName.after.get(target.table);
  if (table === undefined) return undefined;
  const found = findAmong(tableKinds, target, byName.live.get(table.name), table);
  return found && { ...found, table };
}

/** Finds the item that an operation is about among those of its owner, on both sides. */
function findAmong(
  kinds: readonly AnyKind[],
  target: OperationTarget,
  before: Schema | Table | View | undefined,
  after: Schema | Table | View,
): Recreated | undefined {
  for (const kind of kinds) {
    if (!isOfKind(target, kind)) continue;
    const to = itemsOf(after, kind.list).find(({ name }) => name === target.name);
    const from = to && findLive(kind, to, before, after);
    if (to !== undefined && from !== undefined) return { kind, from, to };
  }
  return undefined;
}

/**
 * What the columns had that an operation gives another type, as the columns of an enum type that is replaced, and what those
 * columns had that go and change with one in tables that inherit it.
 */
function giveBackToOthers(operation: Operation, around: Around): readonly GivenBack[] {
  const retyped = (operation.retypes ?? []).map(({ table, column: name }): Resetting => {
    return { target: { kind: "column", table, name, effect: "alter" }, resets: RESET_BY_TYPE };
  });
  const changed: readonly Resetting[] = around.heirs.size > 0 ? [operation, ...retyped] : retyped;
  return changed.flatMap((one) => {
    const found = findRecreated(one, around);
    if (found === undefined) return [];
    const own = one === operation ? [] : giveBackReset(one, found, around);
    return [
      ...own,
      ...listInherited(found, around.heirs, around.tables.live).flatMap((item) => giveBackReset(one, item, around)),
    ];
  });
}

/** What the columns had for good that go with one in tables that inherit it: rows may be in the way of its return. */
function noteLostWithOthers({ target }: Operation, around: Around): readonly GivenBack[] {
  if (around.isBack || target?.kind !== "column" || target.effect !== "drop") return [];
  const table = around.tables.live.get(target.table ?? "");
  const column = itemsOf(table, columns.list).find(({ name }) => name === target.name);
  if (table === undefined || column === undefined) return [];
  const item = { kind: columns, table, from: column, to: column };
  return listInherited(item, around.heirs, around.tables.live).flatMap((one) =>
    listFacts(one, around).flatMap((fact) => (isRefusedInRows(fact, one) ? [giveBack(fact, one, around)] : [])),
  );
}

/** What an index or constraint had whose name something of another kind gets in the same table. */
function noteOtherKind(operation: Operation, around: Around): GivenBack | undefined {
  const { target } = operation;
  if (target?.effect !== "create" || !["constraint", "index"].includes(target.kind)) return undefined;
  const { table: owner = "" } = target;
  const table = around.tables.live.get(owner);
  if (table === undefined) return undefined;
  const find = (owner: Table | View | undefined, { list }: AnyKind) =>
    itemsOf(owner, list).find(({ name }) => name === target.name);
  const notes = tableKinds.flatMap((kind) => {
    const from = kind === columns ? undefined : find(table, kind);
    if (from === undefined || find(around.tables.after.get(table.name), kind) !== undefined) return [];
    const { facts = [] } = around.dependencies.facts.get(keyOfItem(kind.list, from.name, table.name)) ?? {};
    const item = { kind, table, from, to: from };
    return facts.map((fact) => noteOfFact(fact.what, fillMarks(fact.statement, namesOf(item)), item));
  });
  return notes.length === 0 ? undefined : { operations: [operation], notes };
}

function noteLostIdentity(operation: Operation, { tables: byName, dependencies }: Around): GivenBack | undefined {
  const table = operation.target?.table ?? "";
  const notes = notesOfLostIdentity(operation, byName.live.get(table), byName.after.get(table), dependencies.facts);
  return notes.length === 0 ? undefined : { operations: [operation], notes };
}

/** The target of a constraint does not say of which kind it is. */
function isOfKind(target: OperationTarget, kind: AnyKind): boolean {
  return kind.word === target.kind || (target.kind === "constraint" && kind.isConstraint === true);
}

/** The item by its name, or one that is the same and has lost its name. */
function findLive(
  kind: AnyKind,
  to: Named,
  before: Schema | Table | View | undefined,
  after: Schema | Table | View,
): Named | undefined {
  const items = itemsOf(before, kind.list);
  const named = items.find(({ name }) => name === to.name);
  if (named !== undefined || kind.holdsData) return named;
  const kept = indexByName(itemsOf(after, kind.list));
  return items.find((one) => !kept.has(one.name) && isSame(kind, one, to));
}

function recreateItem(operation: Operation, item: Recreated, around: Around): GivenBack | undefined {
  const { kind, table, from, to } = item;
  const had = around.dependencies.facts.get(keyOfItem(kind.list, from.name, table?.name));
  const indexes = giveBackIndexes(kind, from, to, around.dependencies.facts);
  if (had === undefined && indexes.operations.length + indexes.notes.length === 0) return undefined;
  const { definition } = had ?? {};
  const created =
    definition === undefined ? { operations: [operation], notes: [] } : define(operation, definition, item, around);
  return join([created, ...giveBackReset(operation, item, around), indexes]);
}

/** The facts of an item that an operation sets to their defaults. */
function giveBackReset(operation: Resetting, item: Recreated, around: Around): readonly GivenBack[] {
  return listFacts(item, around)
    .filter(({ what }) => isReset(operation, what, item))
    .map((fact) => giveBack(fact, item, around));
}

function listFacts({ kind, table, from }: Recreated, { dependencies }: Around): readonly Fact[] {
  return dependencies.facts.get(keyOfItem(kind.list, from.name, table?.name))?.facts ?? [];
}

function join(parts: readonly GivenBack[]): GivenBack {
  return { operations: parts.flatMap((one) => one.operations), notes: parts.flatMap((one) => one.notes) };
}

/** The definition in the place of the operation, as long as it says the same and its names are right. */
function define(operation: Operation, definition: string, item: Recreated, around: Around): GivenBack {
  const statement = fillMarks(definition, namesOf(item));
  if (operation.target?.effect !== "create") return { operations: [operation], notes: [] };
  if (isSame(item.kind, item.from, item.to) && !hasOldName(item, around))
    return { operations: [statementFor(operation, statement)], notes: [] };
  return { operations: [operation], notes: [noteOfFact("definition", statement, item)] };
}

/** Whether an item uses something that has another name now, besides its own table, for which its definition has a mark. */
function hasOldName({ kind, table, from }: Recreated, { dependencies, renames }: Around): boolean {
  const { columns = [] } = kind.dependsOn?.(from) ?? {};
  const { referenced = [], table: other = "" } = kind.references?.(from) ?? {};
  const relation = table?.name ?? "";
  const uses: readonly Use[] = [
    ...(dependencies.uses.get(keyOfItem(kind.list, from.name, relation)) ?? []),
    ...columns.map((column) => ({ relation, column })),
    ...referenced.map((column) => ({ relation: other, column })),
  ];
  return uses.some((use) => isRenamed(use, renames, relation));
}

function giveBack(fact: Fact, item: Recreated, { after, isBack }: Around): GivenBack {
  const { kind, from, to, table } = item;
  const statement = fillMarks(fact.statement, namesOf(item));
  const isKept = isSame(kind, from, to) || kind.keepsFact?.(fact, from, to, table ?? after) !== false;
  if (!isKept || isLeftToPeople(fact, item, isBack))
    return { operations: [], notes: [noteOfFact(fact.what, statement, item)] };
  const hasRows = kind === columns && fact.what === "parameters of the sequence" && table !== undefined;
  const passed = collect(hasRows && sql(passValuesSql(table.name, to.name)));
  return { operations: [sql(statement), ...passed], notes: [] };
}

/** A table with all that is inside of its statement. What the statement cannot say comes behind it. */
function recreateTable(operation: Operation, item: Recreated, around: Around): GivenBack | undefined {
  const { facts } = around.dependencies;
  const table = item.to as Table;
  const inside = tableKinds
    .filter(({ clause }) => clause !== undefined)
    .flatMap((kind) => itemsOf(table, kind.list).map((one): Recreated => ({ kind, table, from: one, to: one })));
  const had = (one: Recreated) => facts.get(keyOfItem(one.kind.list, one.from.name, one.table?.name));
  const special = inside.filter((one) => had(one)?.definition !== undefined);
  const given = join(
    [item, ...inside].flatMap((one) => (had(one)?.facts ?? []).map((fact) => giveBackWithTable(fact, one, around))),
  );
  if (special.length + given.operations.length + given.notes.length === 0) return undefined;
  const created = special.length === 0 ? operation : tables.create(withoutItems(table, special), around.after);
  const defined = special.map((one) => sql(fillMarks(had(one)?.definition ?? "", namesOf(one))));
  return { operations: [created, ...defined, ...given.operations], notes: given.notes };
}

function giveBackWithTable(fact: Fact, item: Recreated, { untied }: Around): GivenBack {
  const statement = fillMarks(fact.statement, namesOf(item));
  const isUntied = item.kind === tables && untied.has(item.to.name) && TIES.includes(fact.what);
  if (fact.bySuperuser || isUntied) return { operations: [], notes: [noteOfFact(fact.what, statement, item)] };
  return { operations: [sql(statement)], notes: [] };
}

/** What a table has from another one, or from a type. */
const TIES = ["inheritance", "type"];
