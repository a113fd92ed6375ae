/** A column of the row that an expression is about. */
export interface RowColumn {
  readonly name: string;
  /** Its name on the other side. */
  readonly as: string;
  readonly type: string;
}

/** An SQL text as the server is asked about it. */
export interface ComparedText {
  readonly sql: string;
  /** The columns that an expression or an exclusion constraint may use. */
  readonly columns: readonly RowColumn[];
  /** An expression, an exclusion constraint, a query, or an expression over the rows of a query. */
  readonly how: "expression" | "exclusion" | "view" | { readonly from: string };
  /** The object that has it, as `table.column`, for messages. */
  readonly where: string;
  /** The text as the object has it. */
  readonly text: string;
}

/** A text of the live database, and one of the models that may mean the same. */
export interface TextPair {
  readonly live: ComparedText;
  readonly model: ComparedText;
}

/** Makes texts that the server reads in the same way one object, so that it is asked once. */
export function createTextStore(): (text: ComparedText) => ComparedText {
  const texts = new Map<string, ComparedText>();
  return (text) => {
    const key = JSON.stringify([text.sql, text.columns, text.how]);
    const known = texts.get(key) ?? text;
    texts.set(key, known);
    return known;
  };
}
