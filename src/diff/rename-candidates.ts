import { groupBy } from "../group-by.ts";
import type { Column, Named, Schema, Table } from "../schema/schema.ts";
import { columnLikeness, type Likeness, plain, tableLikeness } from "./likeness.ts";
import { applyRenames, enumRenames, invert, type Rename } from "./renames.ts";
import { swappedColumns } from "./swaps.ts";

/** What a person or a flag said about renames. */
export interface RenameAnswers {
  /** These are renames, without a question. `table` is the name before. */
  readonly renamed?: readonly Rename[];
  /** These are not: tables by name, columns as `table.column`, by their name before. */
  readonly dropped?: readonly string[];
}

/** Another name that it could have got, and why that is likely. */
export interface Candidate {
  readonly to: string;
  readonly reason: string;
}

/** Renames that are right or wrong together, and what else they could have been. */
export interface Guess {
  /** One rename; two that swap names; or many names that change in the same way. */
  readonly renames: readonly Rename[];
  /** Whether a person said so, so that there is no question. */
  readonly certain: boolean;
  /** Why it is likely, in words. */
  readonly reason: string;
  /** Other candidates, best first. */
  readonly others: readonly Candidate[];
  /** What else could have got this name. */
  readonly rivals?: readonly string[];
}

/** From so many names that change in the same way on, there is one question for all of them. */
const MANY = 3;

/**
 * Guesses which tables and columns have another name afterwards: one went, one came, of the same shape.
 * @param before the schema as it is
 * @param after the schema as it should be
 * @param answers what is known already
 */
export function guessRenames(before: Schema, after: Schema, answers: RenameAnswers = {}): readonly Guess[] {
  const tables = guessTables(before, after, answers);
  const renamed = applyRenames(
    before,
    tables.flatMap(({ renames }) => renames),
  );
  const targets = new Map((after.tables ?? []).map((table) => [table.name, table]));
  const columns = (renamed.tables ?? []).flatMap((table, at) => {
    const target = targets.get(table.name);
    if (target === undefined) return [];
    const own = before.tables![at]!.name;
    const [old, next] = [
      { table, tables: renamed.tables ?? [] },
      { table: target, tables: after.tables ?? [] },
    ];
    const likeness = (a: Column, b: Column) => columnLikeness(old, a, next, b);
    const gone = missing(table.columns, target.columns);
    const come = missing(target.columns, table.columns);
    return [...swaps(table, target, own, answers), ...pick(gone, come, "columns", own, answers, likeness)];
  });
  return together([...tables, ...columns]);
}

/**
 * A table that points at a renamed one, such as a join table, may have other columns for that reason: such tables are
 * looked for again once the rename is known.
 */
function guessTables(before: Schema, after: Schema, answers: RenameAnswers): readonly Guess[] {
  const found: Guess[] = [];
  for (;;) {
    const renames = found.flatMap((guess) => guess.renames);
    const { tables: now = [] } = applyRenames(before, renames);
    const renamed = new Set(renames.map(({ to }) => to));
    const likeness = (from: Table, to: Table) =>
      tableLikeness({ table: from, tables: now }, { table: to, tables: after.tables ?? [] }, renamed);
    const said = found.length === 0 ? answers : { dropped: answers.dropped ?? [] };
    const gone = missing(now, after.tables).filter((table) => found.length === 0 || pointsAt(table, renamed));
    const next = pick(gone, missing(after.tables, now), "tables", undefined, said, likeness);
    if (next.length === 0) return found;
    found.push(...next);
  }
}

function pointsAt({ foreignKeys = [] }: Table, names: ReadonlySet<string>): boolean {
  return foreignKeys.some(({ references }) => names.has(references.table));
}

/** Every rename of the guesses, and of the enum types that follow from them. */
export function renamesOf(before: Schema, after: Schema, guesses: readonly Guess[]): readonly Rename[] {
  const renames = guesses.flatMap((guess) => guess.renames);
  return [...renames, ...enumRenames(applyRenames(before, renames), after)];
}

/** The same guesses, the other way. */
export function invertGuesses(guesses: readonly Guess[]): readonly Guess[] {
  const all = guesses.flatMap(({ renames }) => renames);
  const inverted = new Map(invert(all).map((rename, at) => [all[at], rename]));
  return guesses.map((guess) => ({
    ...guess,
    renames: guess.renames.map((rename) => inverted.get(rename)!),
    others: [],
  }));
}

function missing<Item extends Named>(items: readonly Item[] = [], others: readonly Item[] = []): readonly Item[] {
  const names = new Set(others.map(({ name }) => name));
  return items.filter(({ name }) => !names.has(name));
}

/** Pairs what went with what came, the likest first; every pair stands once. */
function pick<Item extends Named>(
  gone: readonly Item[],
  come: readonly Item[],
  list: "tables" | "columns",
  table: string | undefined,
  { renamed = [], dropped = [] }: RenameAnswers,
  likeness: (from: Item, to: Item) => Likeness,
): readonly Guess[] {
  const owner = table === undefined ? {} : { table };
  const certain = renamed.filter((one) => one.list === list && one.table === table);
  const settled = new Set([...certain.map(({ from }) => `-${from}`), ...certain.map(({ to }) => `+${to}`)]);
  const named = (name: string) => (table === undefined ? name : `${table}.${name}`);
  const scored = gone
    .filter(({ name }) => !settled.has(`-${name}`) && !dropped.includes(named(name)))
    .flatMap((from) =>
      come.filter(({ name }) => !settled.has(`+${name}`)).map((to) => ({ from, to, ...likeness(from, to) })),
    )
    .filter((pair) => pair.score > 0)
    .sort((a, b) => b.score - a.score || order(a.from.name, b.from.name) || order(a.to.name, b.to.name));
  const guesses: Guess[] = certain.length === 0 ? [] : [{ renames: certain, certain: true, reason: "", others: [] }];
  const [byFrom, byTo] = [groupBy(scored, ({ from }) => from), groupBy(scored, ({ to }) => to)];
  for (const { from, to, reason } of scored) {
    if (settled.has(`-${from.name}`) || settled.has(`+${to.name}`)) continue;
    settled.add(`-${from.name}`).add(`+${to.name}`);
    const others = (byFrom.get(from) ?? [])
      .filter((pair) => pair.to !== to)
      .map((pair) => ({ to: pair.to.name, reason: pair.reason }));
    const rivals = (byTo.get(to) ?? []).filter((pair) => pair.from !== from).map((pair) => pair.from.name);
    const renames = [{ list, ...owner, from: from.name, to: to.name }];
    guesses.push({ renames, reason, others, certain: false, ...(rivals.length > 0 && { rivals }) });
  }
  return guesses;
}

/** Two columns that swap their names are right or wrong together. */
function swaps(
  table: Table,
  target: Table,
  own: string,
  { renamed = [], dropped = [] }: RenameAnswers,
): readonly Guess[] {
  const said = new Set([
    ...renamed.filter((one) => one.table === own).map(({ from }) => from),
    ...dropped.filter((name) => name.startsWith(`${own}.`)).map((name) => name.slice(own.length + 1)),
  ]);
  const rename = (from: Column, to: Column): Rename => ({ list: "columns", table: own, from: from.name, to: to.name });
  return swappedColumns(table, target, said).map(({ columns: [a, b], reason }) => ({
    renames: [rename(a, b), rename(b, a)],
    certain: false,
    reason,
    others: [],
  }));
}

/** Names that change in the same way, as by another naming strategy or prefix, are one guess if there are many of them. */
function together(guesses: readonly Guess[]): readonly Guess[] {
  const groups: Guess[] = [];
  let rest = guesses;
  for (const way of [spelling, prefix, suffix]) {
    const ways = new Map<string, Guess[]>();
    for (const guess of rest) {
      const reason = guess.certain || guess.renames.length > 1 ? undefined : way(guess.renames[0]!);
      if (reason !== undefined) ways.set(reason, [...(ways.get(reason) ?? []), guess]);
    }
    for (const [reason, same] of ways) {
      if (same.length < MANY) continue;
      const renames = same.flatMap((one) => one.renames);
      groups.push({ renames, certain: false, reason, others: [] });
      rest = rest.filter((guess) => !same.includes(guess));
    }
  }
  return [...groups, ...rest];
}

function spelling({ from, to }: Rename): string | undefined {
  return plain(from) === plain(to) ? "only their spelling differs" : undefined;
}

function prefix({ from, to }: Rename): string | undefined {
  const shared = sharedStart([...from].reverse().join(""), [...to].reverse().join(""));
  return affix("begins", from.slice(0, from.length - shared), to.slice(0, to.length - shared), shared);
}

function suffix({ from, to }: Rename): string | undefined {
  const shared = sharedStart(from, to);
  return affix("ends", from.slice(shared), to.slice(shared), shared);
}

function affix(word: "begins" | "ends", old: string, now: string, shared: number): string | undefined {
  if (shared < 2) return undefined;
  if (old === "") return `each now ${word} with "${now}"`;
  return now === "" ? `none ${word} with "${old}" now` : `each ${word} with "${now}" instead of "${old}"`;
}

function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < Math.min(a.length, b.length) && a[at] === b[at]) at++;
  return at;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
