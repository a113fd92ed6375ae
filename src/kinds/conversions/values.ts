import { parseType, TEXTS } from "../column-types.ts";
import { isLossless } from "../lossless.ts";
import { BIT_RULES } from "./bits.ts";
import { askForUsing, type Conversion, type ConversionRule, type Pair } from "./conversion.ts";
import { JSON_RULES, JSONS, SCALARS } from "./json.ts";
import { NUMBER_RULES } from "./numbers.ts";
import { castText, limitLength, TEXT_RULES } from "./texts.ts";
import { TIME_RULES } from "./times.ts";

const RULES: readonly ConversionRule[] = [
  ...NUMBER_RULES,
  ...TEXT_RULES,
  ...TIME_RULES,
  ...JSON_RULES,
  ...BIT_RULES,
  { from: ["inet"], to: ["cidr"], make: addressToNetwork },
];

/** All types that come with PostgreSQL and that TypeORM has: their casts are known. Extensions add others. */
const BUILT_IN = new Set([
  ...SCALARS,
  ...TEXTS.filter((type) => type !== "citext"),
  ...JSONS,
  ...["bytea", "bit", "bit varying", "inet", "cidr", "macaddr", "macaddr8", "tsvector", "tsquery", "xml", "jsonpath"],
  ...["point", "line", "lseg", "box", "path", "polygon", "circle"],
  ...["int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange"],
  ...["int4multirange", "int8multirange", "nummultirange", "tsmultirange", "tstzmultirange", "datemultirange"],
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
 * Converts single values.
 * @param c the column, quoted, or another expression
 * @param from its type, which is no array
 * @param to the new type, which is no array
 */
export function convertValue(c: string, from: string, to: string): Conversion {
  if (isLossless(from, to)) return {};
  const pair = { c, a: parseType(from), b: parseType(to), from, to };
  const rule = RULES.find((one) => one.from.includes(pair.a.base) && one.to.includes(pair.b.base));
  if (rule !== undefined) return rule.make(pair);
  if (TEXTS.includes(pair.b.base)) return limitLength(`${c}::text`, pair.b);
  return castValue(pair);
}

/** Where no rule applies: casts as PostgreSQL has them. */
function castValue(pair: Pair): Conversion {
  const { c, a, b, to } = pair;
  const fails = { loses: [`Values that are not valid for ${to} make it fail.`], rows: "fail" } as const;
  if (a.base === b.base) return fails;
  if (TEXTS.includes(a.base)) return { using: castText(pair), ...fails };
  if (CASTS[a.base]?.includes(b.base))
    return { using: `${c}::${to}`, loses: [`What does not fit into ${to} is lost, or makes it fail.`] };
  if (JSONS.includes(a.base)) return { using: `(${c} #>> '{}')::${to}`, ...fails };
  if (!BUILT_IN.has(a.base) || !BUILT_IN.has(b.base)) return { using: `${c}::text::${to}`, ...fails };
  return askForUsing(pair);
}

function addressToNetwork({ c }: Pair): Conversion {
  return {
    using: `${c}::cidr`,
    loses: ["The host part of the address is lost."],
    rows: "change",
    where: `${c} <> network(${c})`,
  };
}
