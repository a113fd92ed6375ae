import { itemsOf } from "../kinds/kind.ts";
import { todoFor } from "../kinds/question-text.ts";
import type { Alternative, Change, Operation, OperationTarget } from "../schema/operation.ts";
import type { Question, QuestionSubject } from "../schema/question.ts";
import type { Schema } from "../schema/schema.ts";
import type { Guess } from "./guess.ts";
import type { Step } from "./order.ts";
import { renameSteps } from "./rename-steps.ts";
import { applyRenames, invert, type Rename } from "./renames.ts";

/**
 * The steps if these guesses are right and the others wrong.
 * @param target what they lead to
 * @param keys steps that have given foreign keys their new names already
 */
type Compare = (right: readonly Guess[], target: Schema, keys: readonly Step[]) => readonly Step[];

/**
 * The changes, in which every guess that is not certain is a question with what belongs to it. That is the difference of
 * two comparisons: one in which the guess is right, and one in which it is not.
 * @param before the schema as it is
 * @param after the schema as it should be
 * @param guesses what may have another name afterwards
 * @param compare see {@link Compare}
 */
export function withQuestions(
  before: Schema,
  after: Schema,
  guesses: readonly Guess[],
  compare: Compare,
): readonly Change[] {
  const asked = inOrder(guesses, before);
  const steps = compare(guesses, after, []);
  if (asked.length === 0) return steps.map((step) => step.change);
  const { first, all } = apart(steps, before);
  const questions = new Map<Guess, { readonly mine: readonly Step[]; readonly change: Change }>();
  let rest = all;
  for (const guess of innerFirst(asked)) {
    const lost = onlyIn(rest, compare(withoutGuess(guesses, guess), after, []));
    const theirs = tablesOf(asked.filter((one) => one !== guess));
    const elsewhere = isOfTable(guess) ? lost.filter(({ table }) => theirs.has(table)) : [];
    const mine = movable(
      rest,
      lost.filter((one) => !elsewhere.includes(one)),
    );
    rest = rest.filter((one) => !mine.includes(one));
    // When it is asked, the earlier questions have given foreign keys their names, and later tables have their old ones.
    const at = asked.indexOf(guess);
    const keys = asked.slice(0, at).flatMap((one) => questions.get(one)?.mine ?? []);
    const later = asked.slice(at + 1).filter(isOfTable);
    const now = later.reduce((some, one) => withoutGuess(some, one), guesses);
    const target = applyRenames(after, invert(later.flatMap(({ renames }) => renames)));
    const known = [...first, ...compare(now, target, keys)];
    const instead = onlyIn(compare(withoutGuess(now, guess), target, keys), known);
    questions.set(guess, { mine, change: questionChange(guess, mine, instead) });
  }
  const soon = goneBefore(rest, tablesOf(asked), all);
  rest = rest.filter((one) => !soon.includes(one));
  return [
    ...[...first, ...soon].map((step) => step.change),
    ...asked.map((guess) => questions.get(guess)!.change),
    ...rest.map((step) => step.change),
  ];
}

function questionChange(guess: Guess, mine: readonly Step[], instead: readonly Step[]): Change {
  // Whether the values of a column that goes are kept is what this question asks itself.
  const otherwise = instead.flatMap(({ change: { operations, question } }) =>
    question === undefined || question.about === "drop" ? operations : [todoFor(question), ...operations],
  );
  return {
    operations: mine.flatMap(({ change: { operations } }) => operations),
    question: renameQuestion(guess, otherwise),
    ifNo: otherwise,
    ...(guess.others.length > 0 && { alternatives: candidatesOf(guess) }),
  };
}

/**
 * The guesses that are asked, in the order of their questions: columns, then tables, each after those that point at it,
 * then columns of tables that have another name by then. So each has the names that its lines need, whatever is
 * answered to the others.
 */
function inOrder(guesses: readonly Guess[], { tables = [] }: Schema): readonly Guess[] {
  const asked = guesses.filter(({ certain }) => !certain);
  const renamed = new Set(asked.flatMap(({ renames }) => renames.filter(isTable).map(({ from }) => from)));
  const inside = ({ renames }: Guess) => renames.some(({ table }) => table !== undefined && renamed.has(table));
  const columns = asked.filter((guess) => !isOfTable(guess));
  const pointsAt = new Map(
    tables.map(({ name, foreignKeys = [] }) => [name, new Set(foreignKeys.map(({ references }) => references.table))]),
  );
  const waiting = asked.filter(isOfTable);
  const inLine: Guess[] = [];
  while (waiting.length > 0) {
    const free = waiting.findIndex(({ renames }) =>
      renames.every(({ from }) =>
        waiting.every(
          (other) => other.renames === renames || other.renames.every((one) => !pointsAt.get(one.from)?.has(from)),
        ),
      ),
    );
    inLine.push(...waiting.splice(Math.max(0, free), 1));
  }
  return [...columns.filter((guess) => !inside(guess)), ...inLine, ...columns.filter(inside)];
}

/** The guesses in which a column's takes what belongs to it before its table's does. */
function innerFirst(asked: readonly Guess[]): readonly Guess[] {
  return [...asked.filter((guess) => !isOfTable(guess)), ...asked.filter(isOfTable)];
}

function isOfTable({ renames }: Guess): boolean {
  return renames.some(isTable);
}

function isTable({ list }: Rename): boolean {
  return list === "tables";
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
    ({ move, kind, table }) => move === "drop" && table !== undefined && !renamed.has(table) && !kind.replaceLast,
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
    const waits = move !== "rename" && (behind || one.createAfter === "constraints");
    if (wanted.includes(step) && one.question === undefined && !waits) return true;
    const ofSchema = table === undefined && !kind.replaceLast && move === "create";
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
  return new Set(guesses.flatMap(({ renames }) => renames.filter(isTable).map(({ to }) => to)));
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
  const fresh = (step: Step) => !step.kind.replaceLast && step.name !== undefined && !taken(step);
  const early = (step: Step) =>
    step.move === "create"
      ? step.table === undefined && (step.kind.createFirst === true || fresh(step))
      : step.move === "drop" && step.kind.replaceLast === true;
  return { first: steps.filter(early), all: steps.filter((step) => !early(step)) };
}

/** Guesses as they would be if one were wrong: without it, and without the columns of its tables. */
function withoutGuess(guesses: readonly Guess[], guess: Guess): readonly Guess[] {
  const tables = new Set(guess.renames.filter(isTable).map(({ from }) => from));
  const stays = ({ table }: Rename) => table === undefined || !tables.has(table);
  return guesses
    .filter((one) => one !== guess)
    .map((one) => (one.renames.every(stays) ? one : { ...one, renames: one.renames.filter(stays) }));
}

/** The steps that the other list does not have. */
function onlyIn(steps: readonly Step[], others: readonly Step[]): readonly Step[] {
  const known = new Set(others.map(textOf));
  return steps.filter((one) => !known.has(textOf(one)));
}

function textOf({ change: { operations } }: Step): string {
  return JSON.stringify(operations.map(({ name, args }) => [name, args]));
}

/** @param otherwise the operations that run if the answer is no */
function renameQuestion({ renames, reason }: Guess, otherwise: readonly Operation[]): Question<"rename"> {
  const [first, ...also] = renames;
  if (first === undefined) throw new Error("A guess renames something.");
  const { table, from, to } = first;
  const [second] = also;
  const losing = otherwise.filter(({ hazards = [] }) => hazards.some(({ code }) => code === "DATA_LOSS"));
  return {
    about: "rename",
    asks: "rename",
    subject: { kind: isTable(first) ? "table" : "column", ...(table !== undefined && { table }), name: from },
    from,
    to,
    also: also.map((one) => ({ from: one.from, to: one.to })),
    ...(second?.to === from && second.from === to && { isSwap: true }),
    reason,
    loses: losing.flatMap(({ target }) => (target === undefined ? [] : lostObject(target))),
  };
}

function lostObject({ kind, table, name }: OperationTarget): QuestionSubject {
  return { kind, ...(table !== undefined && { table }), name };
}

/** The other names that it could have got, as lines to keep instead. */
function candidatesOf({ renames, others }: Guess): readonly Alternative[] {
  return others.map(({ to, reason }) => {
    const [{ change: one }] = renameSteps([{ ...renames[0]!, to }]) as [Step];
    return { when: "or", operation: one.operations[0]!, reason };
  });
}
