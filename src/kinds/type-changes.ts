import { type ParsedType, PRECISE, parseType, printType } from "./column-types.ts";

/** What PostgreSQL does to a table when the type of a column changes. */
export type TypeWork = "nothing" | "index rebuild" | "rewrite";

const TIMESTAMPS = ["timestamp without time zone", "timestamp with time zone"];
/** The digits of a second that a type without a precision keeps. */
const FULL_PRECISION = 6;

interface Harmless {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly fits?: (from: ParsedType, to: ParsedType) => boolean;
  /** Indexes over the column are built again. */
  readonly rebuildsIndexes?: true;
}

/** Changes for which PostgreSQL keeps the rows as they are stored, with the time zone UTC. A test measures them. */
const HARMLESS: readonly Harmless[] = [
  { from: ["character varying", "text"], to: ["character varying", "text"], fits: isAtLeastAsLong },
  { from: ["character varying", "text"], to: ["citext"], rebuildsIndexes: true },
  { from: ["citext"], to: ["character varying", "text"], fits: isAtLeastAsLong, rebuildsIndexes: true },
  { from: ["numeric"], to: ["numeric"], fits: hasSameScale },
  ...PRECISE.map((type) => ({ from: [type], to: [type], fits: isAtLeastAsPrecise })),
  { from: TIMESTAMPS, to: TIMESTAMPS, fits: hasFullPrecision, rebuildsIndexes: true },
  { from: ["cidr"], to: ["inet"] },
  { from: ["bit varying"], to: ["bit varying"], fits: isAtLeastAsLong },
  { from: ["bit"], to: ["bit varying"], fits: hasNoLength, rebuildsIndexes: true },
];

/**
 * Says what a change of a type does to a table.
 * @param column the column, quoted
 * @param from its type
 * @param to the new type
 * @param using the expression for the new values, if there is one
 */
export function findTypeWork(column: string, from: string, to: string, using?: string): TypeWork {
  const [old, next] = [printType(from), printType(to)];
  if (using !== undefined && !isCast(using, column, [to, next])) return "rewrite";
  if (old === next) return "nothing";
  const [a, b] = [parseType(old), parseType(next)];
  if (a.array || b.array) return "rewrite";
  const found = HARMLESS.find((one) => applies(one, a, b));
  if (found === undefined) return "rewrite";
  return found.rebuildsIndexes ? "index rebuild" : "nothing";
}

function applies({ from, to, fits }: Harmless, a: ParsedType, b: ParsedType): boolean {
  return from.includes(a.base) && to.includes(b.base) && (fits?.(a, b) ?? true);
}

/** Whether an expression only casts the column to the new type, as PostgreSQL does by itself. */
function isCast(using: string, column: string, types: readonly string[]): boolean {
  const plain = using.replaceAll(/["()\s]/g, "").toLowerCase();
  const name = column.replaceAll('"', "").toLowerCase();
  return types.some((type) => plain === `${name}::${type.replaceAll(/["()\s]/g, "").toLowerCase()}`);
}

function isAtLeastAsLong(from: ParsedType, to: ParsedType): boolean {
  return (to.numbers[0] ?? Infinity) >= (from.numbers[0] ?? Infinity);
}

function isAtLeastAsPrecise(from: ParsedType, to: ParsedType): boolean {
  return (to.numbers[0] ?? FULL_PRECISION) >= (from.numbers[0] ?? FULL_PRECISION);
}

/** Another type is converted to its full precision first, and rounding is a step of its own. */
function hasFullPrecision(_: ParsedType, { numbers }: ParsedType): boolean {
  return (numbers[0] ?? FULL_PRECISION) === FULL_PRECISION;
}

function hasNoLength(_: ParsedType, { numbers }: ParsedType): boolean {
  return numbers.length === 0;
}

function hasSameScale(from: ParsedType, to: ParsedType): boolean {
  if (to.numbers.length === 0) return true;
  const [precision = Infinity, scale = 0] = from.numbers;
  const [newPrecision = 0, newScale = 0] = to.numbers;
  return newPrecision >= precision && newScale === scale;
}
