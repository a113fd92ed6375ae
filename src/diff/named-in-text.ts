import { columns } from "../kinds/columns.ts";
import { readExpressionNames } from "../kinds/expression-names.ts";
import { keyOfItem } from "../kinds/item-keys.ts";
import type { AnyKind } from "../kinds/kind.ts";
import type { Dependencies, Use } from "../schema/dependencies.ts";
import { bareName } from "../sql.ts";

/** What of a table is meant by the SQL texts of one of its items. */
export interface TextUses {
  /** Whether they use one of these columns. */
  readonly names: (columns: ReadonlySet<string>) => boolean;
  /** Whether they use one of these enum types. */
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
    return { names: inTexts, castsTo: (types) => read.some((names) => hasAny(names.types, [...types].map(bareName))) };
  const used = uses.flatMap((use) => ("relation" in use && use.relation === table ? (use.column ?? []) : []));
  return {
    // The key columns of an index are among what it uses, and not in its texts.
    names: (columns) => inTexts(new Set(used.filter((name) => columns.has(name)))),
    castsTo: (types) => uses.some((use) => "type" in use && types.has(use.type)),
  };
}

/** Whether SQL calls one of these functions, which are given by their bare names. */
export function callsOneOf(text: string | undefined, functions: ReadonlySet<string>): boolean {
  return text !== undefined && hasAny(readExpressionNames(text).functions, functions);
}

/**
 * What an item uses in the live database, which has it. A column, an index or a constraint that is not among the
 * dependencies uses nothing that changes; of other kinds that is not known.
 * @param dependencies what is known of the live database, if it has the item as it is
 * @param kind the kind of the item
 */
export function usesInDatabase(
  dependencies: Dependencies | undefined | false,
  { list, isConstraint, ownsRelationName }: AnyKind,
  name: string,
  table: string,
): readonly Use[] | undefined {
  if (!dependencies) return undefined;
  const known = dependencies.uses.get(keyOfItem(list, name, table));
  const isRead = list === columns.list || isConstraint || ownsRelationName;
  if (known === undefined && isRead) return [];
  return known;
}

function hasAny(names: ReadonlySet<string>, wanted: Iterable<string>): boolean {
  return [...wanted].some((name) => names.has(name));
}
