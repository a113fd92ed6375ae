import { literal } from "../sql.ts";
import { elementType, INTEGERS, isLossless, type ParsedType, spelling, TEXTS } from "./column-types.ts";

/** How the values of a column become those of another type. */
export interface Conversion {
  /** The `USING` clause; absent where PostgreSQL casts by itself. */
  readonly using?: string;
  /** No expression can be guessed: a person has to write the `USING` clause. */
  readonly needsUsing?: true;
  /** What the person who decides has to know; absent where every value is kept. */
  readonly text?: string;
  /** The rows that change or that make it fail. The condition itself never fails. */
  readonly where?: string;
}

/** A column and the two types. */
interface Pair {
  readonly c: string;
  readonly a: ParsedType;
  readonly b: ParsedType;
  readonly from: string;
  readonly to: string;
}

interface Rule {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly make: (pair: Pair) => Conversion;
}

const NUMERIC = ["numeric"];
const FLOATS = ["real", "double precision"];
const NUMBERS = [...INTEGERS, ...NUMERIC, ...FLOATS];
const ZONED = ["timestamp with time zone"];
const BARE = ["timestamp without time zone"];
const STAMPS = [...ZONED, ...BARE];
const CLOCKS = ["time without time zone", "time with time zone"];
const JSONS = ["json", "jsonb"];
const SCALARS = [...NUMBERS, "boolean", "uuid", "date", ...STAMPS, ...CLOCKS, "interval", "money"];
const BITS: Readonly<Record<string, bigint>> = { smallint: 15n, integer: 31n, bigint: 63n };

const DIGITS = "Extra digits are rounded, and values that are too large make it fail. Rows that change or fail:";
const TOO_LARGE = "Values that are too large make it fail. Rows in the way:";
const TOO_LONG = "Values that are too long make it fail. Rows in the way:";
const UNREAD = "Values that cannot be converted make it fail. Rows in the way:";
const ZONE = "In which time zone are its values? The lines assume UTC. If it is another one, edit `using`.";
const TIME_LOST = "The time of day is lost. Rows that change:";
const DECIMAL = "'^\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?\\s*$'";
const NAN = "'^\\s*nan\\s*$'";
const NO_NUMBER = "'^\\s*(nan|[+-]?inf(inity)?)\\s*$'";
const YES_OR_NO = "'^\\s*(t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|1|0)\\s*$'";
const UUID = "'^(([0-9a-f]{4}-?){7}[0-9a-f]{4}|\\{([0-9a-f]{4}-?){7}[0-9a-f]{4}\\})$'";

/** The conversions among single values. The first rule for a pair of types holds; types of the same name come before. */
const RULES: readonly Rule[] = [
  { from: INTEGERS, to: INTEGERS, make: ({ c, b }) => ({ text: TOO_LARGE, where: outOfInteger(c, b) }) },
  { from: [...INTEGERS, ...NUMERIC], to: NUMERIC, make: ({ c, b }) => ({ text: DIGITS, where: outOfNumeric(c, b) }) },
  { from: INTEGERS, to: FLOATS, make: ({ c, b }) => ({ text: DIGITS, where: integerOutOfFloat(c, b) }) },
  {
    from: NUMERIC,
    to: INTEGERS,
    make: ({ c, b }) => ({ text: DIGITS, where: `${outOfInteger(c, b)} OR ${c} <> trunc(${c})` }),
  },
  { from: NUMERIC, to: FLOATS, make: ({ c, b }) => ({ text: DIGITS, where: decimalOutOfFloat(c, b) }) },
  { from: FLOATS, to: INTEGERS, make: floatToInteger },
  { from: FLOATS, to: NUMERIC, make: floatToNumeric },
  { from: ["double precision"], to: ["real"], make: ({ c }) => ({ text: DIGITS, where: doubleOutOfReal(c) }) },
  {
    from: NUMBERS,
    to: ["boolean"],
    make: ({ c }) => ({
      using: `${c} <> 0`,
      text: "0 becomes false, and all other values become true. Rows that are neither 0 nor 1:",
      where: `${c} NOT IN (0, 1)`,
    }),
  },
  { from: ["boolean"], to: NUMBERS, make: booleanToNumber },
  {
    from: TEXTS,
    to: INTEGERS,
    make: (pair) => read(pair, "'^\\s*[+-]?[0-9]+\\s*$'", outOfInteger(`${pair.c}::numeric`, pair.b)),
  },
  {
    from: TEXTS,
    to: NUMERIC,
    make: (pair) => ({
      ...read(pair, DECIMAL, outOfNumeric(`${pair.c}::numeric`, pair.b), pair.b.numbers.length === 0 ? NO_NUMBER : NAN),
      text: DIGITS,
    }),
  },
  {
    from: TEXTS,
    to: FLOATS,
    make: (pair) => ({
      ...read(pair, DECIMAL, decimalOutOfFloat(`${pair.c}::numeric`, pair.b), NO_NUMBER),
      text: DIGITS,
    }),
  },
  { from: TEXTS, to: ["boolean"], make: (pair) => read(pair, YES_OR_NO, "false") },
  { from: TEXTS, to: ["uuid"], make: (pair) => read(pair, UUID, "false") },
  { from: TEXTS, to: ["date"], make: textToDate },
  { from: TEXTS, to: ["jsonb", "json"], make: textToJson },
  { from: JSONS, to: TEXTS, make: jsonToText },
  { from: TEXTS, to: TEXTS, make: textToText },
  { from: ["date"], to: BARE, make: () => ({}) },
  { from: ["date"], to: ZONED, make: ({ c }) => ({ using: `${c}::timestamp AT TIME ZONE 'UTC'`, text: ZONE }) },
  { from: BARE, to: ["date"], make: ({ c }) => ({ text: TIME_LOST, where: `${c} <> date_trunc('day', ${c})` }) },
  { from: ZONED, to: ["date"], make: zonedToDate },
  { from: STAMPS, to: STAMPS, make: stampToStamp },
  {
    from: ZONED,
    to: CLOCKS,
    make: ({ c, to }) => ({
      using: `${c}::${to}`,
      text: "The day is lost. Rows that change:",
      where: `${c} IS NOT NULL`,
    }),
  },
  {
    from: BARE,
    to: ["time without time zone"],
    make: ({ c, to }) => ({
      using: `${c}::${to}`,
      text: "The day is lost. Rows that change:",
      where: `${c} IS NOT NULL`,
    }),
  },
  { from: [...CLOCKS, "interval"], to: [...CLOCKS, "interval"], make: clockToClock },
  { from: ["json"], to: ["jsonb"], make: jsonToBinary },
  { from: ["jsonb"], to: ["json"], make: ({ c }) => ({ using: `${c}::json` }) },
  {
    from: JSONS,
    to: ["boolean"],
    make: ({ c, to }) => ({
      using: `${c}::jsonb::${to}`,
      text: UNREAD,
      where: `jsonb_typeof(${c}::jsonb) <> 'boolean'`,
    }),
  },
  { from: JSONS, to: NUMBERS, make: jsonToNumber },
  { from: [...NUMERIC, ...FLOATS], to: JSONS, make: decimalToJson },
  { from: SCALARS, to: ["jsonb"], make: ({ c }) => ({ using: `to_jsonb(${c})` }) },
  { from: SCALARS, to: ["json"], make: ({ c }) => ({ using: `to_json(${c})` }) },
  {
    from: ["inet"],
    to: ["cidr"],
    make: ({ c }) => ({
      using: `${c}::cidr`,
      text: "The host part of the address is lost. Rows that change:",
      where: `${c} <> network(${c})`,
    }),
  },
  {
    from: ["money"],
    to: NUMERIC,
    make: ({ c, b, to }) => ({ using: `${c}::${to}`, text: DIGITS, where: outOfNumeric(`${c}::numeric`, b) }),
  },
  { from: ["bit"], to: ["integer", "bigint"], make: bitsToInteger },
  { from: ["integer", "bigint"], to: ["bit"], make: integerToBits },
  {
    from: ["bit", "bit varying"],
    to: ["bit", "bit varying"],
    make: ({ c, b }) => ({
      text: TOO_LONG,
      where: b.base === "bit" ? `length(${c}) <> ${b.numbers[0] ?? 1}` : `length(${c}) > ${b.numbers[0]}`,
    }),
  },
];

/** All types that come with PostgreSQL and that TypeORM has: their casts are known. Others are made in the database. */
const BUILT_IN = new Set([
  ...SCALARS,
  ...TEXTS.filter((type) => type !== "citext"),
  ...JSONS,
  ..."bytea bit,bit varying,inet,cidr,macaddr,macaddr8,tsvector,tsquery,xml,jsonpath,point,line,lseg,box,path,polygon,circle,int4range,int8range,numrange,tsrange,tstzrange,daterange,int4multirange,int8multirange,nummultirange,tsmultirange,tstzmultirange,datemultirange".split(
    /,| (?!v)/,
  ),
]);

/** Further pairs with a cast of their own in `pg_cast`, which may fail or lose a part. */
const CASTS: Readonly<Record<string, readonly string[]>> = {
  smallint: ["money"],
  integer: ["money"],
  bigint: ["money"],
  numeric: ["money"],
  macaddr: ["macaddr8"],
  macaddr8: ["macaddr"],
  box: ["circle", "lseg", "point", "polygon"],
  circle: ["box", "point", "polygon"],
  lseg: ["point"],
  path: ["polygon"],
  point: ["box"],
  polygon: ["box", "circle", "path", "point"],
  int4range: ["int4multirange"],
  int8range: ["int8multirange"],
  numrange: ["nummultirange"],
  tsrange: ["tsmultirange"],
  tstzrange: ["tstzmultirange"],
  daterange: ["datemultirange"],
};

/**
 * How the values of a column become those of another type.
 * @param c the column, quoted, or another expression
 * @param from the type that it has
 * @param to the type that it gets
 */
export function conversionOf(c: string, from: string, to: string): Conversion {
  const [a, b] = [spelling(from), spelling(to)];
  const pair = { c, a, b, from, to };
  if (a.array || b.array) return arrayConversion(pair);
  if (isLossless(from, to)) return {};
  const rule = RULES.find((one) => one.from.includes(a.base) && one.to.includes(b.base));
  if (rule !== undefined) return rule.make(pair);
  if (TEXTS.includes(b.base)) return shorter(`${c}::text`, b, {});
  return otherConversion(pair);
}

function otherConversion(pair: Pair): Conversion {
  const { c, a, b, to } = pair;
  const fails = `Values that are not valid for ${to} make it fail.`;
  if (a.base === b.base) return { text: fails };
  if (TEXTS.includes(a.base)) return { using: readSql(pair), text: fails };
  if (CASTS[a.base]?.includes(b.base))
    return { using: `${c}::${to}`, text: `What does not fit into ${to} is lost, or makes it fail.` };
  if (JSONS.includes(a.base)) return { using: `(${c} #>> '{}')::${to}`, text: fails };
  if (!BUILT_IN.has(a.base) || !BUILT_IN.has(b.base)) return { using: `${c}::text::${to}`, text: fails };
  return noCast(pair);
}

function noCast({ from, to }: Pair, what = "what the values become"): Conversion {
  return { needsUsing: true, text: `PostgreSQL has no cast from ${from} to ${to}: write in \`using\` ${what}.` };
}

function outOfInteger(c: string, { base }: ParsedType): string {
  const limit = 2n ** (BITS[base] ?? 63n);
  return `${c} NOT BETWEEN ${-limit} AND ${limit - 1n}`;
}

/** A number without digits to round, `NaN`, fits every numeric type. */
function outOfNumeric(c: string, { numbers: [precision, scale = 0] }: ParsedType): string {
  if (precision === undefined) return "false";
  const rounded = `round(${c}, ${scale})`;
  return `(${c})::text <> 'NaN' AND (${rounded} <> ${c} OR abs(${rounded}) >= 1e${precision - scale})`;
}

/** An integer that would be rounded to 2^63 has no way back. */
function integerOutOfFloat(c: string, { base }: ParsedType): string {
  const half = 2n ** (base === "real" ? 38n : 9n);
  return `CASE WHEN ${c} >= ${2n ** 63n - half} THEN true ELSE ${c}::${base}::bigint <> ${c} END`;
}

const RANGES: Readonly<Record<string, readonly [least: string, most: string]>> = {
  real: ["7.1e-46", "3.4028235677973362e38"],
  "double precision": ["2.5e-324", "1.7976931348623157e308"],
};

function decimalOutOfFloat(c: string, { base }: ParsedType): string {
  const [least, most] = RANGES[base] ?? ["0", "0"];
  return `CASE WHEN (${c})::text IN ('NaN', 'Infinity', '-Infinity') THEN false WHEN abs(${c}) > ${most} OR (${c} <> 0 AND abs(${c}) < ${least}) THEN true ELSE (${c})::${base}::text::numeric <> ${c} END`;
}

function doubleOutOfReal(c: string): string {
  const [least, most] = RANGES["real"] ?? ["0", "0"];
  return `CASE WHEN ${c}::text IN ('NaN', 'Infinity', '-Infinity') THEN false WHEN abs(${c}) > ${most} OR (${c} <> 0 AND abs(${c}) < ${least}) THEN true ELSE ${c}::real::double precision <> ${c} END`;
}

function floatToInteger({ c, b }: Pair): Conversion {
  const limit = 2n ** (BITS[b.base] ?? 63n);
  return {
    text: DIGITS,
    where: `NOT (${c} >= ${-limit} AND ${c} < ${limit}) OR ${c} <> trunc(${c}::double precision)`,
  };
}

/** PostgreSQL's own cast keeps 6 or 15 digits; the text of a number has all that are needed. */
function floatToNumeric({ c, a, b, to }: Pair): Conversion {
  const number = `${c}::text::numeric`;
  if (b.numbers.length === 0) return { using: number };
  const [precision = 0, scale = 0] = b.numbers;
  const rounded = `round(${number}, ${scale})`;
  const where = `CASE WHEN ${c}::text = 'NaN' THEN false WHEN ${c}::text IN ('Infinity', '-Infinity') THEN true ELSE abs(${rounded}) >= 1e${precision - scale} OR (${c} <> 0 AND ${rounded} = 0) OR ${rounded}::${a.base} <> ${c} END`;
  return { using: `${c}::text::${to}`, text: DIGITS, where };
}

function booleanToNumber({ c, b, to }: Pair): Conversion {
  const using = b.base === "integer" ? `${c}::integer` : `${c}::integer::${to}`;
  return outOfNumeric(c, b) === "false" || b.base !== "numeric" || (b.numbers[0] ?? 0) > (b.numbers[1] ?? 0)
    ? { using }
    : { using, text: TOO_LARGE, where: c };
}

/** Text that is read as another type: what the pattern does not take, and what does not fit then. */
function read(pair: Pair, pattern: string, misfit: string, words?: string): Conversion {
  const { c } = pair;
  const said = words === undefined ? "" : `WHEN ${c}::text ~* ${words} THEN false `;
  const where = `CASE ${said}WHEN ${c}::text ~* ${pattern} THEN ${misfit} ELSE ${c} IS NOT NULL END`;
  return { using: readSql(pair), text: UNREAD, where };
}

/** The spaces at the end of a `character` are none of its value. */
function readSql({ c, a, to }: Pair): string {
  return a.base === "character" ? `${c}::text::${to}` : `${c}::${to}`;
}

function textToDate(pair: Pair): Conversion {
  const { c } = pair;
  const part = (from: number, length: number) => `substr(${c}, ${from}, ${length})::integer`;
  const month = `${part(1, 4)} > 0 AND ${part(6, 2)} BETWEEN 1 AND 12`;
  const last = `extract(day FROM make_date(${part(1, 4)}, ${part(6, 2)}, 1) + interval '1 month - 1 day')`;
  const fits = `CASE WHEN ${month} THEN ${part(9, 2)} NOT BETWEEN 1 AND ${last} ELSE true END`;
  return {
    ...read(pair, "'^[0-9]{4}-[0-9]{2}-[0-9]{2}$'", fits, "'^\\s*[+-]?infinity\\s*$'"),
    text: "Values in another form than 2024-12-31 make it fail, or are read according to `DateStyle`. Rows in the way:",
  };
}

/** TypeORM keeps `simple-json` and `simple-array` as text. */
function textToJson({ c, b }: Pair): Conversion {
  const isJson = `${c} ~ '^\\s*(\\{\\s*["}]|\\[\\s*["{[0-9tfn]|\\[\\s*[]-]|")'`;
  const whole = b.base === "json" ? "to_json" : "to_jsonb";
  return {
    using: `CASE WHEN ${isJson} THEN ${c}::${b.base} ELSE ${whole}(string_to_array(${c}::text, ',')) END`,
    text: "Values that begin like JSON are read as JSON and fail if they are invalid. Other values are split at commas, like a simple-array. The other values:",
    where: `NOT ${isJson}`,
  };
}

function jsonToText({ c, b }: Pair): Conversion {
  const elements = elementsOf(`${c}::jsonb`);
  const text = `Each value becomes JSON, as TypeORM's simple-json reads it. For a simple-array write using: ${literal(`array_to_string(${elements}, ',')`)}.`;
  const { where } = shorter(`${c}::text`, b, {});
  return where === undefined ? { text } : { text: `${text} ${TOO_LONG}`, where };
}

function textToText({ c, a, b }: Pair): Conversion {
  if (b.base !== "character") {
    const fits = a.base === "character" && (b.numbers[0] ?? Infinity) >= (a.numbers[0] ?? 1);
    return fits ? {} : shorter(c, b, {});
  }
  const blank = a.base === "character" ? "false" : `${c}::text LIKE '% '`;
  return {
    text: "Trailing spaces are lost, and longer values make it fail. Rows that change or fail:",
    where: `length(${c}) > ${b.numbers[0] ?? 1} OR ${blank}`,
  };
}

function shorter(c: string, { base, numbers }: ParsedType, conversion: Conversion): Conversion {
  const most = numbers[0] ?? (base === "character" ? 1 : undefined);
  return most === undefined ? conversion : { ...conversion, text: TOO_LONG, where: `length(${c}) > ${most}` };
}

function zonedToDate({ c }: Pair): Conversion {
  const there = `${c} AT TIME ZONE 'UTC'`;
  return { using: `(${there})::date`, text: `${ZONE} ${TIME_LOST}`, where: `${there} <> date_trunc('day', ${there})` };
}

function stampToStamp({ c, a, b, from, to }: Pair): Conversion {
  const zone = a.base === b.base ? {} : { using: `${c} AT TIME ZONE 'UTC'`, text: ZONE };
  const precision = b.numbers[0] ?? 6;
  if (precision >= (a.numbers[0] ?? 6)) return zone;
  const rounded = `${c}::${(a.base === b.base ? to : from).replace(/^timestamp(\(\d\))?/, `timestamp(${precision})`)}`;
  const lost = "Fractions of a second that do not fit are rounded. Rows that change:";
  return { ...zone, text: zone.text === undefined ? lost : `${ZONE} ${lost}`, where: `${rounded} <> ${c}` };
}

function clockToClock(pair: Pair): Conversion {
  const { c, a, b, from, to } = pair;
  const using = a.base === b.base ? {} : { using: `${c}::${to}` };
  if (a.base === "time with time zone" && b.base === "interval") return noCast(pair);
  if (a.base === "interval" && b.base === "time with time zone") return noCast(pair);
  if (a.base !== b.base && (a.base === "time with time zone" || b.base === "time with time zone"))
    return { ...using, text: "The values get, or lose, the time zone of the session." };
  return {
    ...using,
    text: "Days, and fractions of a second that do not fit, are lost. Rows that change:",
    where: `${c}::${to}::${from} <> ${c}`,
  };
}

function bitsToInteger({ c, a, b, to }: Pair): Conversion {
  const using = `${c}::${to}`;
  const most = b.base === "integer" ? 32 : 64;
  return (a.numbers[0] ?? 1) <= most
    ? { using }
    : { using, text: `Only ${most} bits fit: longer values make it fail.` };
}

function integerToBits({ c, a, b, from, to }: Pair): Conversion {
  const using = `${c}::${to}`;
  if ((b.numbers[0] ?? 1) >= (a.base === "integer" ? 32 : 64)) return { using };
  return { using, text: "Bits that do not fit are cut off. Rows that change:", where: `${using}::${from} <> ${c}` };
}

function decimalToJson({ c, b }: Pair): Conversion {
  return {
    using: `to_${b.base}(${c})`,
    text: "NaN and Infinity become strings. Rows that change:",
    where: `${c}::text IN ('NaN', 'Infinity', '-Infinity')`,
  };
}

function jsonToBinary({ c }: Pair): Conversion {
  return {
    using: `${c}::jsonb`,
    text: "Of duplicate keys only the last one is kept, and \\u0000 makes it fail. Rows that may change:",
    where: `CASE WHEN ${c}::text LIKE '%\\\\u0000%' THEN true ELSE regexp_replace(${c}::text, '\\s', '', 'g') <> regexp_replace(${c}::jsonb::text, '\\s', '', 'g') END`,
  };
}

function jsonToNumber({ c, b, to }: Pair): Conversion {
  const number = `(${c}::jsonb #>> '{}')::numeric`;
  const misfit = INTEGERS.includes(b.base)
    ? `${outOfInteger(number, b)} OR ${number} <> trunc(${number})`
    : b.base === "numeric"
      ? outOfNumeric(number, b)
      : decimalOutOfFloat(number, b);
  const where = `CASE WHEN jsonb_typeof(${c}::jsonb) = 'number' THEN ${misfit} ELSE ${c} IS NOT NULL END`;
  return { using: `${c}::jsonb::${to}`, text: DIGITS, where };
}

function arrayConversion(pair: Pair): Conversion {
  const { c, a, b, from, to } = pair;
  if (b.array && JSONS.includes(b.base) && !JSONS.includes(a.array ? a.base : "")) return noCast(pair);
  if (a.array && b.array) return elementsConversion(pair);
  if (a.array && JSONS.includes(b.base)) return { using: `${b.base === "json" ? "to_json" : "to_jsonb"}(${c})` };
  if (a.array && TEXTS.includes(b.base)) return arrayToText(pair);
  if (a.array) return noCast(pair, "which element stays, or what the elements become");
  if (TEXTS.includes(a.base)) return textToArray(pair);
  if (JSONS.includes(a.base)) return jsonToArray(pair);
  const one = conversionOf(c, from, elementType(to));
  if (one.needsUsing) return one;
  return {
    ...one,
    using: `CASE WHEN ${c} IS NOT NULL THEN ARRAY[${one.using ?? c}]::${to} END`,
    text: one.text ?? "Each value becomes an array of one.",
  };
}

function elementsConversion({ c, from, to }: Pair): Conversion {
  const one = conversionOf("x", elementType(from), elementType(to));
  if (one.text === undefined && (one.using === undefined || one.using === `x::${elementType(to)}`))
    return { using: `${c}::${to}` };
  const where = one.where === undefined ? {} : { where: `EXISTS (SELECT FROM unnest(${c}) e(x) WHERE ${one.where})` };
  if (one.needsUsing) return one;
  const { text = "Each element is cast to the other type." } = one;
  if (one.using === undefined && one.where === undefined) return { text };
  const cast = one.using === undefined || one.using === `x::${elementType(to)}` ? `${c}::${to}` : `${c}::text[]::${to}`;
  return { using: cast, text, ...where };
}

function arrayToText({ c, b }: Pair): Conversion {
  const joined = `array_to_string(${c}, ',')`;
  const { where } = shorter(joined, b, {});
  return {
    using: joined,
    text: "The elements are joined with commas into one text, like a simple-array. Rows with an element that contains a comma, is NULL, or is empty and the only one:",
    where: `string_to_array(${joined}, ',') IS DISTINCT FROM ${c}::text[]${where === undefined ? "" : ` OR ${where}`}`,
  };
}

function textToArray({ c, to }: Pair): Conversion {
  const one = conversionOf("x", "text", elementType(to));
  const misfit =
    one.where === undefined
      ? ""
      : ` OR EXISTS (SELECT FROM unnest(string_to_array(${c}::text, ',')) e(x) WHERE ${one.where})`;
  return {
    using: `string_to_array(${c}::text, ',')::${to}`,
    text: "Each text is split at its commas, like a simple-array. Rows that may be another kind of list, or cannot be converted:",
    where: `${c} ~ '^\\s*[[{]'${misfit}`,
  };
}

function jsonToArray({ c, to }: Pair): Conversion {
  const one = conversionOf("x", "text", elementType(to));
  const list = `CASE jsonb_typeof(${c}::jsonb) WHEN 'array' THEN ${c}::jsonb ELSE '[]' END`;
  const misfit =
    one.where === undefined
      ? ""
      : ` OR EXISTS (SELECT FROM jsonb_array_elements_text(${list}) e(x) WHERE ${one.where})`;
  return {
    using: `${elementsOf(`${c}::jsonb`)}::${to}`,
    text: "Each element of a list becomes an element of the array. A value that is not a list makes it fail. Rows that change or fail:",
    where: `jsonb_typeof(${c}::jsonb) <> 'array' OR EXISTS (SELECT FROM jsonb_array_elements(${list}) e(x) WHERE jsonb_typeof(x) NOT IN (${sortOf(to)}, 'null'))${misfit}`,
  };
}

/** What an element has to be in JSON, so that the array has the same one. */
function sortOf(to: string): string {
  const { base } = spelling(elementType(to));
  if (base === "boolean") return "'boolean'";
  return NUMBERS.includes(base) ? "'number'" : "'string'";
}

/**
 * The elements of a JSON list as `text[]`. PostgreSQL allows no subquery in `USING`; what fills a row of a type with a
 * column of type `text[]` does the same, and the catalog has such a type.
 */
function elementsOf(json: string): string {
  return `(jsonb_populate_record(NULL::pg_catalog.pg_db_role_setting, jsonb_build_object('setconfig', ${json}))).setconfig`;
}
