import { collect } from "../collect.ts";
import { phraseNote } from "../kinds/note-text.ts";
import { todoFor } from "../kinds/question-text.ts";
import { does } from "../kinds/targets.ts";
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
import { isItemRename, newTablesOf, onlyIn, shareOut, without, withoutGuess } from "./question-steps.ts";
import { alternativesTo, renameQuestion } from "./rename-question.ts";
import { applyRenames, invert, type Rename } from "./renames.ts";
import { findSteps, invertNames, type Sides, withItemNames } from "./steps.ts";

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

/**
 * Makes the change of one question. When it is asked, the earlier questions have given constraints and indexes their names.
 * What later questions rename has its old name.
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
  const namesOf = (guesses: readonly Guess[]) => listNames(guesses.flatMap((one) => own.get(one) ?? []));
  const laterTables = later.filter(isTableGuess);
  const right = sides.guesses.filter((one) => !laterTables.includes(one));
  const renamed = right.flatMap(({ renames }) => renames);
  const ownNames = withItemNames(sides.after, invertNames(namesOf(later)));
  const assumption = {
    target: applyRenames(ownNames, invert(laterTables.flatMap(({ renames }) => renames))),
    named: namesOf(earlier),
    pending: columnsLeft(later, guess),
  };
  const known = [...first, ...findSteps(sides, { right, ...assumption })];
  const others = findSteps(sides, { right: withoutGuess(right, guess), ...assumption });
  const ifNo = releaseLenders(stepsIfNo(others, known).flatMap(operationsIfNo), { before: sides.before, earlier });
  return {
    operations: moved.flatMap(({ change }) => change.operations),
    question: renameQuestion(guess, ifNo, [...notesOnlyIn(others, known), ...notesOfMoved(sides, guess)]),
    ifNo,
    ...joinNotes(moved.map(({ change }) => change)),
    ...(guess.others.length > 0 && { alternatives: alternativesTo(guess, renamed) }),
  };
}

/**
 * The steps of an answer no. What a foreign key points at may be created and dropped only then: so the key changes between
 * the two, and not later.
 */
function stepsIfNo(steps: readonly Step[], known: readonly Step[]): readonly Step[] {
  const only = new Set(onlyIn(steps, known));
  const created = [...only].flatMap(({ change }) => change.operations).filter(isCreated);
  const names = new Set(created.map(({ target }) => target?.name));
  const pointsAtNew = ({ change: { operations } }: Step) =>
    operations.some((one) => does(one, "drop")) &&
    operations.some((one) => {
      const { table, columns = [] } = Object(Object(one.args[1]).references);
      return names.has(table) || columns.some((name: string) => names.has(name));
    });
  return steps.filter((step) => only.has(step) || (step.kind.references !== undefined && pointsAtNew(step)));
}

function isCreated(operation: Operation): boolean {
  return does(operation, "create", "table") || does(operation, "create", "column");
}

/** The new names that steps give constraints and indexes. */
function listNames(steps: readonly Step[]): readonly OperationTarget[] {
  return steps
    .filter(isItemRename)
    .flatMap(({ change: { operations } }) => operations.flatMap(({ target }) => target ?? []));
}

/** The renames of columns that are asked later, but for those of a table that may be created with its new columns now. */
function columnsLeft(later: readonly Guess[], { renames }: Guess): readonly Rename[] {
  const tables = new Set(renames.flatMap(({ list, from }) => collect(list === "tables" && from)));
  const columns = later.filter((guess) => !isTableGuess(guess)).flatMap((guess) => guess.renames);
  return columns.filter(({ table = "" }) => !tables.has(table));
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

/** New types whose names are not taken, and drops of views, which would be in the way of everything else. */
function isNeededByAll({ move, kind, table, name }: Step, before: Schema): boolean {
  if (move === "drop") return kind.replaceLast === true && table === undefined;
  if (move !== "create" || table !== undefined) return false;
  if (kind.createFirst) return true;
  if (kind.replaceLast || name === undefined) return false;
  const { holders } = listHeldNames(before);
  return keysOfSchemaItem(kind, name).every((key) => !holders.has(key));
}

/** The notes that the others do not have. */
function notesOnlyIn(steps: readonly Step[], others: readonly Step[]): readonly Note[] {
  const known = new Set(others.flatMap(notesOf).map(phraseNote));
  return steps.flatMap(notesOf).filter((note) => !known.has(phraseNote(note)));
}

function notesOf({ change: { notes = [] } }: Step): readonly Note[] {
  return notes;
}
