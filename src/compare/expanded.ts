import { functionsOfRows, withoutArguments } from "../kinds/dependents.ts";
import { readReferences } from "../kinds/query-references.ts";
import type { Reference } from "../kinds/reference.ts";
import { relationFinder } from "../kinds/view-references.ts";
import type { Dependencies } from "../schema/dependencies.ts";
import type { Named, Schema } from "../schema/schema.ts";
import type { RenamedSchema, RenamedTable } from "./renamed.ts";

/** Says of an SQL text of the models what the live database cannot say yet. */
export interface FutureTexts {
  /** It has a `*`, or the like, over a table whose list of columns changes: it will mean something else. */
  readonly isExpandedAnew: (text: string) => boolean;
  /**
   * It refers to a table that is new, or whose list of columns changes, or to one of these views: perhaps it can be read
   * only then.
   */
  readonly mayBecomeReadable: (text: string, changedViews: readonly Named[]) => boolean;
}

/**
 * Prepares to compare queries with tables as they will be: PostgreSQL reads them with tables as they are.
 * @param live the live database
 * @param models what it should be
 * @param dependencies what functions use
 */
export function foreseeTexts(live: RenamedSchema, models: Schema, dependencies?: Dependencies): FutureTexts {
  const { tables = [], views = [] } = models;
  const known = new Map(live.tables.map((table) => [table.renamed.name, table]));
  const others = [...tables, ...views];
  const changed = tables.filter((table) => hasOtherColumns(known.get(table.name), table.columns));
  const own = new Set(changed.map(({ name }) => known.get(name)?.own.name ?? name));
  const functions = functionsOfRows(dependencies?.dependents ?? [], own).map(({ name }) => ({
    name: withoutArguments(name),
  }));
  const findTables = relationFinder(changed, others);
  const findFunctionsIn = relationFinder(functions);
  const isChanged = (references: readonly Reference[]) =>
    findTables(references.filter(({ isCall }) => !isCall)).length > 0 ||
    findFunctionsIn(references.filter(({ isCall }) => isCall)).length > 0;
  return {
    isExpandedAnew: (text) => changed.length > 0 && isChanged(readReferences(text).expanded),
    mayBecomeReadable: (text, changedViews) => {
      const { relations } = readReferences(text);
      return isChanged(relations) || relationFinder(changedViews, others)(relations).length > 0;
    },
  };
}

/** Whether a table is new, or gains, loses or renames a column. */
function hasOtherColumns(live: RenamedTable | undefined, columns: readonly Named[]): boolean {
  if (live === undefined || live.own.name !== live.renamed.name) return true;
  const names = new Set(columns.map(({ name }) => name));
  return (
    live.columns.length !== columns.length ||
    live.columns.some(({ own, renamed }) => own.name !== renamed.name || !names.has(own.name))
  );
}
