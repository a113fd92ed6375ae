import { isDeepStrictEqual } from "node:util";
import { groupBy } from "../group-by.ts";
import { indexByName } from "../index-by-name.ts";
import { alterColumn } from "../kinds/column-operations.ts";
import { elementType, hasSequence } from "../kinds/column-types.ts";
import { columns } from "../kinds/columns.ts";
import { columnKey } from "../kinds/dependents.ts";
import { change } from "../kinds/kind.ts";
import { listUsedSequences, sequenceAt } from "../kinds/serials.ts";
import type { Column, Enum, Schema, Table } from "../schema/schema.ts";
import { bareName, typeName } from "../sql.ts";
import { keysOfSequence, listHeldNames, typeKey } from "./held-names.ts";
import type { Step } from "./order.ts";

/** A column of a table. */
interface Place {
  readonly table: string;
  readonly column: Column;
}

/** A column whose default takes numbers from the sequence of a column of another table. */
interface Borrower extends Place {
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
  return [...afterSequences(steps, after), ...releaseSequences(before, after)];
}

/**
 * Puts what creates tables and columns whose defaults use sequences of other tables after what creates those tables.
 */
function afterSequences(steps: readonly Step[], after: Schema): readonly Step[] {
  const borrowers = groupBy(listBorrowers(after), ({ table }) => table);
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

/**
 * Drops the defaults of columns that go, where they use sequences that go too: PostgreSQL keeps a sequence that a default
 * uses, and with it the column or table that owns it.
 */
function releaseSequences(before: Schema, after: Schema): readonly Step[] {
  const borrowers = listBorrowers(before);
  const left = borrowers.length === 0 ? new Map<string, Column>() : indexColumns(after);
  const keepsSequence = ({ table, column }: Place) => {
    const next = left.get(columnKey(column.name, table));
    return next !== undefined && hasSequence(next);
  };
  return borrowers
    .filter(({ table, column, owner }) => !left.has(columnKey(column.name, table)) && !keepsSequence(owner))
    .map(({ table, column: { name } }) => ({
      move: "drop",
      kind: columns,
      table,
      name,
      change: change(alterColumn(table, name, { default: null })),
    }));
}

/**
 * Finds the steps that create tables and columns whose sequences the defaults of other tables use, where nothing else has
 * to be changed before them.
 * @param renamed the new names of tables that have their old names when these steps come
 */
export function lenderFinder(before: Schema, after: Schema, renamed: ReadonlySet<string>): (step: Step) => boolean {
  const owners = listBorrowers(after).map(({ owner }) => owner);
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

function listBorrowers({ tables = [] }: Schema): readonly Borrower[] {
  const uses = tables.flatMap(({ name: table, columns: all }) =>
    all.flatMap((column) => listUsedSequences(column.default).map((sequence) => ({ table, column, sequence }))),
  );
  if (uses.length === 0) return [];
  const owners = indexOwners(tables);
  return uses.flatMap(({ sequence, ...place }) => {
    const owner = owners.get(sequence);
    return owner === undefined || owner.table === place.table ? [] : [{ ...place, owner }];
  });
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
