import type { Use } from "../schema/dependencies.ts";
import { bareName } from "../sql.ts";

/**
 * Whether SQL has one of these names in it. The word may mean something else than the column: to drop and create what
 * need not be is no harm.
 */
export function namesOneOf(text: string | undefined, names: ReadonlySet<string>): boolean {
  return text !== undefined && [...names].some((name) => hasName(text, name));
}

/** What of a table is meant by the SQL texts of one of its items. */
export interface TextUses {
  /** Whether they use one of these columns. */
  readonly names: (columns: ReadonlySet<string>) => boolean;
  /** Whether they use one of these types, which are given by their bare names. */
  readonly castsTo: (types: ReadonlySet<string>) => boolean;
}

/**
 * Says what texts use. Where the live database knows it, a word that only looks like a name does not count.
 * @param texts the SQL texts of an item
 * @param table the table of the item
 * @param uses what the item uses in the live database, if it has the same texts there
 */
export function usesOfTexts(texts: readonly string[], table: string, uses: readonly Use[] | undefined): TextUses {
  const inTexts = (columns: ReadonlySet<string>) => texts.some((text) => namesOneOf(text, columns));
  if (uses === undefined) return { names: inTexts, castsTo: (types) => texts.some((text) => castsTo(text, types)) };
  const used = uses.flatMap((use) => ("relation" in use && use.relation === table ? (use.column ?? []) : []));
  return {
    // The key columns of an index are among what it uses, and not in its texts.
    names: (columns) => inTexts(new Set(used.filter((name) => columns.has(name)))),
    castsTo: (types) => uses.some((use) => "type" in use && types.has(bareName(use.type))),
  };
}

/** In a plain name every letter counts; an odd one has quotes around it. */
function hasName(text: string, name: string): boolean {
  if (!/^\w+$/.test(name)) return text.includes(name.replaceAll('"', '""'));
  return new RegExp(`(?<![\\w$\\u0080-\\uffff])${name}(?![\\w$\\u0080-\\uffff])`).test(text);
}

/**
 * Whether SQL has a cast to one of these types in it.
 * @param types the bare names of types
 */
export function castsTo(text: string, types: ReadonlySet<string>): boolean {
  if (types.size === 0) return false;
  return [...text.matchAll(CAST)].some(([, quoted, plain]) =>
    quoted === undefined ? types.has((plain ?? "").toLowerCase()) : types.has(quoted.replaceAll('""', '"')),
  );
}

/** A type after `::` or, as in `CAST`, after AS, with or without its schema. */
const CAST = /(?:::|\bAS\b)\s*(?:(?:"(?:[^"]|"")+"|[\w$]+)\s*\.\s*)?(?:"((?:[^"]|"")+)"|([\w$]+))/giu;
