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
