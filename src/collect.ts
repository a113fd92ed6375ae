/** Collects what is given into a list: `false` and `undefined` are left out. */
export function collect<Item>(...items: readonly (Item | false | undefined)[]): readonly Item[] {
  return items.filter((item): item is Item => item !== false && item !== undefined);
}

/** Joins the clauses of a statement with spaces: `false`, `undefined` and `""` are left out. */
export function joinClauses(...clauses: readonly (string | false | undefined)[]): string {
  return collect(...clauses)
    .filter((clause) => clause !== "")
    .join(" ");
}

/** Joins texts as they are: `false` and `undefined` are left out. */
export function joinTexts(...texts: readonly (string | false | undefined)[]): string {
  return collect(...texts).join("");
}
