import { dropUndefined } from "../given.ts";
import { groupBy } from "../group-by.ts";
import { indexByName } from "../index-by-name.ts";
import { byName } from "../kinds/kind.ts";
import type { Column, Named, Schema, Table } from "../schema/schema.ts";
import type { Guess } from "./guess.ts";
import { columnLikeness, type Likeness, tableLikeness, UNLIKE } from "./likeness.ts";
import { possiblePairs } from "./possible-pairs.ts";
import { applyRenames, enumRenames, invert, type Rename } from "./renames.ts";
import { joinSharedChanges } from "./shared-changes.ts";
import { swappedColumns } from "./swaps.ts";

/** What a person or a flag said about renames. */
export interface RenameAnswers {
  /** These are renames, without a question. `table` is the name before. */
  readonly renamed?: readonly Rename[];
  /** These are not: tables by name, columns as `table.column`, by their name before. */
  readonly dropped?: readonly string[];
}

/**
 * Guesses which tables and columns have another name afterwards: one was removed, one of the same shape was added.
 * @param before the schema as it is
 * @param after the schema as it should be
 * @param answers what is known already
 */
export function guessRenames(before: Schema, after: Schema, answers: RenameAnswers = {}): readonly Guess[] {
  const tables = guessTables(before, after, answers);
  return joinSharedChanges([...tables, ...guessColumns(before, after, tables, answers)]);
}

/**
 * A table that points at a renamed one, such as a join table, may have other columns for that reason: such tables are
 * looked for again once the rename is known.
 */
function guessTables(before: Schema, after: Schema, answers: RenameAnswers): readonly Guess[] {
  const found: Guess[] = [];
  const { dropped = [] } = answers;
  for (;;) {
    const renames = found.flatMap((guess) => guess.renames);
    const { tables = [] } = applyRenames(before, renames);
    const renamed = new Set(renames.map(({ to }) => to));
    const isFirst = found.length === 0;
    const removed = missing(tables, after.tables).filter((table) => isFirst || pointsAt(table, renamed));
    const added = missing(after.tables, tables);
    const next = pairItems({
      list: "tables",
      removed,
      answers: isFirst ? answers : { dropped },
      candidates: possiblePairs(added, renamed),
      likeness: tableLikeness(indexByName(tables), indexByName(after.tables), renamed),
    });
    if (next.length === 0) return found;
    found.push(...next);
  }
}

function pointsAt({ foreignKeys = [] }: Table, names: ReadonlySet<string>): boolean {
  return foreignKeys.some(({ references }) => names.has(references.table));
}

function guessColumns(
  before: Schema,
  after: Schema,
  guesses: readonly Guess[],
  answers: RenameAnswers,
): readonly Guess[] {
  const renames = guesses.flatMap((guess) => guess.renames);
  const { tables = [] } = applyRenames(before, renames);
  const [old, next] = [indexByName(tables), indexByName(after.tables)];
  return tables.flatMap((table, at) => {
    const target = next.get(table.name);
    if (target === undefined) return [];
    const oldName = before.tables?.[at]?.name ?? table.name;
    const [from, to] = [
      { table, tables: old },
      { table: target, tables: next },
    ];
    const added = [...missing(target.columns, table.columns)].sort(byName);
    const pairs = pairItems({
      list: "columns",
      table: oldName,
      removed: missing(table.columns, target.columns),
      answers,
      candidates: () => added,
      likeness: (a: Column, b: Column) => columnLikeness(from, a, to, b),
    });
    return [...swaps(table, target, oldName, answers), ...pairs];
  });
}

/** Every rename of the guesses, and of the enum types that follow from them. */
export function renamesOf(before: Schema, after: Schema, guesses: readonly Guess[]): readonly Rename[] {
  const renames = guesses.flatMap((guess) => guess.renames);
  return [...renames, ...enumRenames(applyRenames(before, renames), after)];
}

/** The same guesses, the other way. */
export function invertGuesses(guesses: readonly Guess[]): readonly Guess[] {
  const all = guesses.flatMap(({ renames }) => renames);
  return guesses.map((guess) => ({ ...guess, renames: invert(guess.renames, all), others: [] }));
}

function missing<Item extends Named>(items: readonly Item[] = [], others: readonly Item[] = []): readonly Item[] {
  const names = new Set(others.map(({ name }) => name));
  return items.filter(({ name }) => !names.has(name));
}

/** Items of one owner: what was removed, what it may be now, and how to compare them. */
interface Pool<Item extends Named> {
  readonly list: "tables" | "columns";
  /** The table of columns, by its name before. */
  readonly table?: string;
  readonly removed: readonly Item[];
  readonly answers: RenameAnswers;
  /** The added items that may score with a removed one, sorted by name. */
  readonly candidates: (removed: Item) => readonly Item[];
  readonly likeness: (removed: Item, added: Item) => Likeness;
}

interface Pair<Item> extends Likeness {
  readonly from: Item;
  readonly to: Item;
}

/** Pairs what was removed with what was added, the likest first; each item is in one pair at most. */
function pairItems<Item extends Named>(pool: Pool<Item>): readonly Guess[] {
  const { list, table, answers } = pool;
  const certain = (answers.renamed ?? []).filter((one) => one.list === list && one.table === table);
  const paired = { from: new Set(certain.map(({ from }) => from)), to: new Set(certain.map(({ to }) => to)) };
  const pairs = scorePairs(pool, paired.from, paired.to);
  const [byFrom, byTo] = [groupBy(pairs, ({ from }) => from), groupBy(pairs, ({ to }) => to)];
  const guesses: Guess[] = [];
  if (certain.length > 0) guesses.push({ renames: certain, certain: true, reason: "", others: [] });
  for (const pair of pairs) {
    const { from, to } = pair;
    if (paired.from.has(from.name) || paired.to.has(to.name)) continue;
    paired.from.add(from.name);
    paired.to.add(to.name);
    guesses.push(guessFrom(pair, pool, byFrom.get(from) ?? [], byTo.get(to) ?? []));
  }
  return guesses;
}

/**
 * @param sameFrom all pairs of the removed item, the likest first
 * @param sameTo all pairs of the added item
 */
function guessFrom<Item extends Named>(
  { from, to, reason }: Pair<Item>,
  { list, table }: Pool<Item>,
  sameFrom: readonly Pair<Item>[],
  sameTo: readonly Pair<Item>[],
): Guess {
  const others = sameFrom.filter((pair) => pair.to !== to);
  const rivals = sameTo.filter((pair) => pair.from !== from).map((pair) => pair.from.name);
  return {
    renames: [{ list, ...dropUndefined({ table }), from: from.name, to: to.name }],
    reason,
    others: others.map((pair) => ({ to: pair.to.name, reason: pair.reason })),
    certain: false,
    ...(rivals.length > 0 && { rivals }),
  };
}

/** Pairs that are no answer yet, the likest first. */
function scorePairs<Item extends Named>(
  { table, removed, answers, candidates, likeness }: Pool<Item>,
  knownFrom: ReadonlySet<string>,
  knownTo: ReadonlySet<string>,
): readonly Pair<Item>[] {
  const owner = table === undefined ? "" : `${table}.`;
  const known = new Set([...knownFrom].map((name) => `${owner}${name}`).concat(answers.dropped ?? []));
  const asked = removed.filter(({ name }) => !known.has(`${owner}${name}`)).sort(byName);
  const pairs: Pair<Item>[] = [];
  for (const from of asked)
    for (const to of candidates(from)) {
      const { score, reason } = knownTo.has(to.name) ? UNLIKE : likeness(from, to);
      if (score > 0) pairs.push({ from, to, score, reason });
    }
  // Pairs with the same score stay in the order of their names.
  return pairs.sort((a, b) => b.score - a.score);
}

/** Two columns that swap their names are right or wrong together. */
function swaps(
  table: Table,
  target: Table,
  oldName: string,
  { renamed = [], dropped = [] }: RenameAnswers,
): readonly Guess[] {
  const answered = new Set([
    ...renamed.filter((one) => one.table === oldName).map(({ from }) => from),
    ...dropped.filter((name) => name.startsWith(`${oldName}.`)).map((name) => name.slice(oldName.length + 1)),
  ]);
  const rename = (from: Column, to: Column): Rename => ({
    list: "columns",
    table: oldName,
    from: from.name,
    to: to.name,
  });
  return swappedColumns(table, target, answered).map(({ columns: [a, b], reason }) => ({
    renames: [rename(a, b), rename(b, a)],
    certain: false,
    reason,
    others: [],
  }));
}
