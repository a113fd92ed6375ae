import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { type AnyKind, change, isSame, itemsOf, type Owners } from "../kinds/kind.ts";
import { todo } from "../kinds/statements.ts";
import { applySpelling, type Spelling, spellingWithout } from "../read/spelling.ts";
import type { Aside, Change, Operation } from "../schema/operation.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import { bareName, parseName, qualifiedName, siblingName } from "../sql.ts";
import { inTheWay, keyNames, place } from "./around.ts";
import { type Guess, renamesOf } from "./guess.ts";
import { dropsInOrder, listed, ordered, type Step } from "./order.ts";
import { applyRenames, inSafeOrder, nameAside, type Rename } from "./renames.ts";

/** What is known beside the two schemas. */
export interface DiffOptions {
  /** What has another name afterwards; a guess that is not certain becomes a question. */
  readonly guesses?: readonly Guess[];
  /** SQL that PostgreSQL reads as the same, see `read/spell.ts`. */
  readonly spelling?: Spelling;
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
  return difference(listed(before), listed(after), options);
}

function difference(before: Schema, after: Schema, options: DiffOptions): readonly Change[] {
  const { guesses = [], spelling = new Map(), keepOrder = false } = options;
  const steps = (some: readonly Guess[], keys: readonly Step[] = []) => {
    const renames = renamesOf(before, after, some);
    const right = new Set(some.flatMap((guess) => guess.renames));
    const wrong = guesses.flatMap((guess) => guess.renames).filter((rename) => !right.has(rename));
    const spelt = applySpelling(applyRenames(before, renames), spellingWithout(spelling, wrong));
    const renamed = withKeyNames(spelt, keys);
    return ordered([...renameSteps(renames, takenNames(before, after)), ...compare(renamed, after, keepOrder)]);
  };
  const { first, all } = apart(steps(guesses), before);
  let rest = all;
  const questions = new Map<Guess, Change>();
  for (const guess of innerFirst(guesses)) {
    const others = withoutGuess(guesses, guess);
    const theirs = tablesOf(guesses.filter((one) => one !== guess && !one.certain));
    const lost = onlyIn(rest, steps(others));
    const elsewhere = isOfTable(guess) ? lost.filter(({ table }) => theirs.has(table)) : [];
    const mine = movable(
      rest,
      lost.filter((one) => !elsewhere.includes(one)),
    );
    const instead = onlyIn(steps(others, elsewhere), [...first, ...all]);
    rest = rest.filter((one) => !mine.includes(one));
    const otherwise = instead.flatMap(({ change: { operations, question } }) =>
      question === undefined ? operations : [todo(question.text, question.query), ...operations],
    );
    questions.set(guess, {
      operations: mine.flatMap(({ change: { operations } }) => operations),
      question: questionOf(guess, otherwise),
      otherwise,
      ...(guess.others.length > 0 && { asides: candidatesOf(guess) }),
    });
  }
  const asked = guesses.flatMap((guess) => questions.get(guess) ?? []);
  if (asked.length === 0) return steps(guesses).map((step) => step.change);
  const soon = goneBefore(rest, tablesOf(guesses), all);
  rest = rest.filter((one) => !soon.includes(one));
  return [...[...first, ...soon].map((step) => step.change), ...asked, ...rest.map((step) => step.change)];
}

/**
 * What goes with a column comes before the question whether that was renamed: after a "no" it would be gone already. Not
 * where its table has another name only then, and keys not as long as a foreign key may need them.
 */
function goneBefore(
  steps: readonly Step[],
  renamed: ReadonlySet<string | undefined>,
  all: readonly Step[],
): readonly Step[] {
  const soon = steps.filter(
    ({ move, kind, table }) => move === "drop" && table !== undefined && !renamed.has(table) && !kind.apart,
  );
  const needed = all.some((step) => step.move === "drop" && step.kind.list === "foreignKeys" && !soon.includes(step));
  return soon.filter(({ kind: { list } }) => !needed || !["primaryKey", "uniques"].includes(list));
}

/**
 * The steps that may come before all others, with the question they belong to: not those that lean on a change of an
 * enum type, or come behind another question of their table, which stay where they are.
 */
function movable(steps: readonly Step[], wanted: readonly Step[]): readonly Step[] {
  const asking = new Set<string | undefined>();
  return steps.filter((step) => {
    const { move, kind, table, change: one } = step;
    const behind = asking.has(table) || asking.has(undefined) || asking.has(columnOf(step));
    const waits = move !== "rename" && (behind || one.late === "constraints");
    if (wanted.includes(step) && one.question === undefined && !waits) return true;
    const ofSchema = table === undefined && !kind.apart && move === "create";
    if (ofSchema) asking.add(undefined);
    if (table !== undefined && one.question !== undefined) asking.add(columnOf(step) ?? table);
    return false;
  });
}

/** The column that a step changes, or `undefined` for what may concern the whole table. */
function columnOf({ kind, table, change: { operations } }: Step): string | undefined {
  const [first] = operations;
  const column = first?.args[1];
  return kind.list === "columns" && typeof column === "string" ? `${table}\0${column}` : undefined;
}

/** The tables that these guesses give another name, by that name. */
function tablesOf(guesses: readonly Guess[]): ReadonlySet<string | undefined> {
  return new Set(guesses.flatMap(({ renames }) => renames.filter(({ list }) => list === "tables").map(({ to }) => to)));
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

/** The guesses that are asked: a column's takes what belongs to it before its table's does. */
function innerFirst(guesses: readonly Guess[]): readonly Guess[] {
  const asked = guesses.filter(({ certain }) => !certain);
  return [...asked.filter((guess) => !isOfTable(guess)), ...asked.filter(isOfTable)];
}

function isOfTable({ renames }: Guess): boolean {
  return renames.some(({ list }) => list === "tables");
}

/**
 * What everything else may need comes before the questions: enum types whose names are not taken yet, and that views are
 * out of the way.
 */
function apart(
  steps: readonly Step[],
  before: Schema,
): { readonly first: readonly Step[]; readonly all: readonly Step[] } {
  const taken = ({ kind, name }: Step) => itemsOf(before, kind.list).some((item) => item.name === name);
  const fresh = (step: Step) => !step.kind.apart && step.name !== undefined && !taken(step);
  const early = (step: Step) =>
    step.move === "create"
      ? step.table === undefined && (step.kind.early === true || fresh(step))
      : step.move === "drop" && step.kind.apart === true;
  return { first: steps.filter(early), all: steps.filter((step) => !early(step)) };
}

/** The comparison itself: it knows no kinds, only what a kind can do. */
function compare(before: Schema, after: Schema, keepOrder: boolean): readonly Step[] {
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
      const owners = { before: was, after: table, ...(keepOrder && { keepOrder }) };
      for (const kind of tableKinds) steps.push(...compareItems(kind, was, table, owners, table.name, around));
    }
  }
  const gone = (before.tables ?? []).filter(({ name }) => !has.has(name));
  const early = gone.map((table) => goneFirst(table, around, keyNames(after)));
  const rest = gone.map((table) => ({
    ...table,
    foreignKeys: table.foreignKeys?.filter(({ name }) => !around.has(place(table.name, "foreignKeys", name))),
  }));
  return [...steps, ...early.flat(), ...dropsInOrder(rest as readonly Table[], tables, before)];
}

/** What has to go before its table does: foreign keys in the way, and keys and indexes whose names are taken. */
function goneFirst(table: Table, around: ReadonlySet<string>, taken: ReadonlySet<string>): readonly Step[] {
  return tableKinds.flatMap((kind) =>
    itemsOf(table, kind.list)
      .filter(
        ({ name }) =>
          around.has(place(table.name, kind.list, name)) || (kind.relation && taken.has(siblingName(table.name, name))),
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
    ...(kind.apart &&
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
    if (around.has(place(table ?? "", kind.list, was.name))) {
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
    const first = kind.dropFirst || kind.apart || around.has(place(table ?? "", kind.list, item.name));
    steps.push(step(first ? "drop" : "end", change(kind.drop(item, ownerAfter), question), item));
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
  if (kind.apart)
    return [step("drop", change(kind.drop(from, owner)), from), step("create", change(kind.create(to, owner)), to)];
  if (kind.alter) return (kind.alter(from, to, owners) as readonly Change[]).map((one) => step("create", one));
  const [drop, create] = [kind.drop(to, owner) as Operation, kind.create(to, owner) as Operation];
  const question = kind.question?.(from, to, owners);
  return [step("create", { operations: [drop, create], ...(question !== undefined && { question }) })];
}

/** Tables, columns and enum types get their new names first. */
function renameSteps(renames: readonly Rename[], taken: ReadonlySet<string>): readonly Step[] {
  const tables = new Map(renames.filter(({ list }) => list === "tables").map(({ from, to }) => [from, to]));
  return inSafeOrder(renames).flatMap((rename): readonly Step[] => {
    const kind = [...schemaKinds, ...tableKinds].find(({ list }) => list === rename.list)!;
    const table = rename.table === undefined ? undefined : (tables.get(rename.table) ?? rename.table);
    const operations =
      rename.list === "columns"
        ? [kind.rename!(rename.from, rename.to, { name: table }) as Operation]
        : movedOrRenamed(kind, rename.from, rename.to, taken);
    return operations.map((one) => ({
      move: "rename",
      kind,
      ...(table !== undefined && { table }),
      change: change(one),
    }));
  });
}

/** Another schema, another name, or both: by a name on the way that nothing else has. */
function movedOrRenamed(kind: AnyKind, from: string, to: string, taken: ReadonlySet<string>): readonly Operation[] {
  const [old, next] = [parseName(from), parseName(to)];
  const rename = (name: string, other: string) => kind.rename!(name, other, {}) as Operation;
  const move = (name: string) => kind.move!(name, next.schema) as Operation;
  if (old.schema === next.schema) return [rename(from, to)];
  if (old.name === next.name) return [move(from)];
  const moved = qualifiedName(old.name, next.schema);
  if (!taken.has(moved)) return [move(from), rename(moved, to)];
  const renamed = siblingName(from, next.name);
  if (!taken.has(renamed)) return [rename(from, renamed), move(renamed)];
  const aside = nameAside(from);
  return [rename(from, aside), move(aside), rename(qualifiedName(bareName(aside), next.schema), to)];
}

/** The names of what stands in a schema, before and after. */
function takenNames(...schemas: readonly Schema[]): ReadonlySet<string> {
  return new Set(
    schemas.flatMap((one) => schemaKinds.flatMap(({ list }) => itemsOf(one, list).map(({ name }) => name))),
  );
}

/** Guesses as they would be if one were wrong: without it, and without the columns of its tables. */
function withoutGuess(guesses: readonly Guess[], guess: Guess): readonly Guess[] {
  const tables = new Set(guess.renames.filter(({ list }) => list === "tables").map(({ from }) => from));
  return guesses
    .filter((one) => one !== guess)
    .map((one) => ({ ...one, renames: one.renames.filter(({ table }) => table === undefined || !tables.has(table)) }));
}

/** The steps that the other list does not have. */
function onlyIn(steps: readonly Step[], others: readonly Step[]): readonly Step[] {
  const known = new Set(others.map(textOf));
  return steps.filter((one) => !known.has(textOf(one)));
}

function textOf({ change: { operations } }: Step): string {
  return JSON.stringify(operations.map(({ name, args }) => [name, args]));
}

function questionOf({ renames, reason }: Guess, otherwise: readonly Operation[]): NonNullable<Change["question"]> {
  const [first, second] = renames as readonly [Rename, Rename?];
  const full = ({ table }: Rename, name: string) => (table === undefined ? name : `${table}.${name}`);
  const asked =
    second === undefined
      ? `Was ${full(first, first.from)} renamed to ${full(first, first.to)}`
      : first.from === second.to && first.to === second.from
        ? `Did ${full(first, first.from)} and ${full(first, first.to)} swap their names`
        : `Were these ${renames.length} names changed, such as ${full(first, first.from)} to ${first.to}`;
  return {
    about: "rename",
    text: `${asked} (${reason})? If not, keep the commented lines instead${consequence(otherwise)}`,
  };
}

/** What the commented lines would lose. */
function consequence(otherwise: readonly Operation[]): string {
  const losses = otherwise.flatMap(({ hazards = [] }) => hazards.filter(({ code }) => code === "DATA_LOSS"));
  const [first, ...rest] = losses.map(({ text }) => text);
  if (first === undefined) return ".";
  return `: ${first[0]!.toLowerCase()}${first.slice(1)}${rest.length === 0 ? "" : ` And ${rest.length} more like that.`}`;
}

/** The other names that it could have got, as lines to keep instead. */
function candidatesOf({ renames, others }: Guess): readonly Aside[] {
  return others.map(({ to, reason }) => {
    const [{ change: one }] = renameSteps([{ ...renames[0]!, to }], new Set()) as [Step];
    return { when: "or", operation: one.operations[0]!, reason };
  });
}
