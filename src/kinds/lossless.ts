import { FLOATS, INTEGERS, type ParsedType, PRECISE, parseType } from "./column-types.ts";

/** Pairs of different base types whose values are the same in both. */
interface LosslessRule {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Whether the new type has room for every value; left out, it always has. */
  readonly fits?: (from: ParsedType, to: ParsedType) => boolean;
}

const RULES: readonly LosslessRule[] = [
  { from: ["smallint"], to: ["integer", "bigint", ...FLOATS] },
  { from: ["integer"], to: ["bigint", "double precision"] },
  { from: INTEGERS, to: ["numeric"], fits: holdsInteger },
  { from: ["numeric"], to: FLOATS, fits: isExactFloat },
  { from: ["real"], to: ["double precision"] },
  { from: ["character varying"], to: ["text"] },
  { from: ["text", ...INTEGERS, "uuid", "boolean", "inet"], to: ["text", "character varying"], fits: hasNoLimit },
  { from: ["cidr"], to: ["inet"] },
  { from: ["bit"], to: ["bit varying"], fits: (from, to) => (to.numbers[0] ?? Infinity) >= (from.numbers[0] ?? 1) },
];

/** The digits of the largest value of each integer type. */
const INTEGER_DIGITS: Readonly<Record<string, number>> = { smallint: 5, integer: 10, bigint: 19 };
/** How many digits of a decimal number each floating-point type keeps. */
const FLOAT_DIGITS: Readonly<Record<string, number>> = { real: 6, "double precision": 15 };
/** The digits of a second that a type without a precision keeps. */
const FULL_PRECISION = 6;

/** Whether every value of one type is the same value in the other, so that nothing is lost and nothing can fail. */
export function isLossless(from: string, to: string): boolean {
  const [a, b] = [parseType(from), parseType(to)];
  if (a.array !== b.array) return false;
  if (a.base === b.base) return widens(a, b);
  return RULES.some((one) => one.from.includes(a.base) && one.to.includes(b.base) && (one.fits?.(a, b) ?? true));
}

/** Whether a type with other numbers, as `varchar(20)`, holds all values of the type. */
function widens(a: ParsedType, b: ParsedType): boolean {
  if (a.base === "numeric") return widensNumeric(a, b);
  if (a.base === "character") return false;
  const unlimited = PRECISE.includes(a.base) ? FULL_PRECISION : Infinity;
  return (b.numbers[0] ?? unlimited) >= (a.numbers[0] ?? unlimited);
}

function widensNumeric(a: ParsedType, b: ParsedType): boolean {
  if (b.numbers.length === 0) return true;
  if (a.numbers.length === 0) return false;
  const [precision = 0, scale = 0] = a.numbers;
  const [newPrecision = 0, newScale = 0] = b.numbers;
  return newScale >= scale && newPrecision - newScale >= precision - scale;
}

function holdsInteger({ base }: ParsedType, { numbers: [precision, scale = 0] }: ParsedType): boolean {
  return precision === undefined || precision - scale >= (INTEGER_DIGITS[base] ?? Infinity);
}

function isExactFloat({ numbers: [precision, scale = 0] }: ParsedType, { base }: ParsedType): boolean {
  const kept = FLOAT_DIGITS[base] ?? 0;
  return precision !== undefined && scale >= 0 && scale <= kept && precision <= kept;
}

function hasNoLimit(_: ParsedType, { numbers }: ParsedType): boolean {
  return numbers.length === 0;
}
