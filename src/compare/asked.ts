/** A column of the row that an expression is about. */
export interface RowColumn {
  readonly name: string;
  /** Its name on the other side. */
  readonly as: string;
  readonly type: string;
}

/** One text put before the server. */
export interface ComparedText {
  readonly sql: string;
  /** What it is about; for an expression, the columns that it can mean. */
  readonly columns: readonly RowColumn[];
  /** An expression, an exclusion constraint, a query, or an expression over the rows of a query. */
  readonly how: "expression" | "exclusion" | "view" | { readonly from: string };
  readonly where: string;
  readonly text: string;
}

/** Texts with the same key have the same form. */
export function keyOf({ sql, columns, how }: ComparedText): string {
  return JSON.stringify([sql, columns, how]);
}
