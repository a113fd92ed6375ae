import { groupBy } from "../group-by.ts";
import { columnKey } from "../kinds/dependents.ts";
import { does } from "../kinds/targets.ts";
import type { Operation } from "../schema/operation.ts";
import type { Schema } from "../schema/schema.ts";
import { type Borrower, listBorrowers, type Place, releaseOf } from "./borrowed-sequences.ts";
import type { Guess } from "./guess.ts";
import { orderGuesses } from "./question-order.ts";
import type { Rename } from "./renames.ts";

/**
 * Sorts guesses that are asked by the sequences that defaults use. What brings a sequence is asked before what takes from
 * it; else what gives up a default is asked before what the sequence belonged to. The rest stays in its order.
 * @param asked the guesses in an order that is right for all else
 * @param before the schema as it is, in its own names
 * @param after the schema as it should be
 */
export function lendersFirst(asked: readonly Guess[], before: Schema, after: Schema): readonly Guess[] {
  const finder = guessFinder(asked);
  const takes = pairsOf(listBorrowers(after), (place) => finder(place, "to"));
  const gives = pairsOf(listBorrowers(before), (place) => finder(place, "from"));
  if (takes.length === 0 && gives.length === 0) return asked;
  const first = groupBy(takes, ({ borrower }) => borrower);
  const takesFromIt = ({ borrower, owner }: Pair) => first.get(borrower)?.some((one) => one.owner === owner) === true;
  const given = groupBy(
    gives.filter((pair) => !takesFromIt(pair)),
    ({ owner }) => owner,
  );
  return orderGuesses(asked, (guess) => [
    ...(first.get(guess) ?? []).map(({ owner }) => owner),
    ...(given.get(guess) ?? []).map(({ borrower }) => borrower),
    ...guess.renames.flatMap(({ table }) => asked.filter((other) => renamesTable(other, table))),
  ]);
}

/** Two guesses: in one is a column whose default uses the sequence of a column in the other. */
interface Pair {
  readonly borrower: Guess;
  readonly owner: Guess;
}

function pairsOf(borrowers: readonly Borrower[], find: (place: Place) => readonly Guess[]): readonly Pair[] {
  return borrowers.flatMap((place) =>
    find(place).flatMap((borrower) =>
      find(place.owner).flatMap((owner) => (owner === borrower ? [] : [{ borrower, owner }])),
    ),
  );
}

/** Finds the guesses that a column is part of: its own, and that of its table. */
function guessFinder(asked: readonly Guess[]): (place: Place, side: "from" | "to") => readonly Guess[] {
  const renames = asked.flatMap((guess) => guess.renames.map((rename) => ({ guess, rename })));
  const tables = new Map(renames.flatMap(({ rename: { list, from, to } }) => (list === "tables" ? [[from, to]] : [])));
  const keyOf = ({ table, ...names }: Rename, side: "from" | "to") => {
    if (table === undefined) return names[side];
    return columnKey(names[side], side === "from" ? table : (tables.get(table) ?? table));
  };
  const sides = {
    from: groupBy(renames, ({ rename }) => keyOf(rename, "from")),
    to: groupBy(renames, ({ rename }) => keyOf(rename, "to")),
  };
  return ({ table, column }, side) =>
    [table, columnKey(column.name, table)].flatMap((key) => (sides[side].get(key) ?? []).map(({ guess }) => guess));
}

function renamesTable({ renames }: Guess, table: string | undefined): boolean {
  return table !== undefined && renames.some(({ list, from }) => list === "tables" && from === table);
}

/**
 * The operations of an answer no, in which defaults are dropped before the columns and tables whose sequences they use. A
 * later operation sets the default that the column has afterwards.
 * @param ifNo the operations
 * @param sides the schema as it is, in its own names, and the guesses that are asked before
 */
export function releaseLenders(
  ifNo: readonly Operation[],
  { before, earlier }: { readonly before: Schema; readonly earlier: readonly Guess[] },
): readonly Operation[] {
  if (!ifNo.some((one) => does(one, "drop"))) return ifNo;
  const borrowers = listBorrowers(before);
  if (borrowers.length === 0) return ifNo;
  const find = guessFinder(earlier);
  const renames = earlier.flatMap((guess) => guess.renames);
  const drops = (operation: Operation, place: Place) => {
    const { table, column } = place;
    const names = [table, ...renames.filter((one) => one.list === "tables" && one.from === table).map(({ to }) => to)];
    const { target } = operation;
    if (does(operation, "drop", "table")) return names.includes(target?.name ?? "");
    return does(operation, "drop", "column") && target?.name === column.name && names.includes(target.table ?? "");
  };
  const isLeft = (place: Place) => find(place, "from").length === 0 && !ifNo.some((one) => drops(one, place));
  return ifNo.flatMap((operation) => {
    const released = borrowers.filter((place) => drops(operation, place.owner) && isLeft(place));
    return [...released.map(releaseOf), operation];
  });
}
