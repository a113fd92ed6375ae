import type { Change, Operation, OperationTarget } from "../schema/operation.ts";
import type { Schema } from "../schema/schema.ts";

/** So many names are always few. */
const FEW = 30;

/** Of more names than this part of all, reading what all objects use costs less than looking for what is affected. */
const PART = 10;

/**
 * Names what changes lead to, to read only what depends on that: the tables, views, sequences and types that change, by their
 * names before and after.
 * @param changes what leads from the database to the models
 * @param live the database
 * @returns nothing where that is not known, or is most of the database
 */
export function listChanging(changes: readonly Change[], live: Schema): readonly string[] | undefined {
  const all = changes.flatMap(operationsOf);
  const names = new Set(all.flatMap(namesIn));
  const isKnown = changes.every((change) => operationsOf(change).some(({ target }) => target !== undefined));
  const { tables = [], views = [], enums = [], sequences = [] } = live;
  const count = tables.length + views.length + enums.length + sequences.length;
  return isKnown && names.size <= Math.max(FEW, count / PART) ? [...names] : undefined;
}

function operationsOf({ operations, ifNo = [], alternatives = [] }: Change): readonly Operation[] {
  return [...operations, ...ifNo, ...alternatives.map(({ operation }) => operation)];
}

function namesIn({ target, retypes = [] }: Operation): readonly string[] {
  return [...(target === undefined ? [] : namesOf(target)), ...retypes.map(({ table }) => table)];
}

/** What has a name that others can use. A part of a table is named after it: it is the table that changes. */
const USABLE: readonly OperationTarget["kind"][] = ["table", "view", "sequence", "enum type"];

function namesOf({ kind, table, name, to = name }: OperationTarget): readonly string[] {
  if (table !== undefined) return [table];
  return USABLE.includes(kind) ? [name, to] : [];
}
