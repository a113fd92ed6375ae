import { isDeepStrictEqual } from "node:util";
import { groupBy } from "../group-by.ts";
import { indexByName } from "../index-by-name.ts";
import { alterColumn } from "../kinds/column-operations.ts";
import { elementType, hasSequence, isSerial } from "../kinds/column-types.ts";
import { columns } from "../kinds/columns.ts";
import { columnKey } from "../kinds/dependents.ts";
import { change } from "../kinds/kind.ts";
import { listUsedSequences, sequenceAt, takesFrom } from "../kinds/serials.ts";
import type { Operation } from "../schema/operation.ts";
import type { Column, Enum, Schema, Table } from "../schema/schema.ts";
import { bareName, typeName } from "../sql.ts";
import { keysOfSequence, listHeldNames, typeKey } from "./held-names.ts";
import type { Step } from "./order.ts";

/** A column of a table. */
export interface Place {
  readonly table: string;
  readonly column: Column;
}

/** A column whose default takes numbers from the sequence of another column. */
export interface Borrower extends Place {
  readonly owner: Place;
}

/**
 * Orders steps by the sequences that defaults use: what brings one goes before what takes from it, and what goes gives up
 * its default before the sequence goes.
 * @param steps the steps of a comparison
 * @param before the schema as it is
 * @param after the schema that the steps lead to
 */
export function orderSequences(steps: readonly Step[], before: Schema, after: Schema): readonly Step[] {
  return releaseSequences(afterSequences(afterSiblings(steps, after), after), before, after);
}

/**
 * Puts what creates tables and columns whose defaults use sequences of other tables after what creates those tables.
 */
function afterSequences(steps: readonly Step[], after: Schema): readonly Step[] {
  const borrowers = groupBy(listBorrowers(after).filter(isOfOtherTable), ({ table }) => table);
  if (borrowers.size === 0) return steps;
  const levels = new Map<string, number>();
  const levelOf = (table: string): number => {
    const known = levels.get(table);
    if (known !== undefined) return known;
    levels.set(table, 0); // of tables that take from each other, none can be the first
    const level = Math.max(-1, ...(borrowers.get(table) ?? []).map(({ owner }) => levelOf(owner.table))) + 1;
    levels.set(table, level);
    return level;
  };
  return steps.map((step) => (step.table === undefined ? step : { ...step, level: levelOf(step.table) }));
}

/** Puts what gives a column a default that uses the sequence of another column of its table after what changes the others. */
function afterSiblings(steps: readonly Step[], after: Schema): readonly Step[] {
  const borrowers = listBorrowers(after).filter((one) => !isOfOtherTable(one));
  if (borrowers.length === 0) return steps;
  const places = new Set(borrowers.map(({ table, column }) => columnKey(column.name, table)));
  return steps.map((step) => {
    const [target] = step.change.operations.map((operation) => operation.target);
    const isBorrower = target?.kind === "column" && places.has(columnKey(target.name, target.table ?? ""));
    return isBorrower ? { ...step, change: { createAfter: "columns", ...step.change } } : step;
  });
}

/**
 * Drops defaults that use sequences that go, before these do: PostgreSQL keeps a sequence that a default uses, and with it
 * the column or table that owns it. What goes as a whole is dropped last, after all other defaults.
 */
function releaseSequences(steps: readonly Step[], before: Schema, after: Schema): readonly Step[] {
  const borrowers = listBorrowers(before);
  if (borrowers.length === 0) return steps;
  const [left, tablesLeft] = [indexColumns(after), indexByName(after.tables)];
  const nextOf = ({ table, column }: Place) => left.get(columnKey(column.name, table));
  const released = borrowers.filter((borrower) => {
    const { table, column, owner } = borrower;
    const [next, ownerNext] = [nextOf(borrower), nextOf(owner)];
    if (ownerNext !== undefined && keepsSequence(owner.column, ownerNext)) return false;
    if (next === undefined) return isOfOtherTable(borrower) || tablesLeft.has(table);
    return ownerNext !== undefined && next.default !== column.default && !takesFrom(column, table, next);
  });
  const releases = new Map(released.map((borrower) => [describe(releaseOf(borrower)), releaseStep(borrower)]));
  const isRelease = ({ change: { operations } }: Step) => {
    const [first] = operations;
    return operations.length === 1 && first !== undefined && releases.has(describe(first));
  };
  return [...steps.filter((step) => !isRelease(step)), ...releases.values()];
}

/** The operation that drops the default of a column. */
export function releaseOf({ table, column }: Place): Operation {
  return alterColumn(table, column.name, { default: null });
}

function releaseStep(place: Place): Step {
  const { table, column } = place;
  return { move: "drop", kind: columns, table, name: column.name, change: change(releaseOf(place)) };
}

function describe({ name, args }: Operation): string {
  return JSON.stringify([name, args]);
}

/** Whether a column has the same sequence afterwards. */
function keepsSequence(from: Column, to: Column): boolean {
  return isSerial(from.type) === isSerial(to.type) && hasSequence(to);
}

/**
 * Finds the steps that create tables and columns whose sequences the defaults of other tables use, where nothing else has
 * to be changed before them.
 * @param renamed the new names of tables that have their old names when these steps come
 */
export function lenderFinder(before: Schema, after: Schema, renamed: ReadonlySet<string>): (step: Step) => boolean {
  const owners = listBorrowers(after)
    .filter(isOfOtherTable)
    .map(({ owner }) => owner);
  if (owners.length === 0) return () => false;
  const [tables, taken] = [indexByName(after.tables), listHeldNames(before).holders];
  const changed = changedTypes(before, after);
  const isReady = (table: string, added: readonly Column[], keys: readonly string[]) =>
    !renamed.has(table) &&
    keys.every((key) => !taken.has(key)) &&
    added.every(({ type }) => !changed.has(elementType(type)));
  const lenders = new Map(
    owners.flatMap(({ table, column }) => {
      const all = tables.get(table)?.columns ?? [];
      const keys = listHeldNames(after).ofOwners.get(table) ?? [];
      const ofColumn = [
        columnKey(column.name, table),
        isReady(table, [column], keysOfSequence(column, table)),
      ] as const;
      return [[table, isReady(table, all, keys)] as const, ofColumn];
    }),
  );
  return ({ change: { operations, question } }) => {
    const [target] = operations.map((operation) => operation.target);
    if (question !== undefined || operations.length !== 1 || target?.effect !== "create") return false;
    if (target.kind === "table") return lenders.get(target.name) === true;
    return target.kind === "column" && lenders.get(columnKey(target.name, target.table ?? "")) === true;
  };
}

/** The enum types, as columns name them, that the tables of a schema after have to wait for. */
function changedTypes(before: Schema, after: Schema): ReadonlySet<string> {
  const { holders } = listHeldNames(before);
  const old = indexByName(before.enums);
  const isKept = (one: Enum) => isDeepStrictEqual(old.get(one.name), one) || !holders.has(typeKey(one.name));
  return new Set((after.enums ?? []).filter((one) => !isKept(one)).map(({ name }) => typeName(name)));
}

const known = new WeakMap<Schema, readonly Borrower[]>();

/** The columns whose defaults use the sequences of other columns. The answer is kept: each question asks for it again. */
export function listBorrowers(schema: Schema): readonly Borrower[] {
  const answer = known.get(schema) ?? findBorrowers(schema);
  known.set(schema, answer);
  return answer;
}

function findBorrowers({ tables = [] }: Schema): readonly Borrower[] {
  const uses = tables.flatMap(({ name: table, columns: all }) =>
    all.flatMap((column) => listUsedSequences(column.default).map((sequence) => ({ table, column, sequence }))),
  );
  if (uses.length === 0) return [];
  const owners = indexOwners(tables);
  return uses.flatMap(({ sequence, ...place }) => {
    const owner = owners.get(sequence);
    return owner === undefined || owner.column === place.column ? [] : [{ ...place, owner }];
  });
}

function isOfOtherTable({ table, owner }: Borrower): boolean {
  return owner.table !== table;
}

/** Columns by the bare names of their sequences. */
function indexOwners(tables: readonly Table[]): ReadonlyMap<string, Place> {
  return new Map(
    tables.flatMap(({ name, columns: all }) =>
      all.filter(hasSequence).map((column) => [bareName(sequenceAt(name, column)), { table: name, column }] as const),
    ),
  );
}

function indexColumns({ tables = [] }: Schema): ReadonlyMap<string, Column> {
  return new Map(
    tables.flatMap(({ name, columns: all }) => all.map((column) => [columnKey(column.name, name), column] as const)),
  );
}
