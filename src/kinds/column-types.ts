/** A type as PostgreSQL spells it, taken apart: `numeric(10,2)[]` is `numeric`, `[10, 2]`, an array. */
export interface ParsedType {
  readonly base: string;
  readonly numbers: readonly number[];
  readonly array: boolean;
}

const SPELLING = /^(.*?)(?:\((\d+(?:,-?\d+)?)\))?( with(?:out)? time zone)?(\[\])?$/;

/** Takes the spelling of a type apart. */
export function spelling(type: string): ParsedType {
  const [, base = type, numbers, zone = "", array] = SPELLING.exec(type) ?? [];
  return { base: base + zone, numbers: numbers?.split(",").map(Number) ?? [], array: array !== undefined };
}

/** The integer types, the smallest first. */
export const INTEGERS = ["smallint", "integer", "bigint"];
const FLOATS = ["real", "double precision"];
const DIGITS: Readonly<Record<string, number>> = { smallint: 5, integer: 10, bigint: 19 };
/** The types of text. */
export const TEXTS = ["character varying", "text", "character", "citext"];
const NUMBERS = [...INTEGERS, ...FLOATS, "numeric"];
const TIMES = ["date", "timestamp without time zone", "timestamp with time zone"];
const PRECISE = [
  "timestamp without time zone",
  "timestamp with time zone",
  "time without time zone",
  "time with time zone",
  "interval",
];
/** What a type with an optional precision has without one. */
const FULL_PRECISION = 6;

/** The integer type behind a serial one, or the type itself. */
export function storedType(type: string): string {
  return { serial: "integer", bigserial: "bigint", smallserial: "smallint" }[type] ?? type;
}

/** Whether the type is one of the serials. */
export function isSerial(type: string): boolean {
  return storedType(type) !== type;
}

/** Whether every value of one type is the same value in the other, so that nothing is lost and nothing can fail. */
export function isLossless(from: string, to: string): boolean {
  const [a, b] = [spelling(from), spelling(to)];
  if (a.array !== b.array) return false;
  if (a.base === b.base) return widens(a, b);
  if (isExactFloat(a, b)) return true;
  const width = INTEGERS.indexOf(b.base);
  if (INTEGERS.includes(a.base))
    return width > INTEGERS.indexOf(a.base) || (b.base === "numeric" && holdsDigits(b, DIGITS[a.base]!)) || toText(b);
  if (a.base === "real") return b.base === "double precision";
  if (a.base === "character varying") return b.base === "text";
  if (a.base === "text") return b.base === "character varying" && b.numbers.length === 0;
  if (a.base === "cidr") return b.base === "inet";
  if (a.base === "bit") return b.base === "bit varying" && (b.numbers[0] ?? Infinity) >= (a.numbers[0] ?? 1);
  return (a.base === "uuid" || a.base === "boolean" || a.base === "inet") && toText(b);
}

/** How many digits of a decimal number each floating-point type keeps. */
const FLOAT_DIGITS: Readonly<Record<string, number>> = { real: 6, "double precision": 15 };

function isExactFloat({ base, numbers: [precision, scale = 0] }: ParsedType, b: ParsedType): boolean {
  const kept = FLOAT_DIGITS[b.base];
  if (kept === undefined) return false;
  if (INTEGERS.includes(base)) return DIGITS[base]! <= kept;
  return base === "numeric" && precision !== undefined && scale >= 0 && scale <= kept && precision <= kept;
}

function widens(a: ParsedType, b: ParsedType): boolean {
  if (a.base === "numeric") {
    if (b.numbers.length === 0) return true;
    if (a.numbers.length === 0) return false;
    const [p = 0, s = 0] = a.numbers;
    const [q = 0, t = 0] = b.numbers;
    return t >= s && q - t >= p - s;
  }
  if (a.base === "character") return false;
  const fallback = PRECISE.includes(a.base) ? FULL_PRECISION : Infinity;
  return (b.numbers[0] ?? fallback) >= (a.numbers[0] ?? fallback);
}

function holdsDigits({ numbers: [precision, scale = 0] }: ParsedType, digits: number): boolean {
  return precision === undefined || precision - scale >= digits;
}

function toText(to: ParsedType): boolean {
  return to.base === "text" || (to.base === "character varying" && to.numbers.length === 0);
}

function isText(type: ParsedType): boolean {
  return type.base === "text" || type.base === "character varying";
}

/** Whether two types differ in their numbers at most: `numeric(10,2)` and `numeric`. */
export function sameBase(from: string, to: string): boolean {
  const [a, b] = [spelling(storedType(from)), spelling(storedType(to))];
  return a.base === b.base && a.array === b.array;
}

/** Types among which values move without `USING`, and whose operators understand each other. */
export function sameFamily(from: string, to: string): boolean {
  if (from === to) return true;
  const [a, b] = [spelling(storedType(from)), spelling(storedType(to))];
  if (a.array !== b.array) return false;
  return (
    a.base === b.base || [TEXTS, NUMBERS, TIMES].some((family) => family.includes(a.base) && family.includes(b.base))
  );
}

/** Whether an expression over a column of the one type is the same over the other, without casts between. */
export function sameOperators(from: string, to: string): boolean {
  const [a, b] = [spelling(storedType(from)), spelling(storedType(to))];
  return a.array === b.array && (a.base === b.base || (isText(a) && isText(b)));
}

/** The type of an array's elements, or the type itself. */
export function elementType(type: string): string {
  return type.replace(/\[\]$/, "");
}
