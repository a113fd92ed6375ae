import { readExpressionNames } from "../kinds/expression-names.ts";
import type { Use } from "../schema/dependencies.ts";
import { bareName } from "../sql.ts";

/** What of a table is meant by the SQL texts of one of its items. */
export interface TextUses {
  /** Whether they use one of these columns. */
  readonly names: (columns: ReadonlySet<string>) => boolean;
  /** Whether they use one of these types, which are given by their bare names. */
  readonly castsTo: (types: ReadonlySet<string>) => boolean;
}

/**
 * Says what texts use: the live database knows it of what it has, and the texts themselves say it of what is not there yet.
 * @param texts the SQL texts of an item
 * @param table the table of the item
 * @param uses what the item uses in the live database, if it has the same texts there
 */
export function usesOfTexts(texts: readonly string[], table: string, uses: readonly Use[] | undefined): TextUses {
  const read = texts.map(readExpressionNames);
  const inTexts = (columns: ReadonlySet<string>) => read.some((names) => hasAny(names.columns, columns));
  if (uses === undefined)
    return { names: inTexts, castsTo: (types) => read.some((names) => hasAny(names.types, types)) };
  const used = uses.flatMap((use) => ("relation" in use && use.relation === table ? (use.column ?? []) : []));
  return {
    // The key columns of an index are among what it uses, and not in its texts.
    names: (columns) => inTexts(new Set(used.filter((name) => columns.has(name)))),
    castsTo: (types) => uses.some((use) => "type" in use && types.has(bareName(use.type))),
  };
}

/** Whether SQL calls one of these functions, which are given by their bare names. */
export function callsOneOf(text: string | undefined, functions: ReadonlySet<string>): boolean {
  return text !== undefined && hasAny(readExpressionNames(text).functions, functions);
}

function hasAny(names: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  return [...wanted].some((name) => names.has(name));
}
