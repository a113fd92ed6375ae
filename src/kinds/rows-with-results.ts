import { collect } from "../collect.ts";
import type { RowProbe } from "../schema/row-probe.ts";
import type { Column, Named, Schema, Table } from "../schema/schema.ts";
import { id, path } from "../sql.ts";
import { endComment } from "../tokens.ts";
import { printType } from "./column-types.ts";
import { readExpressionNames } from "./expression-names.ts";
import type { AnyKind, Dependence, Owners } from "./kind.ts";
import { type RowSource, tableAlias, tableSource } from "./row-probes.ts";

/**
 * Describes where a query finds the rows of a table before its change, with the results of the generated columns that are
 * new or get another expression. New columns under them have their defaults.
 * @param owners the table
 * @param probe which rows the query finds
 */
export function rowsWithResults({ before, after }: Owners<Table>, probe: RowProbe): RowSource {
  const source = tableSource(after);
  const read = listRead(probe);
  const results = after.columns.filter((column) => read.has(column.name) && hasNewResults(column, before));
  if (results.length === 0 && probe.finds !== "null results") return source;
  const under = new Set([...read, ...results.flatMap(({ asExpression = "" }) => listNames(asExpression))]);
  const old = before.columns.map(({ name }) => name);
  const isNew = ({ name, asExpression }: Column) => asExpression === undefined && !old.includes(name);
  const added = after.columns.filter((column) => under.has(column.name) && isNew(column));
  if (added.length + results.length === 0) return source;
  const own = tableAlias(after.name);
  return {
    ...source,
    from: (alias = own) => {
      const rows = added.length === 0 ? path(after.name) : selectMore(path(after.name), old, added, own);
      if (results.length === 0) return rows;
      return selectMore(rows, [...old, ...added.map(({ name }) => name)], results, alias);
    },
  };
}

/**
 * Whether an item of a table reads a generated column that is new or gets another expression.
 * @param kind its kind
 * @param item the item
 * @param owners its table; of a schema, no item does
 */
export function readsNewResults(kind: AnyKind, item: Named, { before, after }: Owners<Schema | Table>): boolean {
  if (kind.dependsOn === undefined || !("columns" in before && "columns" in after)) return false;
  const { columns = [], texts }: Dependence = kind.dependsOn(item);
  const read = new Set([...columns, ...texts.flatMap(listNames)]);
  return after.columns.some((column) => read.has(column.name) && hasNewResults(column, before));
}

/** Whether a generated column is new or gets another expression. */
function hasNewResults({ name, asExpression }: Column, before: Table): boolean {
  if (asExpression === undefined) return false;
  return before.columns.find((column) => column.name === name)?.asExpression !== asExpression;
}

/** The names of columns that a query may read. */
function listRead(probe: RowProbe): ReadonlySet<string> {
  const columns = "columns" in probe ? probe.columns : [];
  const texts = collect("expression" in probe && probe.expression, "where" in probe && probe.where);
  return new Set([...columns, ...texts.flatMap(listNames)]);
}

function listNames(expression: string): readonly string[] {
  return [...readExpressionNames(expression).columns];
}

/** The rows with more columns, which take the places of those that have their names. */
function selectMore(from: string, names: readonly string[], more: readonly Column[], alias: string): string {
  const kept = names.filter((name) => !more.some((column) => column.name === name));
  const rest = kept.length === names.length ? ["*"] : kept.map(id);
  const values = more.map(({ name, type, default: value = "NULL", asExpression }) => {
    const text = endComment(asExpression ?? value);
    return `CAST(${text} AS ${printType(type)}) AS ${id(name)}`;
  });
  return `(SELECT ${[...rest, ...values].join(", ")} FROM ${from}) ${alias}`;
}
