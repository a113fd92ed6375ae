/**
 * Whether SQL has one of these names in it. The word may mean something else than the column: to drop and create what
 * need not be is no harm.
 */
export function namesOneOf(text: string | undefined, names: ReadonlySet<string>): boolean {
  return text !== undefined && [...names].some((name) => hasName(text, name));
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
