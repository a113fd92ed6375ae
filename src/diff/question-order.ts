import type { Schema } from "../schema/schema.ts";
import { type Guess, isTableGuess } from "./guess.ts";

/**
 * The guesses that are asked, in the order of their questions: columns, then tables, each after those that point at it and
 * followed by its own columns. So each has the names that its lines need, with any answer to the others.
 */
export function sortQuestions(guesses: readonly Guess[], { tables = [] }: Schema): readonly Guess[] {
  const asked = guesses.filter(({ certain }) => !certain);
  const ofTables = asked.filter(isTableGuess);
  const ofColumns = asked.filter((guess) => !isTableGuess(guess));
  const renamed = new Set(ofTables.flatMap(({ renames }) => renames.map(({ from }) => from)));
  const isInside = ({ renames }: Guess) => renames.some(({ table }) => table !== undefined && renamed.has(table));
  const pointsAt = new Map(
    tables.map(({ name, foreignKeys = [] }) => [name, new Set(foreignKeys.map(({ references }) => references.table))]),
  );
  return [
    ...ofColumns.filter((guess) => !isInside(guess)),
    ...withColumns(pointingFirst(ofTables, pointsAt), ofColumns.filter(isInside), renamed),
  ];
}

/** Puts columns after the tables that they are in. */
function withColumns(
  tables: readonly Guess[],
  columns: readonly Guess[],
  renamed: ReadonlySet<string>,
): readonly Guess[] {
  const waiting = new Set(columns);
  const left = new Set(renamed);
  return tables.flatMap((guess) => {
    for (const { from } of guess.renames) left.delete(from);
    const free = [...waiting].filter(({ renames }) => !renames.some(({ table = "" }) => left.has(table)));
    for (const one of free) waiting.delete(one);
    return [guess, ...free];
  });
}

/** Sorts guesses of tables so that each comes after those whose tables point at one of its tables. */
function pointingFirst(
  guesses: readonly Guess[],
  pointsAt: ReadonlyMap<string, ReadonlySet<string>>,
): readonly Guess[] {
  const pointsAtGuess = (other: Guess, guess: Guess) =>
    other.renames.some((one) => guess.renames.some(({ from }) => pointsAt.get(one.from)?.has(from)));
  return orderGuesses(guesses, (guess) => guesses.filter((other) => pointsAtGuess(other, guess)));
}

/** Puts each guess after those that it waits for, where these do not wait for it. The rest stays in its order. */
export function orderGuesses(
  guesses: readonly Guess[],
  waitsFor: (guess: Guess) => readonly Guess[],
): readonly Guess[] {
  const needed = new Map(guesses.map((guess) => [guess, waitsFor(guess)]));
  const waiting = new Set(guesses);
  const ordered: Guess[] = [];
  while (waiting.size > 0) {
    const all = [...waiting];
    const isFree = (guess: Guess) => needed.get(guess)?.some((one) => one !== guess && waiting.has(one)) !== true;
    const next = all.find(isFree) ?? all[0];
    if (next === undefined) break;
    waiting.delete(next);
    ordered.push(next);
  }
  return ordered;
}
