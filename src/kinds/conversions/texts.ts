import { FLOATS, INTEGERS, type ParsedType, TEXTS } from "../column-types.ts";
import { type Conversion, type ConversionRule, type Pair, ROUNDED, TOO_LONG, UNREADABLE } from "./conversion.ts";
import { decimalExceedsFloat, exceedsInteger, exceedsNumeric } from "./numbers.ts";

const INTEGER = "'^\\s*[+-]?[0-9]+\\s*$'";
const DECIMAL = "'^\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?\\s*$'";
const NAN = "'^\\s*nan\\s*$'";
const NAN_OR_INFINITY = "'^\\s*(nan|[+-]?inf(inity)?)\\s*$'";
const BOOLEAN = "'^\\s*(t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|1|0)\\s*$'";
const UUID = "'^(([0-9a-f]{4}-?){7}[0-9a-f]{4}|\\{([0-9a-f]{4}-?){7}[0-9a-f]{4}\\})$'";

/** From text to other types, and to shorter text. */
export const TEXT_RULES: readonly ConversionRule[] = [
  { from: TEXTS, to: INTEGERS, make: textToInteger },
  { from: TEXTS, to: ["numeric"], make: textToNumeric },
  { from: TEXTS, to: FLOATS, make: textToFloat },
  { from: TEXTS, to: ["boolean"], make: (pair) => readText(pair, { pattern: BOOLEAN, exceeds: "false" }) },
  { from: TEXTS, to: ["uuid"], make: (pair) => readText(pair, { pattern: UUID, exceeds: "false" }) },
  { from: TEXTS, to: ["date"], make: textToDate },
  { from: TEXTS, to: ["jsonb", "json"], make: textToJson },
  { from: TEXTS, to: TEXTS, make: textToText },
];

/** A cast of text. Trailing spaces are not part of the value of a `character`. */
export function castText({ c, a, to }: Pair): string {
  return a.base === "character" ? `${c}::text::${to}` : `${c}::${to}`;
}

/** The question and the condition for values that are longer than a type of text allows, if it has a limit. */
export function limitLength(c: string, { base, numbers }: ParsedType): Pick<Conversion, "loses" | "rows" | "where"> {
  const limit = numbers[0] ?? (base === "character" ? 1 : undefined);
  if (limit === undefined) return {};
  return { ...TOO_LONG, where: `length(${c}) > ${limit}` };
}

/** What text has to look like: regular expressions as SQL constants. */
interface Readable {
  /** The values that can be read. */
  readonly pattern: string;
  /** A condition for those among them that the type has no room for. */
  readonly exceeds: string;
  /** Values that can be read and always fit. */
  readonly always?: string;
}

function readText(pair: Pair, { pattern, exceeds, always }: Readable): Conversion {
  const { c } = pair;
  const fits = always === undefined ? "" : `WHEN ${c}::text ~* ${always} THEN false `;
  const where = `CASE ${fits}WHEN ${c}::text ~* ${pattern} THEN ${exceeds} ELSE ${c} IS NOT NULL END`;
  return { using: castText(pair), ...UNREADABLE, where };
}

function textToInteger(pair: Pair): Conversion {
  return readText(pair, { pattern: INTEGER, exceeds: exceedsInteger(`${pair.c}::numeric`, pair.b) });
}

function textToNumeric(pair: Pair): Conversion {
  const { c, b } = pair;
  const always = b.numbers.length === 0 ? NAN_OR_INFINITY : NAN;
  return {
    ...readText(pair, { pattern: DECIMAL, exceeds: exceedsNumeric(`${c}::numeric`, b), always }),
    ...ROUNDED,
  };
}

function textToFloat(pair: Pair): Conversion {
  const exceeds = decimalExceedsFloat(`${pair.c}::numeric`, pair.b);
  return { ...readText(pair, { pattern: DECIMAL, exceeds, always: NAN_OR_INFINITY }), ...ROUNDED };
}

function textToDate(pair: Pair): Conversion {
  const { c } = pair;
  const part = (from: number, length: number) => `substr(${c}, ${from}, ${length})::integer`;
  const month = `${part(1, 4)} > 0 AND ${part(6, 2)} BETWEEN 1 AND 12`;
  const last = `extract(day FROM make_date(${part(1, 4)}, ${part(6, 2)}, 1) + interval '1 month - 1 day')`;
  const exceeds = `CASE WHEN ${month} THEN ${part(9, 2)} NOT BETWEEN 1 AND ${last} ELSE true END`;
  return {
    ...readText(pair, { pattern: "'^[0-9]{4}-[0-9]{2}-[0-9]{2}$'", exceeds, always: "'^\\s*[+-]?infinity\\s*$'" }),
    loses: ["Values in another form than 2024-12-31 make it fail, or are read according to `DateStyle`."],
    rows: "fail",
  };
}

/** TypeORM stores `simple-json` and `simple-array` as text. */
function textToJson({ c, b }: Pair): Conversion {
  const isJson = `${c} ~ '^\\s*(\\{\\s*["}]|\\[\\s*["{[0-9tfn]|\\[\\s*[]-]|")'`;
  return {
    using: `CASE WHEN ${isJson} THEN ${c}::${b.base} ELSE to_${b.base}(string_to_array(${c}::text, ',')) END`,
    loses: [
      "Values that begin like JSON are read as JSON and fail if they are invalid. Other values are split at commas, like a simple-array.",
    ],
    rows: "change",
    shows: "The other values",
    where: `NOT ${isJson}`,
  };
}

function textToText({ c, a, b }: Pair): Conversion {
  const isPadded = a.base === "character";
  if (b.base !== "character") {
    const fits = isPadded && (b.numbers[0] ?? Infinity) >= (a.numbers[0] ?? 1);
    if (fits) return {};
    return limitLength(c, b);
  }
  const losesSpaces = isPadded ? "false" : `${c}::text LIKE '% '`;
  return {
    loses: ["Trailing spaces are lost, and longer values make it fail."],
    rows: "change or fail",
    where: `length(${c}) > ${b.numbers[0] ?? 1} OR ${losesSpaces}`,
  };
}
