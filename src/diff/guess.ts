import { isLossless, sameBase, sameFamily, storedType } from "../kinds/column-types.ts";
import type { Column, Named, Schema, Table } from "../schema/schema.ts";
import { bareName } from "../sql.ts";
import { applyRenames, enumRenames, invert, type Rename } from "./renames.ts";

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
}

/** Two tables that share no more than this part of their columns are not taken for the same one. */
const ALIKE = 0.5;
/** From so many names that change in the same way on, there is one question for all of them. */
const MANY = 3;
/** Columns whose type differs are taken for the same one only if their names share this much. */
const CLOSE = 0.5;

/**
 * Guesses which tables and columns have another name afterwards: one went, one came, of the same shape.
 * @param before the schema as it is
 * @param after the schema as it should be
 * @param answers what is known already
 */
export function guessRenames(before: Schema, after: Schema, answers: RenameAnswers = {}): readonly Guess[] {
  const tables = pick(
    missing(before.tables, after.tables),
    missing(after.tables, before.tables),
    "tables",
    undefined,
    answers,
    tableLikeness,
  );
  const renamed = applyRenames(
    before,
    tables.flatMap(({ renames }) => renames),
  );
  const targets = new Map((after.tables ?? []).map((table) => [table.name, table]));
  const columns = (renamed.tables ?? []).flatMap((table, at) => {
    const target = targets.get(table.name);
    if (target === undefined) return [];
    const own = before.tables![at]!.name;
    const likeness = (a: Column, b: Column) => columnLikeness(a, b, table, target);
    const gone = missing(table.columns, target.columns);
    const come = missing(target.columns, table.columns);
    return [...swaps(table, target, own, answers), ...pick(gone, come, "columns", own, answers, likeness)];
  });
  return together([...tables, ...columns]);
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

/** How much two items look like one, 0 for not at all, and why. */
interface Likeness {
  readonly score: number;
  readonly reason: string;
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
  for (const { from, to, reason } of scored) {
    if (settled.has(`-${from.name}`) || settled.has(`+${to.name}`)) continue;
    settled.add(`-${from.name}`).add(`+${to.name}`);
    const others = scored
      .filter((pair) => pair.from === from && pair.to !== to)
      .map((pair) => ({ to: pair.to.name, reason: pair.reason }));
    guesses.push({ renames: [{ list, ...owner, from: from.name, to: to.name }], reason, others, certain: false });
  }
  return guesses;
}

/** Two columns that both keep a name of the table but take each other's type have swapped their names. */
function swaps(
  table: Table,
  target: Table,
  own: string,
  { renamed = [], dropped = [] }: RenameAnswers,
): readonly Guess[] {
  const wanted = new Map(target.columns.map(({ name, type }) => [name, storedType(type)]));
  const said = new Set([
    ...renamed.filter((one) => one.table === own).map(({ from }) => from),
    ...dropped.filter((name) => name.startsWith(`${own}.`)).map((name) => name.slice(own.length + 1)),
  ]);
  const moved = table.columns
    .map(({ name, type }) => ({ name, type: storedType(type), next: wanted.get(name) }))
    .filter(({ name, type, next }) => next !== undefined && next !== type && !said.has(name));
  const taken = new Set<string>();
  return moved.flatMap((a, at) => {
    const fits = (b: (typeof moved)[number]) =>
      b.next === a.type && a.next === b.type && !isLossless(a.type, b.type) && !isLossless(b.type, a.type);
    const b = taken.has(a.name) ? undefined : moved.slice(at + 1).find((one) => fits(one) && !taken.has(one.name));
    if (b === undefined) return [];
    taken.add(a.name).add(b.name);
    const rename = (from: string, to: string): Rename => ({ list: "columns", table: own, from, to });
    const renames = [rename(a.name, b.name), rename(b.name, a.name)];
    return [{ renames, certain: false, reason: `each has the type of the other, ${a.type} and ${b.type}`, others: [] }];
  });
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
      groups.push({ renames: same.flatMap(({ renames }) => renames), certain: false, reason, others: [] });
      rest = rest.filter((guess) => !same.includes(guess));
    }
  }
  return [...groups, ...rest];
}

function spelling({ from, to }: Rename): string | undefined {
  return plain(from) === plain(to) ? "they are only spelt otherwise" : undefined;
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
  if (old === "") return `each ${word} with "${now}" now`;
  return now === "" ? `none ${word} with "${old}" any more` : `each ${word} with "${now}" instead of "${old}"`;
}

function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < Math.min(a.length, b.length) && a[at] === b[at]) at++;
  return at;
}

/** The part of the columns that two tables share: a column of the same name but another type, or the other way, counts half. */
function tableLikeness(from: Table, to: Table): Likeness {
  const all = Math.max(from.columns.length, to.columns.length);
  const left = new Set(to.columns);
  const take = (fits: (column: Column) => boolean) => {
    const found = [...left].find(fits);
    if (found !== undefined) left.delete(found);
    return found !== undefined;
  };
  const own = (table: Table, { type }: Column) =>
    plain(type.replace(/^.*\./, "").replace(`${bareName(table.name)}_`, ""));
  const same = (a: Column, b: Column) => plain(a.name) === plain(b.name);
  const typed = (a: Column, b: Column) => own(from, a) === own(to, b);
  const exact = from.columns.filter((a) => take((b) => same(a, b) && typed(a, b)));
  const rest = from.columns.filter((a) => !exact.includes(a));
  const half = rest.filter((a) => take((b) => same(a, b) || (typed(a, b) && nameLikeness(a.name, b.name) >= CLOSE)));
  const part = (exact.length + half.length / 2) / all;
  const close = nameLikeness(bareName(from.name), bareName(to.name));
  const reason = `${exact.length} of ${all} columns are the same${half.length === 0 ? "" : `, ${half.length} alike`}`;
  return { score: part > ALIKE || (part === ALIKE && close > CLOSE) ? part + close / 10 : 0, reason };
}

function columnLikeness(from: Column, to: Column, before: Table, after: Table): Likeness {
  const close = nameLikeness(from.name, to.name);
  const same = from.type === to.type || bothEnums(from, to);
  const akin = sameBase(from.type, to.type) || (close >= CLOSE && sameFamily(from.type, to.type));
  if (from.asExpression !== to.asExpression || !(same || akin)) return { score: 0, reason: "" };
  const place = (table: Table, column: Column) => table.columns.indexOf(column) / Math.max(1, table.columns.length - 1);
  const near = 1 - Math.abs(place(before, from) - place(after, to));
  const key = (table: Table, column: Column) => table.primaryKey?.columns.includes(column.name) ?? false;
  const score =
    (same ? 1 : 0) +
    2 * close +
    (from.nullable === to.nullable ? 1 : 0) +
    (from.default === to.default ? 1 : 0) +
    (key(before, from) === key(after, to) ? 1 : 0) +
    near;
  const need = from.nullable === to.nullable ? (to.nullable ? ", both nullable" : ", both required") : "";
  return { score, reason: same ? `both are ${to.type}${need}` : `${from.type} and ${to.type} are akin${need}` };
}

/** The generated name of an enum type has the column's name in it. */
function bothEnums(from: Column, to: Column): boolean {
  const generated = ({ name, type }: Column) => plain(type).endsWith(`${plain(name)}enum`);
  return generated(from) && generated(to);
}

/** The part of the pairs of letters that two names share (Dice's coefficient). */
function nameLikeness(a: string, b: string): number {
  const pairs = (name: string) => {
    const text = plain(name);
    return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2)));
  };
  const [left, right] = [pairs(a), pairs(b)];
  const shared = [...left].filter((pair) => right.has(pair)).length;
  return left.size + right.size === 0 ? 0 : (2 * shared) / (left.size + right.size);
}

/** A name without what spellings differ in: capitals, underscores and the like. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
