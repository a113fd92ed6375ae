import { collect } from "../collect.ts";
import { readLength } from "./cell-type.ts";
import type { FillColumn, FillRule } from "./fill-catalog.ts";
import type { Random } from "./random.ts";
import { makeLike, makeMatch, makeMatchOf } from "./text-patterns.ts";
import { type CellValue, listValues, type Values } from "./values.ts";

/** Makes a value to try. */
export type Proposal = () => CellValue;

interface Choosing {
  readonly random: Random;
  /** Makes a number that no value has yet. */
  readonly next: () => number;
}

const TEXTS = ["text", "varchar", "bpchar", "citext", "name"];
const INTEGERS = ["int2", "int4", "int8", "numeric"];
const LONGEST = 2000;
/** Texts that match a pattern are made no longer than this. */
const LONGEST_MATCH = 100;

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
  const lengths = rules
    .flatMap(({ definition }) => listLengths(listNumbers(definition)))
    .filter((length) => length > 0 && length <= LONGEST_MATCH);
  const found = rules.flatMap(({ definition }) =>
    isText
      ? listSuchTexts(column, definition, lengths, random, ordinary)
      : listOthers(column, definition, lengths, next, ordinary),
  );
  const cases = isText ? [() => ordinary()?.toUpperCase() ?? null, () => ordinary()?.toLowerCase() ?? null] : [];
  const limits = (values?.boundaries ?? []).map((value) => () => value);
  const nothing = collect(column.nullable && (() => null));
  return [...found, ...found, ordinary, ordinary, ...cases, ...limits, ...nothing];
}

/** Texts that a rule may ask for. */
function listSuchTexts(
  { type }: FillColumn,
  definition: string,
  lengths: readonly number[],
  random: Random,
  ordinary: Proposal,
): readonly Proposal[] {
  const near = textsNear(listTexts(definition), listNumbers(definition), ordinary);
  const found = inCase(definition, [...patterns(definition, lengths, random), ...near]);
  return found.map((make) => () => fitText(make, readLength(type)));
}

/** Values of another type that a rule may ask for. */
function listOthers(
  column: FillColumn,
  definition: string,
  lengths: readonly number[],
  next: () => number,
  ordinary: Proposal,
): readonly Proposal[] {
  const [texts, numbers] = [listTexts(definition), listNumbers(definition)];
  if (/^jsonb?$/.test(column.type.name)) return documents(texts, numbers);
  if (column.type.name === "bytea") return lengths.map((length) => () => `\\x${bytes(ordinary(), length)}`);
  return [...listConstants(column.type, texts, numbers).map((text) => () => text), ...behind(column, texts, next)];
}

/** The constants of a rule that a type may have; numbers with those next to them. */
function listConstants(
  { labels }: FillColumn["type"],
  texts: readonly string[],
  numbers: readonly number[],
): readonly string[] {
  if (labels === undefined) return [...texts, ...numbers.flatMap(near)];
  return texts.filter((text) => labels.includes(text));
}

/** How often a text is made again if it is too long: one that is cut may not match its pattern any longer. */
const FITTING = 8;

/** Makes a text that is not too long for its type. */
function fitText(make: Proposal, length: number | undefined): CellValue {
  let text = make();
  for (let at = 0; at < FITTING && isTooLong(text, length); at++) text = make();
  return isTooLong(text, length) ? [...(text ?? "")].slice(0, length).join("") : text;
}

function isTooLong(text: CellValue, length: number | undefined): boolean {
  return length !== undefined && [...(text ?? "")].length > length;
}

/** A rule that compares with `upper` or `lower` takes texts of that case. */
function inCase(definition: string, proposals: readonly Proposal[]): readonly Proposal[] {
  const upper = /\bupper\(/.test(definition) ? proposals.map((make) => () => make()?.toUpperCase() ?? null) : [];
  const lower = /\blower\(/.test(definition) ? proposals.map((make) => () => make()?.toLowerCase() ?? null) : [];
  return [...proposals, ...upper, ...lower];
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
  const counts = rules.flatMap(({ definition }) => listNumbers(definition).filter(isCount));
  const listOf = (count: number) => (make: Proposal) => () =>
    `{${Array.from({ length: count }, () => JSON.stringify(make())).join(",")}}`;
  const arrays = [1, ...new Set(counts)].flatMap((count) => items.map(listOf(count)));
  const limits = (values?.boundaries ?? []).map((value) => () => value);
  return [...arrays, ...limits, ...collect(column.nullable && (() => null))];
}

/** Whole numbers behind those in quotes, as the bounds of partitions are. */
function behind({ type }: FillColumn, texts: readonly string[], next: () => number): readonly Proposal[] {
  const bounds = INTEGERS.includes(type.name) ? texts.filter((text) => /^-?\d{1,15}$/.test(text)) : [];
  return bounds.map((text) => () => String(Number(text) + next()));
}

const MOST_ELEMENTS = 50;

function isCount(number: number): boolean {
  return Number.isInteger(number) && number > 1 && number <= MOST_ELEMENTS;
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

/** The lengths that a rule may ask for. */
function listLengths(numbers: readonly number[]): readonly number[] {
  const near = numbers.flatMap((number) => [number, number + 1, number - 1]);
  return near.filter((length) => Number.isInteger(length) && length >= 0 && length <= LONGEST);
}

/** Texts that match the patterns of a rule, also such of a length that any rule asks for. */
function patterns(definition: string, lengths: readonly number[], random: Random): readonly Proposal[] {
  const found = definition.matchAll(/(!?~~?\*?) (similar_to_escape\()?'((?:[^']|'')*)'/g);
  return [...found].flatMap(([, operator = "", similar, quoted = ""]) => {
    const text = quoted.replaceAll("''", "'");
    const pattern = similar === undefined ? text : `^(${text.replaceAll("%", ".*").replaceAll("_", ".")})$`;
    if (operator.startsWith("!")) return [];
    if (operator.startsWith("~~")) return Array<Proposal>(4).fill(() => makeLike(pattern, random));
    const sized = lengths.map((length) => () => makeMatchOf(length, pattern, random));
    return [...Array<Proposal>(4).fill(() => makeMatch(pattern, random)), ...sized];
  });
}

function textsNear(texts: readonly string[], numbers: readonly number[], ordinary: Proposal): readonly Proposal[] {
  const lengths = listLengths(numbers);
  return [
    ...texts.map((text) => () => text),
    ...texts.filter((text) => text !== "").map((text) => () => `${ordinary()}${text}${ordinary()}`),
    ...lengths.map((length) => () => (ordinary() ?? "").slice(0, length).padEnd(length, "x")),
    ...numbers.map((number) => () => String(number)),
  ];
}

/** Objects with the keys of a rule, and what else a rule may ask for. */
function documents(keys: readonly string[], numbers: readonly number[]): readonly Proposal[] {
  const values = [1, "x", true, [], {}, null, ...numbers.flatMap((number) => [number, number + 1, number - 1])];
  const objects = values.map((value) => Object.fromEntries(keys.map((key) => [key, value])));
  return [...objects, ...values, [1], [{}]].map((value) => () => JSON.stringify(value));
}

/** As many bytes, as hexadecimal digits. */
function bytes(text: CellValue, length: number): string {
  const digits = [...(text ?? "")].filter((char) => /[0-9a-f]/.test(char)).join("");
  return digits.slice(-length * 2).padStart(length * 2, "0");
}
