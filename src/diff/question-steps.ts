import { dependents } from "../kinds/dependents.ts";
import type { OperationTarget } from "../schema/operation.ts";
import { type Guess, isTableGuess } from "./guess.ts";
import { usesOfTexts } from "./named-in-text.ts";
import type { Step } from "./order.ts";
import type { Rename } from "./renames.ts";
import { findSteps, type Sides } from "./steps.ts";

/** The steps of each question, by its guess, and those of none. */
export interface SharedOut {
  readonly own: ReadonlyMap<Guess, readonly Step[]>;
  readonly rest: readonly Step[];
}

/** Gives each question its steps. Questions about columns choose first, since they are inside tables. */
export function shareOut(sides: Sides, asked: readonly Guess[], steps: readonly Step[]): SharedOut {
  const own = new Map<Guess, readonly Step[]>();
  const renamedTables = newTablesOf(asked);
  const wantedBy = wantedSteps(sides, asked, steps);
  let rest = steps;
  for (const guess of columnsFirst(asked)) {
    const moved = movableSteps(rest, wantedBy.get(guess) ?? new Set(), renamedTables);
    own.set(guess, moved);
    rest = without(rest, moved);
  }
  return { own, rest };
}

/**
 * The steps that each question wants: those that are there only if its guess is right, but for those of tables that a
 * later question renames. What gives an item its new name belongs to the first question that wants it, so that all later
 * ones find the item under that name.
 */
function wantedSteps(
  sides: Sides,
  asked: readonly Guess[],
  steps: readonly Step[],
): ReadonlyMap<Guess, ReadonlySet<Step>> {
  const named = new Set<Step>();
  const wanted = asked.map((guess, at): readonly [Guess, ReadonlySet<Step>] => {
    const right = withoutGuess(sides.guesses, guess);
    const lost = onlyIn(steps, findSteps(sides, { right, target: sides.after }));
    const others = newTablesOf(isTableGuess(guess) ? asked.filter((one) => one !== guess) : asked.slice(at + 1));
    const isFree = (step: Step) => (step.table === undefined || !others.has(step.table)) && !named.has(step);
    const free = lost.filter(isFree);
    for (const step of free) if (isItemRename(step)) named.add(step);
    return [guess, new Set(free)];
  });
  return new Map(wanted);
}

/** Whether it gives a constraint or an index another name. */
export function isItemRename({ move, table, kind }: Step): boolean {
  return move === "rename" && table !== undefined && (kind.isConstraint || kind.ownsRelationName) === true;
}

function columnsFirst(asked: readonly Guess[]): readonly Guess[] {
  return [...asked.filter((guess) => !isTableGuess(guess)), ...asked.filter(isTableGuess)];
}

/**
 * The wanted steps that can come before all others, together with their question. A step stays where it is if it needs a
 * change of an enum type, follows another question of its table, takes a name that a step before it gives up, or creates a
 * dependent again.
 */
function movableSteps(
  steps: readonly Step[],
  wanted: ReadonlySet<Step>,
  renamedTables: ReadonlySet<string>,
): readonly Step[] {
  const passed: Step[] = [];
  return steps.filter((step) => {
    if (wanted.has(step) && canMove(step, passed, renamedTables)) return true;
    passed.push(step);
    return false;
  });
}

/** @param passed the steps before it that do not move */
function canMove(step: Step, passed: readonly Step[], renamedTables: ReadonlySet<string>): boolean {
  if (step.change.question !== undefined || isCreatedOver(step, passed)) return false;
  if (isRename(step)) return !passed.some((other) => givesUpName(other, step, renamedTables));
  return (
    step.change.createAfter !== "constraints" &&
    !passed.some((other) => isSchemaChange(other) || asksFor(other, step) || givesTypeName(other, step))
  );
}

/** Whether a dependent is created again, which was dropped for one of these steps. */
function isCreatedOver({ kind, move }: Step, passed: readonly Step[]): boolean {
  return kind === dependents && move === "create" && passed.some((other) => other.kind !== dependents);
}

/** Whether it only gives names: also the sequence of a column follows its table so. */
function isRename({ move, table, change: { operations } }: Step): boolean {
  return move === "rename" || (table !== undefined && operations.every(({ target }) => target?.to !== undefined));
}

/** Whether a rename takes the name that another step gives up. What other tables drop comes before all questions. */
function givesUpName(other: Step, renaming: Step, renamedTables: ReadonlySet<string>): boolean {
  const taken = new Set(namesIn(renaming, ({ to }) => to));
  const { move, table = "" } = other;
  if (move === "drop" && !renamedTables.has(table)) return false;
  return ["drop", "rename"].includes(move) && namesIn(other, ({ name }) => name).some((name) => taken.has(name));
}

/** The names of constraints, indexes and sequences. */
function namesIn(
  { change: { operations } }: Step,
  choose: (target: OperationTarget) => string | undefined,
): readonly string[] {
  return operations.flatMap(({ target }) => {
    const isItem = target !== undefined && ["constraint", "index", "sequence"].includes(target.kind);
    return (isItem && choose(target)) || [];
  });
}

/** Whether a step asks about the table of another step, or about the same column. */
function asksFor(asking: Step, step: Step): boolean {
  const { table, change } = asking;
  if (change.question === undefined || table === undefined || table !== step.table) return false;
  const column = columnOf(asking);
  return column === undefined || column === columnOf(step);
}

/** Whether it gives a type the name that texts of another step have. */
function givesTypeName({ move, kind, table, change }: Step, step: Step): boolean {
  if (move !== "rename" || table !== undefined || !kind.ownsTypeName || kind.ownsRelationName) return false;
  const names = new Set(change.operations.flatMap(({ target }) => target?.to ?? []));
  const texts = step.change.operations.flatMap(({ sql = [] }) => sql);
  return usesOfTexts(texts, step.table ?? "", undefined).castsTo(names);
}

/** Whether it changes what is in no table. */
function isSchemaChange({ move, kind, table }: Step): boolean {
  return move === "create" && table === undefined && !kind.replaceLast;
}

/** The column that a step changes, or `undefined` for what may concern the whole table, such as a new column. */
function columnOf({ change: { operations } }: Step): string | undefined {
  const target = operations[0]?.target;
  return target?.kind === "column" && target.effect !== "create" ? target.name : undefined;
}

/** The new names of the tables that these guesses rename. */
export function newTablesOf(guesses: readonly Guess[]): ReadonlySet<string> {
  return new Set(guesses.flatMap(({ renames }) => renames.filter(isTable).map(({ to }) => to)));
}

function isTable({ list }: Rename): boolean {
  return list === "tables";
}

/** The guesses without a wrong one, and without the columns of its tables. */
export function withoutGuess(guesses: readonly Guess[], wrong: Guess): readonly Guess[] {
  const tables = new Set(wrong.renames.filter(isTable).map(({ from }) => from));
  const isLeft = ({ table }: Rename) => table === undefined || !tables.has(table);
  return guesses
    .filter((guess) => guess !== wrong)
    .map((guess) => (guess.renames.every(isLeft) ? guess : { ...guess, renames: guess.renames.filter(isLeft) }));
}

export function without(steps: readonly Step[], others: readonly Step[]): readonly Step[] {
  const known = new Set(others);
  return steps.filter((step) => !known.has(step));
}

/** The steps whose operations the others do not have. */
export function onlyIn(steps: readonly Step[], others: readonly Step[]): readonly Step[] {
  const known = new Set(others.map(describeStep));
  return steps.filter((step) => !known.has(describeStep(step)));
}

function describeStep({ change: { operations } }: Step): string {
  return JSON.stringify(operations.map(({ name, args }) => [name, args]));
}
