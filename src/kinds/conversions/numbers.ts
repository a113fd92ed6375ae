import { FLOATS, INTEGERS, NUMBERS, type ParsedType } from "../column-types.ts";
import { type Conversion, type ConversionRule, type Pair, ROUNDED, TOO_LARGE } from "./conversion.ts";

/** Among numbers, booleans and money. */
export const NUMBER_RULES: readonly ConversionRule[] = [
  { from: INTEGERS, to: INTEGERS, make: ({ c, b }) => ({ ...TOO_LARGE, where: exceedsInteger(c, b) }) },
  { from: [...INTEGERS, "numeric"], to: ["numeric"], make: rounding(({ c, b }) => exceedsNumeric(c, b)) },
  { from: INTEGERS, to: FLOATS, make: rounding(({ c, b }) => integerExceedsFloat(c, b)) },
  { from: ["numeric"], to: INTEGERS, make: rounding(({ c, b }) => `${exceedsInteger(c, b)} OR ${c} <> trunc(${c})`) },
  { from: ["numeric"], to: FLOATS, make: rounding(({ c, b }) => decimalExceedsFloat(c, b)) },
  { from: FLOATS, to: INTEGERS, make: rounding(floatExceedsInteger) },
  { from: FLOATS, to: ["numeric"], make: floatToNumeric },
  { from: ["double precision"], to: ["real"], make: rounding(({ c }) => doubleExceedsReal(c)) },
  { from: NUMBERS, to: ["boolean"], make: numberToBoolean },
  { from: ["boolean"], to: NUMBERS, make: booleanToNumber },
  { from: ["money"], to: ["numeric"], make: moneyToNumeric },
];

/** What the integer types can hold, in bits without the sign. */
const BITS: Readonly<Record<string, bigint>> = { smallint: 15n, integer: 31n, bigint: 63n };

/** The least and the largest number that a floating-point type rounds to one of its own. */
const RANGES = {
  real: ["7.1e-46", "3.4028235677973362e38"],
  "double precision": ["2.5e-324", "1.7976931348623157e308"],
} as const;

/** A condition for numbers outside the range of an integer type. */
export function exceedsInteger(c: string, { base }: ParsedType): string {
  const limit = integerLimit(base);
  return `${c} NOT BETWEEN ${-limit} AND ${limit - 1n}`;
}

/** A condition for decimal numbers that `numeric(p,s)` rounds or refuses. It has room for `NaN` with any number of digits. */
export function exceedsNumeric(c: string, { numbers: [precision, scale = 0] }: ParsedType): string {
  if (precision === undefined) return "false";
  const rounded = `round(${c}, ${scale})`;
  return `(${c})::text <> 'NaN' AND (${rounded} <> ${c} OR abs(${rounded}) >= 1e${precision - scale})`;
}

/** A condition for decimal numbers that a floating-point type rounds or refuses. */
export function decimalExceedsFloat(c: string, { base }: ParsedType): string {
  const type = base === "real" ? "real" : "double precision";
  return exceedsRange(c, `(${c})`, type, `(${c})::${type}::text::numeric`);
}

function doubleExceedsReal(c: string): string {
  return exceedsRange(c, c, "real", `${c}::real::double precision`);
}

function exceedsRange(c: string, value: string, type: keyof typeof RANGES, back: string): string {
  const [least, most] = RANGES[type];
  return `CASE WHEN ${value}::text IN ('NaN', 'Infinity', '-Infinity') THEN false WHEN abs(${c}) > ${most} OR (${c} <> 0 AND abs(${c}) < ${least}) THEN true ELSE ${back} <> ${c} END`;
}

function integerLimit(base: string): bigint {
  return 2n ** (BITS[base] ?? 63n);
}

/** An integer that would be rounded to 2^63 cannot be cast back to be compared. */
function integerExceedsFloat(c: string, { base }: ParsedType): string {
  const half = 2n ** (base === "real" ? 38n : 9n);
  return `CASE WHEN ${c} >= ${2n ** 63n - half} THEN true ELSE ${c}::${base}::bigint <> ${c} END`;
}

function floatExceedsInteger({ c, b }: Pair): string {
  const limit = integerLimit(b.base);
  return `NOT (${c} >= ${-limit} AND ${c} < ${limit}) OR ${c} <> trunc(${c}::double precision)`;
}

function rounding(where: (pair: Pair) => string): (pair: Pair) => Conversion {
  return (pair) => ({ ...ROUNDED, where: where(pair) });
}

/** PostgreSQL's own cast keeps 6 or 15 digits; the text of a number has all that are needed. */
function floatToNumeric({ c, a, b, to }: Pair): Conversion {
  const number = `${c}::text::numeric`;
  if (b.numbers.length === 0) return { using: number };
  const [precision = 0, scale = 0] = b.numbers;
  const rounded = `round(${number}, ${scale})`;
  const where = `CASE WHEN ${c}::text = 'NaN' THEN false WHEN ${c}::text IN ('Infinity', '-Infinity') THEN true ELSE abs(${rounded}) >= 1e${precision - scale} OR (${c} <> 0 AND ${rounded} = 0) OR ${rounded}::${a.base} <> ${c} END`;
  return { using: `${c}::text::${to}`, ...ROUNDED, where };
}

function numberToBoolean({ c }: Pair): Conversion {
  return {
    using: `${c} <> 0`,
    loses: ["0 becomes false, and all other values become true."],
    rows: "change",
    shows: "Rows that are neither 0 nor 1",
    where: `${c} NOT IN (0, 1)`,
  };
}

function booleanToNumber({ c, b, to }: Pair): Conversion {
  const using = b.base === "integer" ? `${c}::integer` : `${c}::integer::${to}`;
  const [precision, scale = 0] = b.numbers;
  const hasNoRoomForOne = b.base === "numeric" && precision !== undefined && precision <= scale;
  return hasNoRoomForOne ? { using, ...TOO_LARGE, where: c } : { using };
}

function moneyToNumeric({ c, b, to }: Pair): Conversion {
  return { using: `${c}::${to}`, ...ROUNDED, where: exceedsNumeric(`${c}::numeric`, b) };
}
