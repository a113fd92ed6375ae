import { type Token, tokenize } from "../tokens.ts";

/** The words after the list of a SELECT. */
const AFTER_LIST = ["from", "where", "group", "having", "window", "union", "intersect", "except", "order", "limit"];

/**
 * The names of the columns of a query, as far as its text says them: a star stands for names that are not in the text.
 * @param query a query, with or without WITH
 */
export function outputNames(query: string): ReadonlySet<string> {
  return new Set(outputItems(query).flatMap((item) => outputName(item) ?? []));
}

/** The tokens of each item in the list of the first SELECT that is not inside of parentheses. */
function outputItems(query: string): readonly (readonly Token[])[] {
  const items: Token[][] = [];
  let depth = 0;
  let isInList = false;
  for (const token of tokenize(query)) {
    if (token.kind === "space" || token.kind === "comment") continue;
    if (token.text === "(" || token.text === "[") depth++;
    if (token.text === ")" || token.text === "]") depth--;
    const word = depth === 0 && token.kind === "word" ? token.text.toLowerCase() : "";
    if (isInList && AFTER_LIST.includes(word)) break;
    if (isInList && depth === 0 && token.text === ",") items.push([]);
    else if (isInList) items.at(-1)?.push(token);
    if (!isInList && word === "select") {
      isInList = true;
      items.push([]);
    }
  }
  return items;
}

/** PostgreSQL takes the last word of an item as its name: behind AS, or the name of a column. */
function outputName(item: readonly Token[]): string | undefined {
  const last = item.at(-1);
  if (last?.kind === "name") return last.text.slice(1, -1).replaceAll('""', '"');
  return last?.kind === "word" ? last.text.toLowerCase() : undefined;
}
