import { literal } from "../../sql.ts";
import { FLOATS, INTEGERS, NUMBERS, TEXTS } from "../column-types.ts";
import { type Conversion, type ConversionRule, type Pair, ROUNDED, TOO_LONG, UNREADABLE } from "./conversion.ts";
import { decimalExceedsFloat, exceedsInteger, exceedsNumeric } from "./numbers.ts";
import { limitLength } from "./texts.ts";

/** The types of JSON. */
export const JSONS = ["json", "jsonb"];

/** Types with single values, other than text: they become a JSON number, boolean or string. */
export const SCALARS = [
  ...NUMBERS,
  "boolean",
  "uuid",
  "date",
  "timestamp with time zone",
  "timestamp without time zone",
  "time without time zone",
  "time with time zone",
  "interval",
  "money",
];

/** To and from JSON. */
export const JSON_RULES: readonly ConversionRule[] = [
  { from: JSONS, to: TEXTS, make: jsonToText },
  { from: ["json"], to: ["jsonb"], make: jsonToBinary },
  { from: ["jsonb"], to: ["json"], make: ({ c }) => ({ using: `${c}::json` }) },
  { from: JSONS, to: ["boolean"], make: jsonToBoolean },
  { from: JSONS, to: NUMBERS, make: jsonToNumber },
  { from: ["numeric", ...FLOATS], to: JSONS, make: decimalToJson },
  { from: SCALARS, to: JSONS, make: ({ c, b }) => ({ using: `to_${b.base}(${c})` }) },
];

/**
 * The elements of a JSON list as `text[]`. PostgreSQL allows no subquery in `USING`; to fill a row of a type that has a
 * column of type `text[]` does the same, and the catalog has such a type.
 */
export function jsonElements(json: string): string {
  return `(jsonb_populate_record(NULL::pg_catalog.pg_db_role_setting, jsonb_build_object('setconfig', ${json}))).setconfig`;
}

function jsonToText({ c, b }: Pair): Conversion {
  const elements = jsonElements(`${c}::jsonb`);
  const text = `Each value becomes JSON, as TypeORM's simple-json reads it. For a simple-array write using: ${literal(`array_to_string(${elements}, ',')`)}.`;
  const { where } = limitLength(`${c}::text`, b);
  if (where === undefined) return { loses: [text] };
  return { ...TOO_LONG, loses: [text, ...TOO_LONG.loses], where };
}

function jsonToBinary({ c }: Pair): Conversion {
  return {
    using: `${c}::jsonb`,
    loses: ["Of duplicate keys only the last one is kept, and \\u0000 makes it fail."],
    rows: "change or fail",
    shows: "Rows that may change",
    where: `CASE WHEN ${c}::text LIKE '%\\\\u0000%' THEN true ELSE regexp_replace(${c}::text, '\\s', '', 'g') <> regexp_replace(${c}::jsonb::text, '\\s', '', 'g') END`,
  };
}

function jsonToBoolean({ c, to }: Pair): Conversion {
  return {
    using: `${c}::jsonb::${to}`,
    ...UNREADABLE,
    where: `jsonb_typeof(${c}::jsonb) <> 'boolean'`,
  };
}

function jsonToNumber(pair: Pair): Conversion {
  const { c, to } = pair;
  const exceeds = numberExceeds(`(${c}::jsonb #>> '{}')::numeric`, pair);
  const where = `CASE WHEN jsonb_typeof(${c}::jsonb) = 'number' THEN ${exceeds} ELSE ${c} IS NOT NULL END`;
  return { using: `${c}::jsonb::${to}`, ...ROUNDED, where };
}

function numberExceeds(number: string, { b }: Pair): string {
  if (INTEGERS.includes(b.base)) return `${exceedsInteger(number, b)} OR ${number} <> trunc(${number})`;
  return b.base === "numeric" ? exceedsNumeric(number, b) : decimalExceedsFloat(number, b);
}

function decimalToJson({ c, b }: Pair): Conversion {
  return {
    using: `to_${b.base}(${c})`,
    loses: ["NaN and Infinity become strings."],
    rows: "change",
    where: `${c}::text IN ('NaN', 'Infinity', '-Infinity')`,
  };
}
