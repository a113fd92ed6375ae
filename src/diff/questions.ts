import { dependents } from "../kinds/dependents.ts";
import { phraseNote } from "../kinds/note-text.ts";
import { todoFor } from "../kinds/question-text.ts";
import type { Note } from "../schema/dependencies.ts";
import type { Change, Operation, OperationTarget } from "../schema/operation.ts";
import type { Schema } from "../schema/schema.ts";
import { lenderFinder } from "./borrowed-sequences.ts";
import { type Guess, isTableGuess } from "./guess.ts";
import { keysOfSchemaItem, listHeldNames } from "./held-names.ts";
import { lendersFirst, releaseLenders } from "./lenders-first.ts";
import { notesOfMoved } from "./moved-dependents.ts";
import type { Step } from "./order.ts";
import { joinNotes } from "./place-notes.ts";
import { sortQuestions } from "./question-order.ts";
import { alternativesTo, renameQuestion } from "./rename-question.ts";
import { applyRenames, invert, type Rename } from "./renames.ts";
import { findSteps, type Sides } from "./steps.ts";

/**
 * The changes, in which each guess that is not certain is a question with what belongs to it. That is the difference of
 * two comparisons: one in which the guess is right, and one in which it is wrong.
 * @param sides what is compared
 * @param steps the steps if all guesses are right
 */
export function askAboutGuesses(sides: Sides, steps: readonly Step[]): readonly Change[] {
  const asked = lendersFirst(sortQuestions(sides.guesses, sides.before), sides.before, sides.after);
  const isLender = lenderFinder(sides.before, sides.after, newTablesOf(sides.guesses));
  const first = steps.filter((step) => isNeededByAll(step, sides.before) || isLender(step));
  const all = without(steps, first);
  const { own, rest } = shareOut(sides, asked, all);
  const soon = dropsBeforeQuestions(rest, newTablesOf(asked), all);
  return [
    ...[...first, ...soon].map(({ change }) => change),
    ...asked.map((_, at) => makeQuestion(sides, asked, at, own, first)),
    ...without(rest, soon).map(({ change }) => change),
  ];
}

/** The steps of each question, by its guess, and those of none. */
interface SharedOut {
  readonly own: ReadonlyMap<Guess, readonly Step[]>;
  readonly rest: readonly Step[];
}

/** Gives each question its steps. Questions about columns choose first, since they are inside tables. */
function shareOut(sides: Sides, asked: readonly Guess[], steps: readonly Step[]): SharedOut {
  const own = new Map<Guess, readonly Step[]>();
  const renamedTables = newTablesOf(asked);
  let rest = steps;
  for (const guess of columnsFirst(asked)) {
    const right = withoutGuess(sides.guesses, guess);
    const lost = onlyIn(rest, findSteps(sides, { right, target: sides.after }));
    const others = newTablesOf(asked.filter((one) => one !== guess));
    const isElsewhere = ({ table }: Step) => isTableGuess(guess) && table !== undefined && others.has(table);
    const moved = movableSteps(rest, new Set(lost.filter((step) => !isElsewhere(step))), renamedTables);
    own.set(guess, moved);
    rest = without(rest, moved);
  }
  return { own, rest };
}

function columnsFirst(asked: readonly Guess[]): readonly Guess[] {
  return [...asked.filter((guess) => !isTableGuess(guess)), ...asked.filter(isTableGuess)];
}

/**
 * Makes the change of one question. When it is asked, the earlier questions have given foreign keys their names, and the
 * tables of later questions have their old names.
 */
function makeQuestion(
  sides: Sides,
  asked: readonly Guess[],
  at: number,
  own: ReadonlyMap<Guess, readonly Step[]>,
  first: readonly Step[],
): Change {
  const [guess, ...later] = asked.slice(at);
  if (guess === undefined) throw new Error(`There is no question ${at}.`);
  const moved = own.get(guess) ?? [];
  const earlier = asked.slice(0, at);
  const renamedKeys = earlier.flatMap((one) => own.get(one) ?? []);
  const laterTables = later.filter(isTableGuess);
  const right = laterTables.reduce(withoutGuess, sides.guesses);
  const renamed = right.flatMap(({ renames }) => renames);
  const target = applyRenames(sides.after, invert(laterTables.flatMap(({ renames }) => renames)));
  const known = [...first, ...findSteps(sides, { right, target, renamedKeys })];
  const others = findSteps(sides, { right: withoutGuess(right, guess), target, renamedKeys });
  const only = onlyIn(others, known).flatMap(operationsIfNo);
  const ifNo = releaseLenders(only, { before: sides.before, earlier });
  return {
    operations: moved.flatMap(({ change }) => change.operations),
    question: renameQuestion(guess, ifNo, [...notesOnlyIn(others, known), ...notesOfMoved(sides, guess)]),
    ifNo,
    ...joinNotes(moved.map(({ change }) => change)),
    ...(guess.others.length > 0 && { alternatives: alternativesTo(guess, renamed) }),
  };
}

/** Whether the values of a dropped column are kept is what the question about the rename asks, so that is left out. */
function operationsIfNo({ change: { operations, question } }: Step): readonly Operation[] {
  if (question === undefined || question.about === "drop") return operations;
  return [todoFor(question), ...operations];
}

/**
 * What is dropped from a table comes before the question whether something was renamed: after the answer no it would be
 * gone already. Not in a table that has another name only then, and no key that a foreign key still needs.
 */
function dropsBeforeQuestions(
  steps: readonly Step[],
  renamedTables: ReadonlySet<string>,
  all: readonly Step[],
): readonly Step[] {
  const drops = steps.filter(
    ({ move, kind, table }) => move === "drop" && table !== undefined && !renamedTables.has(table) && !kind.replaceLast,
  );
  const known = new Set(drops);
  const keysAreNeeded = all.some(
    (step) => step.move === "drop" && step.kind.references !== undefined && !known.has(step),
  );
  if (!keysAreNeeded) return drops;
  return drops.filter(({ kind: { isConstraint, isReferable } }) => !(isConstraint && isReferable));
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
    step.change.createAfter !== "constraints" && !passed.some((other) => isSchemaChange(other) || asksFor(other, step))
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

function isSchemaChange({ move, kind, table }: Step): boolean {
  return move === "create" && table === undefined && !kind.replaceLast;
}

/** The column that a step changes, or `undefined` for what may concern the whole table, such as a new column. */
function columnOf({ change: { operations } }: Step): string | undefined {
  const target = operations[0]?.target;
  return target?.kind === "column" && target.effect !== "create" ? target.name : undefined;
}

/** The new names of the tables that these guesses rename. */
function newTablesOf(guesses: readonly Guess[]): ReadonlySet<string> {
  return new Set(guesses.flatMap(({ renames }) => renames.filter(isTable).map(({ to }) => to)));
}

function isTable({ list }: Rename): boolean {
  return list === "tables";
}

/** New types whose names are not taken, and drops of views, which would be in the way of everything else. */
function isNeededByAll({ move, kind, table, name }: Step, before: Schema): boolean {
  if (move === "drop") return kind.replaceLast === true && table === undefined;
  if (move !== "create" || table !== undefined) return false;
  if (kind.createFirst) return true;
  if (kind.replaceLast || name === undefined) return false;
  const { holders } = listHeldNames(before);
  return keysOfSchemaItem(kind, name).every((key) => !holders.has(key));
}

/** The guesses without a wrong one, and without the columns of its tables. */
function withoutGuess(guesses: readonly Guess[], wrong: Guess): readonly Guess[] {
  const tables = new Set(wrong.renames.filter(isTable).map(({ from }) => from));
  const isLeft = ({ table }: Rename) => table === undefined || !tables.has(table);
  return guesses
    .filter((guess) => guess !== wrong)
    .map((guess) => (guess.renames.every(isLeft) ? guess : { ...guess, renames: guess.renames.filter(isLeft) }));
}

function without(steps: readonly Step[], others: readonly Step[]): readonly Step[] {
  const known = new Set(others);
  return steps.filter((step) => !known.has(step));
}

/** The steps whose operations the others do not have. */
function onlyIn(steps: readonly Step[], others: readonly Step[]): readonly Step[] {
  const known = new Set(others.map(describeStep));
  return steps.filter((step) => !known.has(describeStep(step)));
}

function describeStep({ change: { operations } }: Step): string {
  return JSON.stringify(operations.map(({ name, args }) => [name, args]));
}

/** The notes that the others do not have. */
function notesOnlyIn(steps: readonly Step[], others: readonly Step[]): readonly Note[] {
  const known = new Set(others.flatMap(notesOf).map(phraseNote));
  return steps.flatMap(notesOf).filter((note) => !known.has(phraseNote(note)));
}

function notesOf({ change: { notes = [] } }: Step): readonly Note[] {
  return notes;
}
