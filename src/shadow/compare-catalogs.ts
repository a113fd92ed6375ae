import { isDeepStrictEqual } from "node:util";
import { diff } from "../diff/diff.ts";
import { byName } from "../kinds/kind.ts";
import { printCall } from "../revision/literal.ts";
import type { Change, Operation } from "../schema/operation.ts";
import type { Enum, Schema } from "../schema/schema.ts";

/** How a catalog differs from the one that it should be. */
export interface CatalogDifference {
  /** The statements that would remove the difference, or the calls of operations that have several; shortened. */
  readonly statements: readonly string[];
  /** Labels of enum types that should not be there: `'gold' of shop_status_enum`. */
  readonly labels: readonly string[];
}

const LONGEST = 160;

/** Compares two catalogs. The order of columns does not count: a column that is made again comes last. */
export function compareCatalogs(now: Schema, wanted: Schema): CatalogDifference {
  const { enums = [] } = wanted;
  const labels = (now.enums ?? []).flatMap((one) => listExtra(one, enums));
  const without = labels.length === 0 ? now : { ...now, enums };
  if (isDeepStrictEqual(sortColumns(without), sortColumns(wanted))) return { statements: [], labels };
  return { statements: describeChanges(diff(without, wanted)), labels };
}

/** The statements of changes, as far as one needs them to find the place. */
export function describeChanges(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ operations }) => operations.flatMap(describeOperation)).map(shorten);
}

/** The first of several statements may only prepare the change: then the call says what is missing. */
function describeOperation({ name, args, sql }: Operation): readonly string[] {
  return sql.length > 1 ? [printCall(`op.${name}`, args, 0)] : sql;
}

function shorten(sql: string): string {
  const line = sql.replace(/\s+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function listExtra({ name, values }: Enum, wanted: readonly Enum[]): readonly string[] {
  const same = wanted.find((one) => one.name === name);
  const extra = values.filter((value) => same !== undefined && !same.values.includes(value));
  return extra.map((value) => `'${value}' of ${name}`);
}

function sortColumns(schema: Schema): Schema {
  const tables = (schema.tables ?? []).map((table) => ({ ...table, columns: table.columns.toSorted(byName) }));
  return { ...schema, tables };
}
