import { isDeepStrictEqual } from "node:util";
import { collect } from "../collect.ts";
import type { Change, Operation } from "../schema/operation.ts";
import type { Question } from "../schema/question.ts";
import type { Column, Table } from "../schema/schema.ts";
import { bareName, id, path, temporaryName } from "../sql.ts";
import { addColumn, dropColumn } from "./column-operations.ts";
import { sequenceChanges } from "./column-sequence-changes.ts";
import { retypeOperations } from "./column-type-changes.ts";
import { INTEGERS, storedType } from "./column-types.ts";
import type { Follower } from "./followers.ts";
import { setValues } from "./set-values.ts";
import { PLACEHOLDER } from "./statements.ts";

/** A column in its table. */
interface ChangedColumn {
  readonly table: string;
  readonly from: Column;
  readonly to: Column;
}

/**
 * The steps for a column that gets other values, since no cast makes them of the old ones: a second column has them until
 * the type changes, so that the columns of foreign keys can look them up.
 * @returns nothing where only a person knows the values, and a plain change of the type asks for them
 */
export function newValues(from: Column, to: Column, table: Table, followers: readonly Follower[]): Change | undefined {
  const place: ChangedColumn = { table: table.name, from, to };
  const made = makeValue(to, table);
  if (made === undefined && followers.length === 0) return undefined;
  const operations =
    made?.default !== undefined && followers.length === 0
      ? retype(place, made.default)
      : [...addValues(place, made), ...followers.flatMap(takeOver), ...[place, ...followers].flatMap(useSecond)];
  return { operations: withoutRepeated(operations), question: ask(place, made, followers), beforeOtherTables: true };
}

/** What gives each row a value of its own. */
interface Made {
  /** `serial` and the like number the rows. */
  readonly type: string;
  /** An expression that has another value each time. */
  readonly default?: string;
}

const SERIALS = new Map([
  ["smallint", "smallserial"],
  ["integer", "serial"],
  ["bigint", "bigserial"],
]);

/** What the values of a key can be; only a person knows what those of another column are. */
function makeValue(to: Column, table: Table): Made | undefined {
  if (!isKey(to.name, table)) return undefined;
  const type = storedType(to.type);
  if (INTEGERS.includes(type)) return { type: SERIALS.get(type) ?? type };
  if (type !== "uuid") return undefined;
  return { type, default: /uuid/i.test(to.default ?? "") ? (to.default ?? "") : "gen_random_uuid()" };
}

/** Whether no two rows have the same value in a column. */
function isKey(column: string, { primaryKey, uniques = [], indexes = [] }: Table): boolean {
  const whole = indexes.filter(({ unique, where }) => unique && where === undefined);
  const keys = [...collect(primaryKey), ...uniques, ...whole];
  return keys.some(({ columns }) => columns.length === 1 && columns[0] === column);
}

function addValues({ table, to }: ChangedColumn, made: Made | undefined): readonly Operation[] {
  const name = temporaryName(to.name);
  if (made !== undefined) return [addColumn(table, { name, ...made })];
  return [
    addColumn(table, { name, type: storedType(to.type), nullable: true }),
    setValues(table, { set: { [name]: PLACEHOLDER } }),
  ];
}

/** The second column of a foreign key gets the values of the second column of the key. */
function takeOver({ table, to, source, join }: Follower): readonly Operation[] {
  const [name, ofKey] = [temporaryName(to.name), temporaryName(source.column)];
  const own = id(bareName(table));
  const key = bareName(table) === "k" ? "key" : "k";
  const pairs = join.map(([column, referenced]) => `${key}.${id(referenced)} = ${own}.${id(column)}`);
  return [
    addColumn(table, { name, type: storedType(to.type), nullable: true }),
    setValues(table, {
      set: { [name]: `${key}.${id(ofKey)}` },
      from: `${path(source.table)} AS ${key}`,
      where: pairs.join(" AND "),
    }),
  ];
}

function useSecond(place: ChangedColumn): readonly Operation[] {
  const name = temporaryName(place.to.name);
  return [...retype(place, id(name)), dropColumn(place.table, name)];
}

function retype({ table, from, to }: ChangedColumn, using: string): readonly Operation[] {
  const sequence = sequenceChanges(from, to, table).flatMap(({ operations }) => operations);
  return [...sequence, ...retypeOperations(from, to, table, { using })];
}

/** The sequence and the type both drop a default. */
function withoutRepeated(operations: readonly Operation[]): readonly Operation[] {
  return operations.filter((one, at) => {
    const before = operations[at - 1];
    return before === undefined || before.name !== one.name || !isDeepStrictEqual(before.args, one.args);
  });
}

function ask({ table, from, to }: ChangedColumn, made: Made | undefined, followers: readonly Follower[]): Question {
  const [old, type] = [storedType(from.type), storedType(to.type)];
  const names = followers.map((one) => `${one.table}.${one.to.name}`);
  const taken =
    names.length === 0
      ? []
      : [`${names.join(", ")} ${names.length === 1 ? "gets" : "get"} the new value of the referenced row.`];
  return {
    about: "type",
    asks: "type",
    subject: { kind: "column", table, name: to.name },
    from: old,
    to: type,
    loses: [
      `PostgreSQL has no cast from ${old} to ${type}.`,
      sayValue(made),
      ...taken,
      "The old values are lost: if something outside the database has them, keep them in another column first.",
    ],
  };
}

function sayValue(made: Made | undefined): string {
  if (made === undefined) return `Write in op.setValues, in place of ${PLACEHOLDER}, what the values become.`;
  return made.default === undefined ? "Each row gets a new number." : `Each row gets a new ${made.default}.`;
}
