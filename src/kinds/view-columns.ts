import type { Schema, View } from "../schema/schema.ts";
import { outputNames } from "./output-names.ts";
import { readReferences } from "./query-references.ts";
import { relationFinder } from "./view-references.ts";

/**
 * Whether a view has a column, as far as its text and the tables and views behind its stars say it.
 * @param view the view
 * @param column the name of the column
 * @param schema the tables and views that there are
 * @returns undefined where a star means the columns of something that is not known
 */
export function viewHasColumn({ expression }: View, column: string, schema: Schema): boolean | undefined {
  if (outputNames(expression).has(column)) return true;
  const { expanded } = readReferences(expression);
  const answers = expanded.map((reference) => {
    const { tables = [], views = [] } = schema;
    const found = relationFinder(tables, views)([reference]);
    const below = relationFinder(views, tables)([reference]).filter((view) => view.expression !== expression);
    const isInTable = found.some(({ columns }) => columns.some(({ name }) => name === column));
    const inViews = below.map((view) => viewHasColumn(view, column, schema));
    if (isInTable || inViews.includes(true)) return true;
    return found.length + below.length === 0 || inViews.includes(undefined) ? undefined : false;
  });
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}
