import type { Fact } from "../schema/dependencies.ts";
import type { Column, Deferrable, Exclusion, Index, Schema, Table, View } from "../schema/schema.ts";
import { parseType, sameBase } from "./column-types.ts";
import { readReferences } from "./query-references.ts";
import { sequenceAt } from "./serials.ts";
import { viewHasColumn } from "./view-columns.ts";

/*
 * Which facts of an item can be given to the one that replaces it, as `Kind.keepsFact`. All of them can be given to one
 * that is the same, so here the two differ.
 */

/** Base types with values that PostgreSQL can compress or store outside of the row; all arrays are like these. */
const TOASTABLE = [
  ...["text", "character varying", "character", "citext", "bytea", "json", "jsonb", "xml", "numeric", "bit"],
  ...["bit varying", "tsvector", "hstore", "path", "polygon", "inet", "cidr", "geometry", "geography", "ltree"],
];

function isToastable(type: string): boolean {
  const { base, array } = parseType(type);
  return array || TOASTABLE.includes(base);
}

/** What the sequence of a serial or identity column has. The statements have the name of the sequence in them. */
export const SEQUENCE_FACT_NAMES: readonly string[] = [
  "parameters of the sequence",
  "comment of the sequence",
  "privileges of the sequence",
];

/** What the constraint has by which a column is NOT NULL. */
export const OF_NOT_NULL: readonly string[] = ["NOT NULL", "comment of NOT NULL"];

/** That a table inherits a column which may be NULL in the other one, but not in it. */
export const OWN_NOT_NULL = "NOT NULL of its own";

export function keepsColumnFact({ what }: Fact, from: Column, to: Column, { name: table }: Table): boolean {
  if (OF_NOT_NULL.includes(what)) return to.nullable !== true;
  if (SEQUENCE_FACT_NAMES.includes(what)) return sequenceAt(table, from) === sequenceAt(table, to);
  if (!["storage", "compression"].includes(what)) return true;
  return sameBase(from.type, to.type) || isToastable(to.type);
}

export function keepsIndexFact({ what }: Fact, from: Index, to: Index, table: Table): boolean {
  if (what === "options") return from.type === to.type;
  if (what === "statistics") return false;
  if (what === "CLUSTER") return to.where === undefined && from.type === to.type;
  return what !== "replica identity" || (to.unique === true && to.where === undefined && areRequired(to, table));
}

/** A key as a primary key and a unique constraint have it. */
interface Key {
  readonly columns: readonly string[];
  readonly deferrable?: Deferrable;
}

export function keepsKeyFact({ what }: Fact, _: Key, to: Key, table: Table): boolean {
  return what !== "replica identity" || (to.deferrable === undefined && areRequired(to, table));
}

/** PostgreSQL identifies rows only by columns that are NOT NULL. */
function areRequired({ columns }: Pick<Key, "columns">, table: Table): boolean {
  const nullable = new Set(table.columns.filter((column) => column.nullable).map(({ name }) => name));
  return !columns.some((name) => nullable.has(name));
}

export function keepsExclusionFact({ what }: Fact, from: Exclusion, to: Exclusion): boolean {
  const method = ({ expression }: Exclusion) => /^USING\s+(\S+)/i.exec(expression)?.[1];
  return (what !== "options" && what !== "CLUSTER") || method(from) === method(to);
}

/** What views and materialized views have alike. */
const OF_ALL_VIEWS = ["owner", "privileges"];

export function keepsViewFact({ what, column }: Fact, from: View, to: View, schema: Schema): boolean {
  const isSameKind = from.materialized === to.materialized;
  if (column === undefined) return isSameKind || OF_ALL_VIEWS.includes(what);
  if (!isSameKind && what !== "privileges") return false;
  const isSameText = from.expression === to.expression;
  if (readReferences(to.expression).expanded.length === 0 && isSameText) return true;
  return viewHasColumn(to, column, schema) ?? isSameText;
}

/** What `ALTER COLUMN … TYPE` sets to the default of the new type (tablecmds.c, ATExecAlterColumnType). */
export const RESET_BY_TYPE: readonly string[] = ["storage", "compression"];
