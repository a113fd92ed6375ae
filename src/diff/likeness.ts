import { sameBase, sameFamily } from "../kinds/column-types.ts";
import type { Column, Table } from "../schema/schema.ts";
import { bareName } from "../sql.ts";
import { pointsElsewhere, pointsTo, type TableSide, targetsOf } from "./pointers.ts";

/** How much two items look like one, 0 for not at all, and why. */
export interface Likeness {
  readonly score: number;
  readonly reason: string;
}

const UNLIKE: Likeness = { score: 0, reason: "" };
/** Two tables that share no more than this part of their columns are not taken for the same one. */
const ALIKE = 0.5;
/** Columns whose type differs are taken for the same one only if their names share this much. */
const CLOSE = 0.5;

/** A column with what it is compared by. */
interface Trait {
  readonly column: Column;
  readonly name: string;
  /** Its type, without the schema of the type and the table's name in it. */
  readonly type: string;
  readonly pairs: ReadonlySet<string>;
}

/** A table with what it is compared by. */
interface Traits {
  readonly columns: readonly Trait[];
  readonly pairs: ReadonlySet<string>;
}

const traits = new WeakMap<Table, Traits>();

/** Each table is compared with many others. */
function traitsOf(table: Table): Traits {
  const known = traits.get(table);
  if (known !== undefined) return known;
  const prefix = `${bareName(table.name)}_`;
  const columns = table.columns.map((column) => ({
    column,
    name: plain(column.name),
    type: plain(column.type.replace(/^.*\./, "").replace(prefix, "")),
    pairs: pairsOf(column.name),
  }));
  const made = { columns, pairs: pairsOf(bareName(table.name)) };
  traits.set(table, made);
  return made;
}

/**
 * The part of the columns that two tables share. A column with the same name but another type counts half, and so does
 * one with the same type and a similar name.
 * @param before the table that goes, with the renames that are known already
 * @param after the table that comes
 * @param renamed the tables that have another name afterwards, by that name: a column that points at one of them has
 *   another name for that reason, and counts in full
 */
export function tableLikeness(before: TableSide, after: TableSide, renamed: ReadonlySet<string>): Likeness {
  const [from, to] = [before.table, after.table];
  const all = Math.max(from.columns.length, to.columns.length);
  const [old, next] = [traitsOf(from), traitsOf(to)];
  const close = pairLikeness(old.pairs, next.pairs);
  // With no column of the same name they share half at the most, and then their own names have to be close.
  if (renamed.size === 0 && close <= CLOSE && !sharesName(old.columns, next.columns)) return UNLIKE;
  const isEnough = (part: number) => part > ALIKE || (part === ALIKE && close > CLOSE);
  const left = new Set(next.columns);
  const typed = (a: Trait, b: Trait) => a.type === b.type && !pointsElsewhere(before, a.column, after, b.column, false);
  const rest = takeAll(old.columns, left, (a, b) => a.name === b.name && typed(a, b));
  const followers = renamed.size === 0 ? [] : rest.filter(({ column }) => pointsAtAny(from, column, renamed));
  const lost = takeAll(followers, left, (a, b) => typed(a, b) && pointsTo(to, b.column, targetsOf(from, a.column)));
  const others = rest.filter((one) => !followers.includes(one) || lost.includes(one));
  const same = from.columns.length - others.length;
  const half = countAlike(others, left, (misses) => isEnough((same + (others.length - misses) / 2) / all), typed);
  if (half === undefined) return UNLIKE;
  const part = (same + half / 2) / all;
  const reason = `${same} of ${all} columns are the same${half === 0 ? "" : `, ${half} similar`}`;
  return { score: isEnough(part) ? part + close / 10 : 0, reason };
}

function sharesName(some: readonly Trait[], others: readonly Trait[]): boolean {
  return some.some(({ name }) => others.some((other) => other.name === name));
}

function pointsAtAny(table: Table, column: Column, renamed: ReadonlySet<string>): boolean {
  return targetsOf(table, column).some((target) => renamed.has(target.table));
}

/** Takes from `left` the first trait that fits each of `wanted`. @returns those for which there was none */
function takeAll(wanted: readonly Trait[], left: Set<Trait>, fits: (a: Trait, b: Trait) => boolean): readonly Trait[] {
  return wanted.filter((a) => {
    for (const b of left) if (fits(a, b)) return !left.delete(b);
    return true;
  });
}

/** How many have a similar one left; `undefined` as soon as the tables cannot be alike any more. */
function countAlike(
  wanted: readonly Trait[],
  left: Set<Trait>,
  isPossible: (misses: number) => boolean,
  typed: (a: Trait, b: Trait) => boolean,
): number | undefined {
  let misses = 0;
  for (const one of wanted) {
    if (!isPossible(misses)) return undefined;
    misses += takeAll(
      [one],
      left,
      (a, b) => a.name === b.name || (typed(a, b) && pairLikeness(a.pairs, b.pairs) >= CLOSE),
    ).length;
  }
  return isPossible(misses) ? wanted.length - misses : undefined;
}

/**
 * How much two columns look like one.
 * @param before the table of the column that goes, with the names of its tables afterwards
 * @param from the column that goes
 * @param after the table of the column that comes
 * @param to the column that comes
 */
export function columnLikeness(before: TableSide, from: Column, after: TableSide, to: Column): Likeness {
  const close = pairLikeness(pairsOf(from.name), pairsOf(to.name));
  const same = from.type === to.type || bothEnums(from, to);
  const akin = sameBase(from.type, to.type) || (close >= CLOSE && sameFamily(from.type, to.type));
  if (from.asExpression !== to.asExpression || !(same || akin)) return UNLIKE;
  if (pointsElsewhere(before, from, after, to)) return UNLIKE;
  if (isPointer(before, from) !== isPointer(after, to) && close < CLOSE) return UNLIKE;
  const place = ({ table }: TableSide, column: Column) =>
    table.columns.indexOf(column) / Math.max(1, table.columns.length - 1);
  const near = 1 - Math.abs(place(before, from) - place(after, to));
  const key = ({ table }: TableSide, column: Column) => table.primaryKey?.columns.includes(column.name) ?? false;
  const score =
    (same ? 1 : 0) +
    2 * close +
    (from.nullable === to.nullable ? 1 : 0) +
    (from.default === to.default ? 1 : 0) +
    (key(before, from) === key(after, to) ? 1 : 0) +
    near;
  const need = from.nullable === to.nullable ? (to.nullable ? ", both nullable" : ", both required") : "";
  return {
    score,
    reason: same ? `both are ${to.type}${need}` : `${from.type} and ${to.type} are related types${need}`,
  };
}

function isPointer({ table }: TableSide, column: Column): boolean {
  return targetsOf(table, column).length > 0;
}

/** The generated name of an enum type has the column's name in it. */
function bothEnums(from: Column, to: Column): boolean {
  const generated = ({ name, type }: Column) => plain(type).endsWith(`${plain(name)}enum`);
  return generated(from) && generated(to);
}

/** The pairs of neighbouring letters in a name. */
function pairsOf(name: string): ReadonlySet<string> {
  const text = plain(name);
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2)));
}

/** The part of the pairs of letters that two names share (Dice's coefficient). */
function pairLikeness(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  let shared = 0;
  for (const pair of left) if (right.has(pair)) shared += 1;
  return left.size + right.size === 0 ? 0 : (2 * shared) / (left.size + right.size);
}

/** A name without what spellings differ in: capitals, underscores and the like. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
