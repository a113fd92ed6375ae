import { isDeepStrictEqual } from "node:util";
import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { type AnyKind, change, itemsOf } from "../kinds/kind.ts";
import { todo } from "../kinds/statements.ts";
import { renameTable } from "../kinds/tables.ts";
import { applySpelling, type Spelling } from "../read/spelling.ts";
import type { Change, Operation } from "../schema/operation.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import { inTheWay, place } from "./around.ts";
import { dropsInOrder, ordered, type Step } from "./order.ts";
import { applyRenames, enumRenames, type Guess, type Rename } from "./renames.ts";

/** A rename, and whether it is only a guess. */
type MaybeGuess = Rename & Partial<Guess>;

/** What is known beside the two schemas. */
export interface DiffOptions {
  /** What has another name afterwards; a guess that is not certain becomes a question. */
  readonly renames?: readonly MaybeGuess[];
  /** SQL that PostgreSQL reads as the same, see `read/spell.ts`. */
  readonly spelling?: Spelling;
}

/**
 * The steps that lead from one schema to another.
 * @param before the schema as it is, in its own names
 * @param after the schema as it should be
 * @param options see {@link DiffOptions}
 */
export function diff(before: Schema, after: Schema, options: DiffOptions = {}): readonly Change[] {
  const { renames = [], spelling = new Map() } = options;
  const steps = (some: readonly MaybeGuess[]) =>
    ordered([...renameSteps(some), ...compare(applySpelling(applyRenames(before, some), spelling), after)]);
  const all = steps(renames);
  let rest = all;
  const questions = renames
    .filter(({ certain }) => certain === false)
    .map((guess): Change => {
      const without = steps(withoutGuess(before, after, renames, guess));
      const mine = onlyIn(rest, without).filter(({ question }) => question === undefined);
      const instead = onlyIn(without, all);
      rest = rest.filter((one) => !mine.includes(one));
      return {
        operations: mine.flatMap(({ operations }) => operations),
        question: questionOf(guess),
        otherwise: instead.flatMap(({ operations, question }) =>
          question === undefined ? operations : [todo(question.text, question.query), ...operations],
        ),
      };
    });
  return [...questions, ...rest];
}

/** The comparison itself: it knows no kinds, only what a kind can do. */
function compare(before: Schema, after: Schema): readonly Step[] {
  const around = inTheWay(before, after);
  const steps = schemaKinds.flatMap((kind) =>
    kind.list === "tables" ? [] : compareItems(kind, before, after, before, after, undefined, around),
  );
  const [had, has] = [byName(before.tables), byName(after.tables)];
  const tables = schemaKinds.find((kind) => kind.list === "tables")!;
  for (const table of after.tables ?? []) {
    const was = had.get(table.name);
    if (was === undefined) steps.push(...creation(tables, table, after));
    else {
      steps.push(...alteration(tables, was, table, before, after));
      for (const kind of tableKinds) steps.push(...compareItems(kind, was, table, was, table, table.name, around));
    }
  }
  const gone = (before.tables ?? []).filter(({ name }) => !has.has(name));
  return [...steps, ...dropsInOrder(gone, tables, before)];
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
    .filter((kind) => !kind.inline)
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
  before: unknown,
  after: unknown,
  table: string | undefined,
  around: ReadonlySet<string>,
): readonly Step[] {
  const owners = { before, after };
  const [had, has] = [itemsOf(ownerBefore, kind.list), itemsOf(ownerAfter, kind.list)];
  const step = (move: Step["move"], one: Change, item?: Named): Step => ({
    move,
    kind,
    ...(table !== undefined && { table }),
    ...(kind.apart &&
      item !== undefined && { place: (move === "drop" ? had : has).findIndex(({ name }) => name === item.name) }),
    change: one,
  });
  const [hadNames, hasNames] = [new Map(had.map((item) => [item.name, item])), new Set(has.map(({ name }) => name))];
  const gone = had.filter(({ name }) => !hasNames.has(name));
  const steps: Step[] = [];
  for (const item of has) {
    const was = hadNames.get(item.name) ?? (kind.holdsData ? undefined : takeTwin(gone, item));
    if (was === undefined) {
      const question = kind.question?.(undefined, item, owners);
      steps.push(step("create", kind.add?.(item, owners) ?? change(kind.create(item, ownerAfter), question), item));
      continue;
    }
    if (was.name !== item.name && kind.rename)
      steps.push(step("rename", change(kind.rename(was.name, item.name, ownerAfter))));
    if (around.has(place(table ?? "", kind.list, was.name)))
      steps.push(
        step("drop", change(kind.drop(was, ownerAfter)), was),
        step("create", change(kind.create(item, ownerAfter)), item),
      );
    else if (!isDeepStrictEqual({ ...was, name: item.name }, item))
      steps.push(...replacement(kind, was, item, owners, ownerAfter, step));
  }
  for (const item of gone) {
    const question = kind.question?.(item, undefined, owners);
    steps.push(
      step(kind.dropFirst || kind.apart ? "drop" : "end", change(kind.drop(item, ownerAfter), question), item),
    );
  }
  return steps;
}

/** Takes an item out of the list that is the same in all but its name. */
function takeTwin(gone: Named[], item: Named): Named | undefined {
  const at = gone.findIndex((one) => isDeepStrictEqual({ ...one, name: item.name }, item));
  return at < 0 ? undefined : gone.splice(at, 1)[0];
}

function replacement(
  kind: AnyKind,
  from: Named,
  to: Named,
  owners: { before: unknown; after: unknown },
  owner: Schema | Table,
  step: (move: Step["move"], one: Change, item?: Named) => Step,
): readonly Step[] {
  if (kind.apart)
    return [step("drop", change(kind.drop(from, owner)), from), step("create", change(kind.create(to, owner)), to)];
  if (kind.alter) return (kind.alter(from, to, owners) as readonly Change[]).map((one) => step("create", one));
  const [drop, create] = [kind.drop(to, owner) as Operation, kind.create(to, owner) as Operation];
  const question = kind.question?.(from, to, owners);
  return [step("create", { operations: [drop, create], ...(question !== undefined && { question }) })];
}

/** Tables, columns and enum types get their new names first. */
function renameSteps(renames: readonly Rename[]): readonly Step[] {
  const tables = new Map(renames.filter(({ list }) => list === "tables").map(({ from, to }) => [from, to]));
  return renames.map((rename): Step => {
    const kind = [...schemaKinds, ...tableKinds].find(({ list }) => list === rename.list)!;
    const table = rename.table === undefined ? undefined : (tables.get(rename.table) ?? rename.table);
    const operation =
      rename.list === "tables"
        ? renameTable(rename.from, rename.to)
        : kind.rename!(rename.from, rename.to, { name: table });
    return { move: "rename", kind, ...(table !== undefined && { table }), change: change(operation) };
  });
}

/** The renames as they would be if a guess were wrong: without it, its columns, and the enum types that follow from it. */
function withoutGuess(
  before: Schema,
  after: Schema,
  renames: readonly MaybeGuess[],
  guess: MaybeGuess,
): readonly MaybeGuess[] {
  const inside = ({ list, table }: Rename) => guess.list === "tables" && list === "columns" && table === guess.from;
  const others = renames.filter((one) => one !== guess && one.list !== "enums" && !inside(one));
  const types = new Set(enumRenames(applyRenames(before, others), after).map(({ from, to }) => `${from}\0${to}`));
  return [...others, ...renames.filter(({ list, from, to }) => list === "enums" && types.has(`${from}\0${to}`))];
}

/** The changes that the other list does not have. */
function onlyIn(changes: readonly Change[], others: readonly Change[]): readonly Change[] {
  const known = new Set(others.map(textOf));
  return changes.filter((one) => !known.has(textOf(one)));
}

function textOf({ operations }: Change): string {
  return JSON.stringify(operations.map(({ name, args }) => [name, args]));
}

function questionOf({ table, from, to, others = [] }: MaybeGuess): NonNullable<Change["question"]> {
  const full = (name: string) => (table === undefined ? name : `${table}.${name}`);
  const also = others.length === 0 ? "" : ` It could also have become ${others.join(" or ")}.`;
  return {
    about: "rename",
    text: `Was ${full(from)} renamed to ${full(to)}?${also} If not, keep the commented lines instead.`,
  };
}
