import { elementType, NUMBERS, parseType, TEXTS } from "../column-types.ts";
import { askForUsing, type Conversion, type Pair } from "./conversion.ts";
import { JSONS, jsonElements } from "./json.ts";
import { limitLength } from "./texts.ts";
import { convertValue } from "./values.ts";

/** Converts values to or from an array, or the elements of an array. */
export function convertArray(pair: Pair): Conversion {
  const { a, b } = pair;
  const fromJsons = a.array && JSONS.includes(a.base);
  if (b.array && JSONS.includes(b.base) && !fromJsons) return askForUsing(pair);
  if (a.array && b.array) return convertElements(pair);
  return a.array ? arrayToValue(pair) : valueToArray(pair);
}

function arrayToValue(pair: Pair): Conversion {
  const { c, b } = pair;
  if (JSONS.includes(b.base)) return { using: `to_${b.base}(${c})` };
  if (TEXTS.includes(b.base)) return arrayToText(pair);
  return askForUsing(pair, "which element stays, or what the elements become");
}

function valueToArray(pair: Pair): Conversion {
  const { c, a, from, to } = pair;
  if (TEXTS.includes(a.base)) return textToArray(pair);
  if (JSONS.includes(a.base)) return jsonToArray(pair);
  const one = convertValue(c, from, elementType(to));
  if (one.needsUsing) return one;
  return {
    ...one,
    using: `CASE WHEN ${c} IS NOT NULL THEN ARRAY[${one.using ?? c}]::${to} END`,
    loses: one.loses ?? ["Each value becomes an array of one."],
  };
}

function convertElements({ c, from, to }: Pair): Conversion {
  const one = convertValue("x", elementType(from), elementType(to));
  const hasPlainCast = one.using === undefined || one.using === `x::${elementType(to)}`;
  if (one.needsUsing) return one;
  if (one.loses === undefined && hasPlainCast) return { using: `${c}::${to}` };
  const { loses = ["Each element is cast to the other type."] } = one;
  if (one.using === undefined && one.where === undefined) return { ...one, loses };
  return {
    ...one,
    using: hasPlainCast ? `${c}::${to}` : `${c}::text[]::${to}`,
    loses,
    ...(one.where !== undefined && { where: hasElement(`unnest(${c})`, one.where) }),
  };
}

function arrayToText({ c, b }: Pair): Conversion {
  const joined = `array_to_string(${c}, ',')`;
  const { where } = limitLength(joined, b);
  return {
    using: joined,
    loses: ["The elements are joined with commas into one text, like a simple-array."],
    rows: "change or fail",
    shows: "Rows with an element that contains a comma, is NULL, or is empty and the only one",
    where: anyOf(`string_to_array(${joined}, ',') IS DISTINCT FROM ${c}::text[]`, where),
  };
}

function textToArray({ c, to }: Pair): Conversion {
  const parts = `string_to_array(${c}::text, ',')`;
  return {
    using: `${parts}::${to}`,
    loses: ["Each text is split at its commas, like a simple-array."],
    rows: "change or fail",
    shows: "Rows that may be another kind of list, or cannot be converted",
    where: anyOf(`${c} ~ '^\\s*[[{]'`, hasUnreadable(`unnest(${parts})`, to)),
  };
}

function jsonToArray({ c, to }: Pair): Conversion {
  const list = `CASE jsonb_typeof(${c}::jsonb) WHEN 'array' THEN ${c}::jsonb ELSE '[]' END`;
  const hasOtherType = `jsonb_typeof(x) NOT IN (${jsonTypeOf(to)}, 'null')`;
  return {
    using: `${jsonElements(`${c}::jsonb`)}::${to}`,
    loses: ["Each element of a list becomes an element of the array. A value that is not a list makes it fail."],
    rows: "change or fail",
    where: anyOf(
      `jsonb_typeof(${c}::jsonb) <> 'array'`,
      hasElement(`jsonb_array_elements(${list})`, hasOtherType),
      hasUnreadable(`jsonb_array_elements_text(${list})`, to),
    ),
  };
}

/** Whether the text of an element cannot be converted to the elements of an array; undefined where PostgreSQL decides. */
function hasUnreadable(elements: string, to: string): string | undefined {
  const { where } = convertValue("x", "text", elementType(to));
  if (where === undefined) return undefined;
  return hasElement(elements, where);
}

function hasElement(elements: string, where: string): string {
  return `EXISTS (SELECT FROM ${elements} e(x) WHERE ${where})`;
}

function anyOf(...conditions: readonly (string | undefined)[]): string {
  return conditions.filter((condition) => condition !== undefined).join(" OR ");
}

/** What an element has to be in JSON, so that the array has the same one. */
function jsonTypeOf(array: string): string {
  const { base } = parseType(elementType(array));
  if (base === "boolean") return "'boolean'";
  return NUMBERS.includes(base) ? "'number'" : "'string'";
}
