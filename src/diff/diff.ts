import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { type AnyKind, change, isSame, itemsOf, type Owners } from "../kinds/kind.ts";
import type { Change, Operation } from "../schema/operation.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import { siblingName } from "../sql.ts";
import { inTheWay, itemKey, keyNames } from "./dependents.ts";
import { applySpelling, type Equivalents, spellingWithout } from "./equivalents.ts";
import type { Guess } from "./guess.ts";
import { askInLiveNames } from "./live-names.ts";
import { dropsInOrder, listed, ordered, type Step } from "./order.ts";
import { withQuestions } from "./questions.ts";
import { renamesOf } from "./rename-candidates.ts";
import { renameSteps, takenNames } from "./rename-steps.ts";
import { applyRenames, nameAfter, type Rename } from "./renames.ts";

/** What is known beside the two schemas. */
export interface DiffOptions {
  /** What has another name afterwards; a guess that is not certain becomes a question. */
  readonly guesses?: readonly Guess[];
  /** SQL that PostgreSQL reads as the same, see `read/spell.ts`. */
  readonly spelling?: Equivalents;
  /** New columns take the place that they have in the schema after. */
  readonly keepOrder?: boolean;
}

/**
 * The steps that lead from one schema to another.
 * @param before the schema as it is, in its own names
 * @param after the schema as it should be
 * @param options see {@link DiffOptions}
 */
export function diff(before: Schema, after: Schema, options: DiffOptions = {}): readonly Change[] {
  const { guesses = [], spelling = new Map(), keepOrder = false } = options;
  const [from, to] = [listed(before), listed(after)];
  return withQuestions(from, to, guesses, (right, target, keys) => {
    const renames = renamesOf(from, target, right);
    const said = new Set(right.flatMap((guess) => guess.renames));
    const wrong = guesses.flatMap((guess) => guess.renames).filter((rename) => !said.has(rename));
    const spelt = applySpelling(applyRenames(from, renames), spellingWithout(spelling, wrong));
    const steps = compare(withKeyNames(spelt, keys), target, keepOrder, takenBy(right, renames));
    return ordered([
      ...renameSteps(renames, takenNames(from, target)),
      ...steps.map((step) => ({ ...step, change: askInLiveNames(step.change, from, renames) })),
    ]);
  });
}

/**
 * The schema in which foreign keys have the names that they get with their own table, although the table they point at
 * is not renamed.
 */
function withKeyNames(schema: Schema, steps: readonly Step[]): Schema {
  const names = new Map(
    steps
      .filter(({ move, kind }) => move === "rename" && kind.list === "foreignKeys")
      .flatMap(({ change: { operations } }) =>
        operations.map(({ args: [table, from, to] }) => [`${table}\0${from}`, to as string]),
      ),
  );
  if (names.size === 0) return schema;
  const tables = (schema.tables ?? []).map((table) => ({
    ...table,
    ...(table.foreignKeys && {
      foreignKeys: table.foreignKeys.map((key) => ({
        ...key,
        name: names.get(`${table.name}\0${key.name}`) ?? key.name,
      })),
    }),
  }));
  return { ...schema, tables };
}

/** By table, the columns that may have got a name which was guessed to be another's. */
type Taken = ReadonlyMap<string, ReadonlyMap<string, string>>;

function takenBy(guesses: readonly Guess[], renames: readonly Rename[]): Taken {
  const taken = new Map<string, Map<string, string>>();
  for (const {
    renames: [first],
    rivals = [],
  } of guesses) {
    if (first?.list !== "columns" || first.table === undefined) continue;
    const { table: old, to } = first;
    const table = nameAfter(renames, "tables", old);
    taken.set(table, new Map([...(taken.get(table) ?? []), ...rivals.map((name) => [name, to] as const)]));
  }
  return taken;
}

/** The comparison itself: it knows no kinds, only what a kind can do. */
function compare(before: Schema, after: Schema, keepOrder: boolean, taken: Taken): readonly Step[] {
  const around = inTheWay(before, after);
  const steps = schemaKinds.flatMap((kind) =>
    kind.list === "tables" ? [] : compareItems(kind, before, after, { before, after }, undefined, around),
  );
  const [had, has] = [byName(before.tables), byName(after.tables)];
  const tables = schemaKinds.find((kind) => kind.list === "tables")!;
  for (const table of after.tables ?? []) {
    const was = had.get(table.name);
    if (was === undefined) steps.push(...creation(tables, table, after));
    else {
      steps.push(...alteration(tables, was, table, before, after));
      const rival = taken.get(table.name);
      const owners = { before: was, after: table, ...(keepOrder && { keepOrder }), ...(rival && { taken: rival }) };
      for (const kind of tableKinds) steps.push(...compareItems(kind, was, table, owners, table.name, around));
    }
  }
  const gone = (before.tables ?? []).filter(({ name }) => !has.has(name));
  const early = gone.map((table) => goneFirst(table, around, keyNames(after)));
  const rest = gone.map((table) => ({
    ...table,
    foreignKeys: table.foreignKeys?.filter(({ name }) => !around.has(itemKey(table.name, "foreignKeys", name))),
  }));
  return [...steps, ...early.flat(), ...dropsInOrder(rest as readonly Table[], before)];
}

/** What has to go before its table does: foreign keys in the way, and keys and indexes whose names are taken. */
function goneFirst(table: Table, around: ReadonlySet<string>, taken: ReadonlySet<string>): readonly Step[] {
  return tableKinds.flatMap((kind) =>
    itemsOf(table, kind.list)
      .filter(
        ({ name }) =>
          around.has(itemKey(table.name, kind.list, name)) ||
          (kind.ownsRelationName && taken.has(siblingName(table.name, name))),
      )
      .map((item): Step => ({ move: "drop", kind, table: table.name, change: change(kind.drop(item, table)) })),
  );
}

function byName(tables: readonly Table[] | undefined): ReadonlyMap<string, Table> {
  return new Map((tables ?? []).map((table) => [table.name, table]));
}

/** A new table, then what is not inside `createTable`. */
function creation(tables: AnyKind, table: Table, owner: Schema): readonly Step[] {
  const created: Step = {
    move: "create",
    kind: tables,
    table: table.name,
    change: change(tables.create(table, owner)),
  };
  const beside = tableKinds
    .filter((kind) => kind.clause === undefined)
    .flatMap((kind) =>
      itemsOf(table, kind.list).map(
        (item): Step => ({ move: "create", kind, table: table.name, change: change(kind.create(item, table)) }),
      ),
    );
  return [created, ...beside];
}

function alteration(
  kind: AnyKind,
  from: Named,
  to: Named,
  before: unknown,
  after: unknown,
  table = to.name,
): readonly Step[] {
  return (kind.alter!(from, to, { before, after }) as readonly Change[]).map(
    (one): Step => ({ move: "create", kind, table, change: one }),
  );
}

/** Matched by name, then by what they are: an item that only has another name is renamed. */
function compareItems(
  kind: AnyKind,
  ownerBefore: Schema | Table,
  ownerAfter: Schema | Table,
  owners: Owners<unknown>,
  table: string | undefined,
  around: ReadonlySet<string>,
): readonly Step[] {
  const [had, has] = [itemsOf(ownerBefore, kind.list), itemsOf(ownerAfter, kind.list)];
  const step = (move: Step["move"], one: Change, item?: Named): Step => ({
    move,
    kind,
    ...(table !== undefined && { table }),
    ...(item !== undefined && { name: item.name }),
    ...(kind.replaceLast &&
      item !== undefined && { place: (move === "drop" ? had : has).findIndex(({ name }) => name === item.name) }),
    change: one,
  });
  const [hadNames, hasNames] = [new Map(had.map((item) => [item.name, item])), new Set(has.map(({ name }) => name))];
  const gone = had.filter(({ name }) => !hasNames.has(name));
  const steps: Step[] = [];
  for (const item of has) {
    const was = hadNames.get(item.name) ?? (kind.holdsData ? undefined : takeTwin(kind, gone, item));
    if (was === undefined) {
      const question = kind.question?.(undefined, item, owners);
      steps.push(step("create", kind.add?.(item, owners) ?? change(kind.create(item, ownerAfter), question), item));
      continue;
    }
    const same = isSame(kind, was, item);
    if (around.has(itemKey(table ?? "", kind.list, was.name))) {
      const question = same ? undefined : kind.question?.(was, item, owners);
      steps.push(
        step("drop", change(kind.drop(was, ownerAfter)), was),
        step("create", kind.add?.(item, owners) ?? change(kind.create(item, ownerAfter), question), item),
      );
      continue;
    }
    if (was.name !== item.name && kind.rename)
      steps.push(step("rename", change(kind.rename(was.name, item.name, ownerAfter))));
    if (!same) steps.push(...replacement(kind, was, item, owners, ownerAfter, step));
  }
  for (const item of gone) {
    const question = kind.question?.(item, undefined, owners);
    const first = kind.dropBeforeColumns || kind.replaceLast || around.has(itemKey(table ?? "", kind.list, item.name));
    const removed = kind.remove?.(item, owners) ?? change(kind.drop(item, ownerAfter), question);
    steps.push(step(first ? "drop" : "end", removed, item));
  }
  return steps;
}

/** Takes an item out of the list that is the same in all but its name. */
function takeTwin(kind: AnyKind, gone: Named[], item: Named): Named | undefined {
  const at = gone.findIndex((one) => isSame(kind, one, item));
  return at < 0 ? undefined : gone.splice(at, 1)[0];
}

function replacement(
  kind: AnyKind,
  from: Named,
  to: Named,
  owners: Owners<unknown>,
  owner: Schema | Table,
  step: (move: Step["move"], one: Change, item?: Named) => Step,
): readonly Step[] {
  if (kind.replaceLast)
    return [step("drop", change(kind.drop(from, owner)), from), step("create", change(kind.create(to, owner)), to)];
  if (kind.alter) return (kind.alter(from, to, owners) as readonly Change[]).map((one) => step("create", one));
  const [drop, create] = [kind.drop(to, owner) as Operation, kind.create(to, owner) as Operation];
  const question = kind.question?.(from, to, owners);
  return [step("create", { operations: [drop, create], ...(question !== undefined && { question }) })];
}
