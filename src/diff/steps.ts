import { collect } from "../collect.ts";
import { dropUndefined } from "../given.ts";
import { indexByName } from "../index-by-name.ts";
import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { type AnyKind, change, itemsOf, type Owners, withItems } from "../kinds/kind.ts";
import { tables } from "../kinds/tables.ts";
import type { Dependencies } from "../schema/dependencies.ts";
import type { OperationTarget } from "../schema/operation.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import { siblingName } from "../sql.ts";
import {
  type Aside,
  applyAsides,
  makeAside,
  stepsAside,
  tablesAside,
  withPartsAside,
  withTypesAside,
} from "./asides.ts";
import { orderSequences } from "./borrowed-sequences.ts";
import { compareItems } from "./compare-items.ts";
import { followValues } from "./defaults-of-values.ts";
import { withDependents } from "./dependent-steps.ts";
import { dropTables } from "./drop-tables.ts";
import { applySpelling, type Equivalents, spellingWithout } from "./equivalents.ts";
import { giveBackFacts } from "./give-back.ts";
import type { Guess } from "./guess.ts";
import { findInTheWay, type ItemsInTheWay, isInTheWay, keyNames } from "./in-the-way.ts";
import { askInLiveNames } from "./live-names.ts";
import { findMapped } from "./mapped-columns.ts";
import { findNameConflict } from "./name-conflicts.ts";
import { type Step, sortSteps } from "./order.ts";
import { renameColumnsBack } from "./pending-columns.ts";
import { renamesOf } from "./rename-candidates.ts";
import { markBlockedByRenames, renameDependencies } from "./rename-dependencies.ts";
import { renameSteps } from "./rename-steps.ts";
import { applyRenames, invert, type Rename } from "./renames.ts";
import { type Rivals, rivalsByTable } from "./rivals.ts";
import { createStarsLast } from "./star-views.ts";
import { listTakenViews, markTakenViews } from "./taken-views.ts";
import { isUnchanged } from "./unchanged.ts";

/** Two schemas whose lists are sorted, and what is known besides. */
export interface Sides {
  /** The schema as it is, in its own names. */
  readonly before: Schema;
  readonly after: Schema;
  /** What may have another name afterwards. */
  readonly guesses: readonly Guess[];
  /** SQL that PostgreSQL reads as the same. */
  readonly spelling: Equivalents;
  /** New columns take the place that they have in the schema after. */
  readonly keepOrder: boolean;
  /** What depends on what in the live database, in its own names. */
  readonly dependencies?: Dependencies;
  readonly liveSide: "before" | "after";
  /** What gives up its name before everything else, under each assumption. */
  readonly asides: readonly Aside[];
}

/** What is taken for granted in one comparison. */
export interface Assumption {
  /** The guesses that are right; all others are wrong. */
  readonly right: readonly Guess[];
  /** What the steps lead to. */
  readonly target: Schema;
  /** The names that constraints and indexes have got already. */
  readonly named?: readonly OperationTarget[];
  /** Renames that are right, and that come later. */
  readonly pending?: readonly Rename[];
}

/** The steps from one schema to another under an assumption, in their order, without those of `sides.asides`. */
export function findSteps(sides: Sides, assumption: Assumption): readonly Step[] {
  const { steps, asides } = findStepsAndAsides(sides, assumption);
  return [...stepsAside(asides.slice(sides.asides.length), sides.asides), ...steps];
}

/**
 * The steps from one schema to another under an assumption, and what has to give up its name before them: `sides.asides`
 * and others.
 */
export function findStepsAndAsides(
  sides: Sides,
  assumption: Assumption,
): { readonly steps: readonly Step[]; readonly asides: readonly Aside[] } {
  const { right, target } = assumption;
  const asides = [...sides.asides];
  for (;;) {
    const besides = { ...withTypesAside(sides, asides), asides };
    const { before } = besides;
    const steps = findStepsBeside(besides, assumption);
    const renames = [...tablesAside(asides), ...renamesOf(before, target, right)];
    const holder = findNameConflict(steps, { before, after: target, renames, asides });
    const aside = holder && makeAside(holder, [before, target], asides);
    if (aside === undefined) return { steps, asides };
    asides.push(aside);
  }
}

function findStepsBeside(sides: Sides, { right, target, named = [], pending = [] }: Assumption): readonly Step[] {
  const { before, guesses, spelling, keepOrder, asides } = sides;
  const given = renamesOf(before, target, right);
  const renames = [...tablesAside(asides), ...given];
  const respelled = applySpelling(applyRenames(before, renames), spellingWithout(spelling, findWrong(guesses, right)));
  const renamed = applyAsides(respelled, asides, renames);
  const keyed = withItemNames(renamed, named);
  const unasked = invert(pending, given);
  const isBack = sides.liveSide === "after";
  const takenViews = isBack ? new Set<string>() : listTakenViews(before, given);
  const dependencies = sides.dependencies && moveDependencies(sides.dependencies, sides, { takenViews, renames });
  const steps = compareSchemas(renameColumnsBack(keyed, unasked), renameColumnsBack(target, unasked), {
    keepOrder,
    rivals: rivalsByTable(right, renames),
    ...dropUndefined({ dependencies }),
  });
  const all = [
    ...renameSteps(given, [before, target]),
    ...steps.map((step) => askStepInLiveNames(step, before, renames)),
  ];
  const sort = (some: readonly Step[]) => dropTakenViewsFirst(sortSteps(some), given);
  if (dependencies === undefined) return sort(all);
  const renamedTables = new Set(renames.flatMap(({ list, to }) => collect(isBack && list === "tables" && to)));
  const { sorted, untied } = withDependents(all, {
    dependencies,
    before: followValues(renamed, target),
    own: before,
    after: target,
    isBack,
    renamedTables,
    asides,
    takenViews,
    renames: given,
    sort,
  });
  const ways = { isBack, renames: isBack ? [] : renames };
  const facts = { live: isBack ? target : keyed, after: target, dependencies, untied, ...ways };
  return giveBackFacts(sorted, facts);
}

/** The renames of which the guesses are wrong. */
function findWrong(guesses: readonly Guess[], right: readonly Guess[]): readonly Rename[] {
  const renames = new Set(right.flatMap((guess) => guess.renames));
  return guesses.flatMap((guess) => guess.renames.filter((rename) => !renames.has(rename)));
}

/** Dependencies in the names of the schema after. */
function moveDependencies(
  dependencies: Dependencies,
  { liveSide, asides }: Pick<Sides, "liveSide" | "asides">,
  { takenViews, renames }: { readonly takenViews: ReadonlySet<string>; readonly renames: readonly Rename[] },
): Dependencies {
  if (liveSide === "after") return markBlockedByRenames(dependencies, renames);
  return withPartsAside(renameDependencies(markTakenViews(dependencies, takenViews), renames), asides, renames);
}

/** Views are dropped before tables get other names, if one of them has such a name. */
function dropTakenViewsFirst(steps: readonly Step[], renames: readonly Rename[]): readonly Step[] {
  const taken = new Set(renames.filter(({ list }) => list !== "columns").map(({ to }) => to));
  const drops = steps.filter(({ move, kind }) => move === "drop" && kind.replaceLast);
  if (!drops.some(({ kind, name = "" }) => kind.ownsRelationName && taken.has(name))) return steps;
  return [...drops, ...steps.filter((step) => !drops.includes(step))];
}

function askStepInLiveNames(step: Step, before: Schema, renames: readonly Rename[]): Step {
  return { ...step, change: askInLiveNames(step.change, before, renames) };
}

/** The same names, the other way. */
export function invertNames(names: readonly OperationTarget[]): readonly OperationTarget[] {
  return names.flatMap((target) => collect(target.to !== undefined && { ...target, name: target.to, to: target.name }));
}

/** The schema in which constraints and indexes have other names. */
export function withItemNames(schema: Schema, targets: readonly OperationTarget[]): Schema {
  if (targets.length === 0) return schema;
  const names = new Map(targets.map(({ table, name, to }) => [keyOf(table, name), to]));
  const rename = (table: Table): Table =>
    changeItems(table, ITEM_KINDS, (_, items) =>
      items.map((item) => ({ ...item, name: names.get(keyOf(table.name, item.name)) ?? item.name })),
    );
  return { ...schema, tables: (schema.tables ?? []).map(rename) };
}

function keyOf(table: string | undefined, name: string): string {
  return `${table}\0${name}`;
}

/** What a comparison needs besides the two schemas. */
interface Besides {
  readonly keepOrder: boolean;
  readonly rivals: Rivals;
  /** In the names of the schema after. */
  readonly dependencies?: Dependencies;
}

/** Compares two schemas of the same names. It knows no kinds, only what a kind can do. */
function compareSchemas(before: Schema, after: Schema, besides: Besides): readonly Step[] {
  const { keepOrder, rivals, dependencies } = besides;
  const inTheWay = findInTheWay(before, after, dependencies);
  const live = dropUndefined({ dependents: dependencies?.dependents });
  const ofSchemas = { before, after, ...live };
  // A change of an enum type has to know the defaults that its columns have now.
  const [oldTables, newTables] = [indexByName(followValues(before, after).tables), indexByName(after.tables)];
  const mapped = findMapped(before, after);
  const ofSchema = schemaKinds
    .filter((kind) => kind !== tables)
    .flatMap((kind) => compareItems({ kind, owners: ofSchemas, inTheWay }));
  const ofTables = (after.tables ?? []).flatMap((table) => {
    const old = oldTables.get(table.name);
    if (old === undefined) return createTable(table, after);
    if (isUnchanged(old, table) && !inTheWay.has(table.name)) return [];
    const taken = rivals.get(table.name);
    const values = mapped.get(table.name);
    const known = { ...live, ...(keepOrder && { keepOrder }), ...dropUndefined({ taken, mapped: values }) };
    const owners = { before: old, after: table, ...known };
    return [
      ...alterTable(old, table, { before, after }),
      ...tableKinds.flatMap((kind) => compareItems({ kind, owners, table: table.name, inTheWay })),
    ];
  });
  const removed = (before.tables ?? []).filter(({ name }) => !newTables.has(name));
  const steps = [...ofSchema, ...ofTables, ...removeTables(removed, before, after, inTheWay)];
  return orderSequences(createStarsLast(steps, before, after), before, after);
}

/** A new table, then what `createTable` does not contain. */
function createTable(table: Table, owner: Schema): readonly Step[] {
  const created: Step = {
    move: "create",
    kind: tables,
    table: table.name,
    change: change(tables.create(table, owner)),
  };
  const later = tableKinds
    .filter(({ clause }) => clause === undefined)
    .flatMap((kind) =>
      itemsOf(table, kind.list).map(
        (item): Step => ({ move: "create", kind, table: table.name, change: change(kind.create(item, table)) }),
      ),
    );
  return [created, ...later];
}

function alterTable(from: Table, to: Table, owners: Owners<Schema>): readonly Step[] {
  const changes = tables.alter?.(from, to, owners) ?? [];
  return changes.map((one) => ({ move: "create", kind: tables, table: to.name, change: one }));
}

/** Drops tables, and before them what is in the way and the keys whose names are taken. */
function removeTables(
  removed: readonly Table[],
  before: Schema,
  after: Schema,
  inTheWay: ItemsInTheWay,
): readonly Step[] {
  if (removed.length === 0) return [];
  const taken = keyNames(after);
  const first = removed.flatMap((table) =>
    tableKinds.flatMap((kind) =>
      itemsOf(table, kind.list)
        .filter(
          ({ name }) =>
            isInTheWay(inTheWay, { table: table.name, list: kind.list, name }) ||
            (kind.ownsRelationName && taken.has(siblingName(table.name, name))),
        )
        .map((item): Step => ({ move: "drop", kind, table: table.name, change: change(kind.drop(item, table)) })),
    ),
  );
  return [
    ...first,
    ...dropTables(
      removed.map((table) => withoutDropped(table, inTheWay)),
      before,
      ({ name }) => isInTheWay(inTheWay, { table: "", list: tables.list, name }),
    ),
  ];
}

/** A table without the items that are dropped before it, since they need rows of a table. */
function withoutDropped(table: Table, inTheWay: ItemsInTheWay): Table {
  return changeItems(table, REFERENCING, ({ list }, items) =>
    items.filter(({ name }) => !isInTheWay(inTheWay, { table: table.name, list, name })),
  );
}

/** The kinds whose items need rows of another table. */
const REFERENCING = tableKinds.filter(({ references }) => references !== undefined);
/** The kinds of constraints and indexes. */
const ITEM_KINDS = tableKinds.filter(({ isConstraint, ownsRelationName }) => isConstraint || ownsRelationName);

/** A table with other items of some kinds. */
function changeItems(
  table: Table,
  kinds: readonly AnyKind[],
  change: (kind: AnyKind, items: readonly Named[]) => readonly Named[],
): Table {
  const some = kinds.filter(({ list }) => itemsOf(table, list).length > 0);
  return some.reduce((changed, kind) => withItems(changed, kind, change(kind, itemsOf(table, kind.list))), table);
}
