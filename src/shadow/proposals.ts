import { collect } from "../collect.ts";
import type { FillColumn, FillRule } from "./fill-catalog.ts";
import type { Random } from "./random.ts";
import { makeLike, makeMatch } from "./text-patterns.ts";
import { type CellValue, listValues, type Values } from "./values.ts";

/** Makes a value to try. */
export type Proposal = () => CellValue;

interface Choosing {
  readonly random: Random;
  /** Makes a number that no value has yet. */
  readonly next: () => number;
}

const TEXTS = ["text", "varchar", "bpchar", "citext", "name"];
const LONGEST = 2000;

/**
 * Lists values that a column may need to satisfy rules: the constants of the rules and what is near to them. PostgreSQL
 * judges each.
 * @param rules the rules that look at the column
 * @param values the values of its type; absent for an unknown type
 */
export function listProposals(
  column: FillColumn,
  rules: readonly FillRule[],
  values: Values | undefined,
  { random, next }: Choosing,
): readonly Proposal[] {
  if (column.type.element !== undefined) return listArrays(column, rules, values, { random, next });
  const ordinary = () => values?.at(next()) ?? null;
  const isText = TEXTS.includes(column.type.name);
  const found = rules.flatMap(({ definition }) => {
    const texts = listTexts(definition);
    const numbers = listNumbers(definition);
    if (isText) return [...patterns(definition, random), ...textsNear(texts, numbers, ordinary)];
    if (/^jsonb?$/.test(column.type.name)) return objects(texts);
    return [...texts, ...numbers.flatMap(near)].map((text) => () => text);
  });
  const cases = isText ? [() => ordinary()?.toUpperCase() ?? null, () => ordinary()?.toLowerCase() ?? null] : [];
  const limits = (values?.boundaries ?? []).map((value) => () => value);
  const nothing = collect(column.nullable && (() => null));
  return [...found, ...found, ordinary, ordinary, ...cases, ...limits, ...nothing];
}

/** Arrays of candidates for an element. */
function listArrays(
  column: FillColumn,
  rules: readonly FillRule[],
  values: Values | undefined,
  choosing: Choosing,
): readonly Proposal[] {
  const { element = column.type } = column.type;
  const items = listProposals({ ...column, type: element, nullable: false }, rules, listValues(element), choosing);
  const arrays = items.map((make) => () => `{${JSON.stringify(make())}}`);
  const limits = (values?.boundaries ?? []).map((value) => () => value);
  return [...arrays, ...limits, ...collect(column.nullable && (() => null))];
}

/** The constants in quotes, as PostgreSQL prints them. */
function listTexts(definition: string): readonly string[] {
  return [...definition.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = ""]) => text.replaceAll("''", "'"));
}

function listNumbers(definition: string): readonly number[] {
  const outside = definition.replace(/'((?:[^']|'')*)'(?!::(?:numeric|integer|bigint|double|real|money))/g, " ");
  return [...outside.matchAll(/-?\b\d+(?:\.\d+)?\b/g)].map(([text]) => Number(text));
}

function near(number: number): readonly string[] {
  return [number, number + 1, number - 1].map(String);
}

function patterns(definition: string, random: Random): readonly Proposal[] {
  return [...definition.matchAll(/(!?~~?\*?) '((?:[^']|'')*)'/g)].flatMap(([, operator = "", quoted = ""]) => {
    const pattern = quoted.replaceAll("''", "'");
    if (operator.startsWith("!")) return [];
    const make = operator.startsWith("~~") ? makeLike : makeMatch;
    return Array<Proposal>(4).fill(() => make(pattern, random));
  });
}

function textsNear(texts: readonly string[], numbers: readonly number[], ordinary: Proposal): readonly Proposal[] {
  const lengths = numbers.flatMap((number) => [number, number + 1, number - 1]);
  return [
    ...texts.map((text) => () => text),
    ...texts.filter((text) => text !== "").map((text) => () => `${ordinary()}${text}${ordinary()}`),
    ...lengths
      .filter((length) => length >= 0 && length <= LONGEST)
      .map((length) => () => (ordinary() ?? "").slice(0, length).padEnd(length, "x")),
    ...numbers.map((number) => () => String(number)),
  ];
}

function objects(keys: readonly string[]): readonly Proposal[] {
  const object = (value: unknown) => JSON.stringify(Object.fromEntries(keys.map((key) => [key, value])));
  return [1, "x", true, [], {}].map((value) => () => object(value));
}
