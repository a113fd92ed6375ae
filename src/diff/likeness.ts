import { sameBase, sameFamily } from "../kinds/column-types.ts";
import type { Column, Table } from "../schema/schema.ts";
import { pointsElsewhere, shareTable, type TableSide } from "./pointers.ts";
import { type ColumnTraits, pairLikeness, plain, traitsOf } from "./traits.ts";

/** How much two items look like one, 0 for not at all, and why. */
export interface Likeness {
  readonly score: number;
  readonly reason: string;
}

/** Nothing in common. */
export const UNLIKE: Likeness = { score: 0, reason: "" };
/** Two tables that share no more than this part of their columns are not taken for the same one. */
const ALIKE = 0.5;
/** Columns whose type differs are taken for the same one only if their names share this much. */
const CLOSE = 0.5;

/** Whether names are similar that share this part of their pairs of letters. */
export function isClose(share: number): boolean {
  return share >= CLOSE;
}

/** How many columns of two tables belong together. */
interface SharedColumns {
  readonly same: number;
  readonly similar: number;
  /** Whether a name is that of a column on both sides. */
  readonly sharesName: boolean;
}

/**
 * Prepares the comparison of tables by the part of the columns that they share. A column with the same name but another
 * type counts half, and so does one with the same type and a similar name.
 * @param before all tables before, with the renames that are known already
 * @param after all tables after
 * @param renamed the new names of renamed tables: a column that points at one of them has another name for that reason,
 *   and counts in full
 */
export function tableLikeness(
  before: ReadonlyMap<string, Table>,
  after: ReadonlyMap<string, Table>,
  renamed: ReadonlySet<string>,
): (from: Table, to: Table) => Likeness {
  // Many tables may have the same columns.
  const counted = new Map<string, Map<string, SharedPart>>();
  const count = (from: Table, to: Table) => {
    const [old, next] = [traitsOf(from).shape, traitsOf(to).shape];
    const known = counted.get(old)?.get(next);
    if (known !== undefined) return known;
    const columns = countShared({ table: from, tables: before }, { table: to, tables: after }, renamed);
    const shared = describeShared(columns, Math.max(from.columns.length, to.columns.length));
    counted.set(old, (counted.get(old) ?? new Map()).set(next, shared));
    return shared;
  };
  return (from, to) => {
    const [old, next] = [traitsOf(from), traitsOf(to)];
    const shared = count(from, to);
    const close = pairLikeness(old.pairs, next.pairs);
    // With no column of the same name they share half at the most, and then their own names have to be close.
    if (renamed.size === 0 && close <= CLOSE && !shared.sharesName) return UNLIKE;
    return scoreTables(shared, close);
  };
}

/** What part of their columns two tables share. */
interface SharedPart {
  readonly part: number;
  readonly sharesName: boolean;
  readonly reason: string;
}

function describeShared({ same, similar, sharesName }: SharedColumns, total: number): SharedPart {
  const others = similar === 0 ? "" : `, ${similar} similar`;
  const reason = `${same} of ${total} columns are the same${others}`;
  return { part: (same + similar / 2) / total, sharesName, reason };
}

function scoreTables({ part, reason }: SharedPart, close: number): Likeness {
  const isEnough = part > ALIKE || (part === ALIKE && close > CLOSE);
  return isEnough ? { score: part + close / 10, reason } : UNLIKE;
}

function countShared(before: TableSide, after: TableSide, renamed: ReadonlySet<string>): SharedColumns {
  const [old, next] = [traitsOf(before.table).columns, traitsOf(after.table).columns];
  const left = new Set(next);
  const haveOneType = (a: ColumnTraits, b: ColumnTraits) =>
    a.type === b.type && !pointsElsewhere(before, a.targets, after, b.targets, false);
  const rest = takeAll(old, left, (a, b) => a.name === b.name && haveOneType(a, b));
  const pointing = new Set(rest.filter(({ targets }) => targets.some(({ table }) => renamed.has(table))));
  const lost = new Set(takeAll([...pointing], left, (a, b) => haveOneType(a, b) && shareTable(a.targets, b.targets)));
  const others = rest.filter((one) => !pointing.has(one) || lost.has(one));
  const unlike = takeAll(
    others,
    left,
    (a, b) => a.name === b.name || (haveOneType(a, b) && isClose(pairLikeness(a.pairs, b.pairs))),
  );
  const names = new Set(next.map(({ name }) => name));
  return {
    same: old.length - others.length,
    similar: others.length - unlike.length,
    sharesName: old.some(({ name }) => names.has(name)),
  };
}

/** Takes from `left` the first column that fits each of `wanted`. @returns those for which there was none */
function takeAll(
  wanted: readonly ColumnTraits[],
  left: Set<ColumnTraits>,
  fits: (a: ColumnTraits, b: ColumnTraits) => boolean,
): readonly ColumnTraits[] {
  return wanted.filter((a) => {
    for (const b of left) if (fits(a, b)) return !left.delete(b);
    return true;
  });
}

/**
 * How much two columns look like one.
 * @param before the table of the removed column, with tables in their names of afterwards
 * @param from the removed column
 * @param after the table of the added column
 * @param to the added column
 */
export function columnLikeness(before: TableSide, from: Column, after: TableSide, to: Column): Likeness {
  const [old, next] = [traitsOf(before.table).byColumn.get(from), traitsOf(after.table).byColumn.get(to)];
  if (old === undefined || next === undefined) return UNLIKE;
  const hasSameType = from.type === to.type || areGeneratedEnums(old, next);
  if (!mayBeOneColumn(old, next, hasSameType) || pointsElsewhere(before, old.targets, after, next.targets))
    return UNLIKE;
  return { score: scoreColumns(old, next, hasSameType), reason: describeTypes(from, to, hasSameType) };
}

function mayBeOneColumn(old: ColumnTraits, next: ColumnTraits, hasSameType: boolean): boolean {
  const [from, to] = [old.column, next.column];
  const close = isClose(pairLikeness(old.pairs, next.pairs));
  const isRelated = sameBase(from.type, to.type) || (close && sameFamily(from.type, to.type));
  if (from.asExpression !== to.asExpression || !(hasSameType || isRelated)) return false;
  return close || old.targets.length > 0 === next.targets.length > 0;
}

function scoreColumns(old: ColumnTraits, next: ColumnTraits, hasSameType: boolean): number {
  const [from, to] = [old.column, next.column];
  return [
    Number(hasSameType),
    2 * pairLikeness(old.pairs, next.pairs),
    Number(from.nullable === to.nullable),
    Number(from.default === to.default),
    Number(old.inPrimaryKey === next.inPrimaryKey),
    1 - Math.abs(old.place - next.place),
  ].reduce((sum, part) => sum + part, 0);
}

function describeTypes(from: Column, to: Column, hasSameType: boolean): string {
  const types = hasSameType ? `both are ${to.type}` : `${from.type} and ${to.type} are related types`;
  if (from.nullable !== to.nullable) return types;
  return `${types}, both ${to.nullable ? "nullable" : "required"}`;
}

/** The generated name of an enum type has the column's name in it. */
function areGeneratedEnums(...columns: readonly ColumnTraits[]): boolean {
  return columns.every(({ column, name }) => plain(column.type).endsWith(`${name}enum`));
}
