import { nameOfToken, type Token, tokenize } from "../tokens.ts";

/** The words after the list of a SELECT. */
const AFTER_LIST = ["from", "where", "group", "having", "window", "union", "intersect", "except", "order", "limit"];

/**
 * The names of the columns of a query, as far as its text says them: the names behind a star are not in the text.
 * @param query a query, with or without WITH
 */
export function outputNames(query: string): ReadonlySet<string> {
  return new Set(outputItems(query).flatMap((item) => outputName(item) ?? []));
}

/** The tokens of each item in the list of the first SELECT that is not inside of parentheses. */
function outputItems(query: string): readonly (readonly Token[])[] {
  const items: Token[][] = [];
  for (const { token, isInside } of selectList(query)) {
    if (!isInside && token.text === ",") items.push([]);
    else if (items.length === 0) items.push([token]);
    else items.at(-1)?.push(token);
  }
  return items;
}

/** The tokens between SELECT and what follows its list, and whether each is inside of parentheses. */
function selectList(query: string): readonly { readonly token: Token; readonly isInside: boolean }[] {
  const tokens = withDepth(tokenize(query).filter(({ kind }) => kind !== "space" && kind !== "comment"));
  const start = tokens.findIndex((one) => outerWord(one) === "select") + 1;
  if (start === 0) return [];
  const end = tokens.findIndex((one, at) => at >= start && AFTER_LIST.includes(outerWord(one)));
  return tokens.slice(start, end < 0 ? tokens.length : end);
}

function withDepth(tokens: readonly Token[]): readonly { readonly token: Token; readonly isInside: boolean }[] {
  let depth = 0;
  return tokens.map((token) => {
    if (token.text === "(" || token.text === "[") depth++;
    if (token.text === ")" || token.text === "]") depth--;
    return { token, isInside: depth > 0 };
  });
}

function outerWord({ token, isInside }: { readonly token: Token; readonly isInside: boolean }): string {
  if (isInside || token.kind !== "word") return "";
  return token.text.toLowerCase();
}

/** PostgreSQL takes the last word of an item as its name: behind AS, or the name of a column. */
function outputName(item: readonly Token[]): string | undefined {
  return nameOfToken(item.at(-1));
}
