import { sameBase, sameFamily } from "../kinds/column-types.ts";
import type { Column, Table } from "../schema/schema.ts";
import { bareName } from "../sql.ts";
import { pointsElsewhere, pointsTo, type Side, targetsOf } from "./pointers.ts";

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

/**
 * The part of the columns that two tables share. A column with the same name but another type counts half, and so does
 * one with the same type and a similar name.
 * @param before the table that goes, with the renames that are known already
 * @param after the table that comes
 * @param renamed the tables that have another name afterwards, by that name: a column that points at one of them has
 *   another name for that reason, and counts in full
 */
export function tableLikeness(before: Side, after: Side, renamed: ReadonlySet<string>): Likeness {
  const [from, to] = [before.table, after.table];
  const all = Math.max(from.columns.length, to.columns.length);
  const left = new Set(to.columns);
  const take = (fits: (column: Column) => boolean) => {
    const found = [...left].find(fits);
    if (found !== undefined) left.delete(found);
    return found !== undefined;
  };
  const own = (table: Table, { type }: Column) =>
    plain(type.replace(/^.*\./, "").replace(`${bareName(table.name)}_`, ""));
  const typed = (a: Column, b: Column) => own(from, a) === own(to, b) && !pointsElsewhere(before, a, after, b, false);
  const named = (a: Column, b: Column) => plain(a.name) === plain(b.name);
  const exact = from.columns.filter((a) => take((b) => named(a, b) && typed(a, b)));
  const followed = from.columns
    .filter((a) => !exact.includes(a) && targetsOf(from, a).some(({ table }) => renamed.has(table)))
    .filter((a) => take((b) => typed(a, b) && pointsTo(after.table, b, targetsOf(from, a))));
  const rest = from.columns.filter((a) => !exact.includes(a) && !followed.includes(a));
  const half = rest.filter((a) => take((b) => named(a, b) || (typed(a, b) && nameLikeness(a.name, b.name) >= CLOSE)));
  const same = exact.length + followed.length;
  const part = (same + half.length / 2) / all;
  const close = nameLikeness(bareName(from.name), bareName(to.name));
  const reason = `${same} of ${all} columns are the same${half.length === 0 ? "" : `, ${half.length} alike`}`;
  return { score: part > ALIKE || (part === ALIKE && close > CLOSE) ? part + close / 10 : 0, reason };
}

/**
 * How much two columns look like one.
 * @param before the table of the column that goes, with the names of its tables afterwards
 * @param from the column that goes
 * @param after the table of the column that comes
 * @param to the column that comes
 */
export function columnLikeness(before: Side, from: Column, after: Side, to: Column): Likeness {
  const close = nameLikeness(from.name, to.name);
  const same = from.type === to.type || bothEnums(from, to);
  const akin = sameBase(from.type, to.type) || (close >= CLOSE && sameFamily(from.type, to.type));
  if (from.asExpression !== to.asExpression || !(same || akin)) return UNLIKE;
  if (pointsElsewhere(before, from, after, to)) return UNLIKE;
  if (isPointer(before, from) !== isPointer(after, to) && close < CLOSE) return UNLIKE;
  const place = ({ table }: Side, column: Column) =>
    table.columns.indexOf(column) / Math.max(1, table.columns.length - 1);
  const near = 1 - Math.abs(place(before, from) - place(after, to));
  const key = ({ table }: Side, column: Column) => table.primaryKey?.columns.includes(column.name) ?? false;
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

function isPointer({ table }: Side, column: Column): boolean {
  return targetsOf(table, column).length > 0;
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
export function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
