import type { Column } from "../schema/schema.ts";

/** A type in its parts: `numeric(10,2)[]` is `numeric`, `[10, 2]`, an array. */
export interface ParsedType {
  readonly base: string;
  readonly numbers: readonly number[];
  readonly array: boolean;
}

/** The integer types, the smallest first. */
export const INTEGERS = ["smallint", "integer", "bigint"];
/** The floating-point types. */
export const FLOATS = ["real", "double precision"];
/** The types of numbers. */
export const NUMBERS = [...INTEGERS, "numeric", ...FLOATS];
/** The types of text. */
export const TEXTS = ["character varying", "text", "character", "citext"];
const DATES = ["date", "timestamp without time zone", "timestamp with time zone"];
/** The types whose number is a precision: how many digits of a second they keep. */
export const PRECISE = [
  "timestamp without time zone",
  "timestamp with time zone",
  "time without time zone",
  "time with time zone",
  "interval",
];

const TYPE = /^(.*?)(?:\((\d+(?:,-?\d+)?)\))?( with(?:out)? time zone)?(\[\])?$/;

/** Parses the name of a type as PostgreSQL prints it. */
export function parseType(type: string): ParsedType {
  const [, base = type, numbers, zone = "", array] = TYPE.exec(type) ?? [];
  return { base: base + zone, numbers: numbers?.split(",").map(Number) ?? [], array: array !== undefined };
}

const INTEGER_TYPES: ReadonlyMap<string, "integer" | "bigint" | "smallint"> = new Map([
  ["serial", "integer"],
  ["bigserial", "bigint"],
  ["smallserial", "smallint"],
]);

/** The integer type of a serial type; `undefined` for any other type. */
export function integerType(type: string): "integer" | "bigint" | "smallint" | undefined {
  return INTEGER_TYPES.get(type);
}

/** The integer type of a serial type, or the type itself. */
export function storedType(type: string): string {
  return integerType(type) ?? type;
}

/** Other names of types, and how PostgreSQL prints them. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["int", "integer"],
  ["int2", "smallint"],
  ["int4", "integer"],
  ["int8", "bigint"],
  ["decimal", "numeric"],
  ["float4", "real"],
  ["float8", "double precision"],
  ["float", "double precision"],
  ["bool", "boolean"],
  ["varchar", "character varying"],
  ["char", "character"],
  ["timestamp", "timestamp without time zone"],
  ["timestamptz", "timestamp with time zone"],
  ["time", "time without time zone"],
  ["timetz", "time with time zone"],
]);

const WRITTEN_TYPE = /^([a-z0-9]+)(\s*\(.*?\))?( with(?:out)? time zone)?(\[\])?$/i;

/** The type of a column as PostgreSQL prints it, from how a person may write it: `character varying(20)` for `VARCHAR(20)`. */
export function printType(type: string): string {
  const [, base = "", numbers = "", zone = "", array = ""] = WRITTEN_TYPE.exec(storedType(type).trim()) ?? [];
  const name = OTHER_NAMES.get(`${base}`.toLowerCase());
  if (name === undefined) return storedType(type);
  const [start = name, end = ""] = name.split(/(?= with)/);
  return `${start}${numbers.replaceAll(" ", "")}${zone === "" ? end : zone.toLowerCase()}${array}`;
}

/** Whether the type is `serial`, `bigserial` or `smallserial`. */
export function isSerial(type: string): boolean {
  return INTEGER_TYPES.has(type);
}

/** Whether PostgreSQL makes a sequence for the column: `serial` or an identity. */
export function hasSequence({ type, generatedIdentity }: Pick<Column, "type" | "generatedIdentity">): boolean {
  return isSerial(type) || generatedIdentity !== undefined;
}

/** Whether two types differ in their numbers at most, as `numeric(10,2)` and `numeric` do. */
export function sameBase(from: string, to: string): boolean {
  const [a, b] = [parseType(storedType(from)), parseType(storedType(to))];
  return a.base === b.base && a.array === b.array;
}

/** Whether values change between the types without `USING`, and operators take both. */
export function sameFamily(from: string, to: string): boolean {
  if (from === to) return true;
  const [a, b] = [parseType(storedType(from)), parseType(storedType(to))];
  if (a.array !== b.array) return false;
  return (
    a.base === b.base || [TEXTS, NUMBERS, DATES].some((family) => family.includes(a.base) && family.includes(b.base))
  );
}

/**
 * Whether a column of the type may be a foreign key to a key of the other one. PostgreSQL compares the two as they are if
 * their operators are of one family, and otherwise reads the value as one of the key's type if it does so without a cast.
 */
export function mayReference(from: string, key: string): boolean {
  const [a, b] = [parseType(storedType(from)), parseType(storedType(key))];
  if (a.array || b.array) return a.array === b.array && a.base === b.base;
  return a.base === b.base || isCompared(a.base, b.base) || isReadAs(a.base, b.base);
}

/** The types of PostgreSQL with an order whose operators are for this type, or one that it is read as. */
const COMPARED_BY_THEIR_OWN: ReadonlySet<string> = new Set([
  ...NUMBERS,
  ...TEXTS,
  ...DATES,
  ...PRECISE,
  ...[
    "uuid",
    "boolean",
    "bytea",
    "money",
    "inet",
    "cidr",
    "macaddr",
    "macaddr8",
    "bit",
    "bit varying",
    "name",
    '"char"',
  ],
  ...["oid", "pg_lsn", "xid8", "tid", "jsonb", "tsvector", "tsquery", "interval"],
]);

/**
 * Whether PostgreSQL may compare values by operators for all types of a sort: any array, any enum type, any range. Such a
 * foreign key ends with "could not find cast" where the type of one of its columns changes.
 */
export function mayBeComparedByAny(type: string): boolean {
  const { base, array } = parseType(storedType(type));
  return array || !COMPARED_BY_THEIR_OWN.has(base);
}

function isCompared(one: string, other: string): boolean {
  return [INTEGERS, FLOATS, DATES].some((family) => family.includes(one) && family.includes(other));
}

function isReadAs(from: string, to: string): boolean {
  if (NUMBERS.includes(from)) return NUMBERS.indexOf(from) < NUMBERS.indexOf(to);
  if (from === "citext") return ["character varying", "text"].includes(to);
  return TEXTS.includes(from) && TEXTS.includes(to) && to !== "citext";
}

/** Whether an expression over a column of one type is the same over the other, without further casts. */
export function sameOperators(from: string, to: string): boolean {
  const [a, b] = [parseType(storedType(from)), parseType(storedType(to))];
  return a.array === b.array && (a.base === b.base || (isText(a) && isText(b)));
}

function isText({ base }: ParsedType): boolean {
  return base === "text" || base === "character varying";
}

/** The types of PostgreSQL that have no default operators for an order, as `pg_opclass` says. */
const UNORDERED = [
  ...["json", "jsonpath", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle"],
  ...["xid", "cid", "aclitem", "refcursor", "txid_snapshot", "pg_snapshot"],
];

/** Whether values of a type can be sorted. An array is sorted by its elements. A type that PostgreSQL does not bring counts as one. */
export function isOrdered(type: string): boolean {
  return !UNORDERED.includes(parseType(storedType(type)).base);
}

/** The type of an array's elements, or the type itself. */
export function elementType(type: string): string {
  return type.replace(/\[\]$/, "");
}
