import type { CreatedText } from "../kinds/kind.ts";
import type { RowColumn } from "../kinds/probes.ts";

/** An SQL text as the server is asked about it. */
export interface ComparedText {
  readonly sql: string;
  /** The columns that the text may use. */
  readonly columns: readonly RowColumn[];
  /** An expression over the columns, an expression over the rows of a query, or the text of an object. */
  readonly how: "expression" | { readonly from: string } | CreatedText;
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
    const key = JSON.stringify([text.sql, text.columns, describeHow(text)]);
    const known = texts.get(key) ?? text;
    texts.set(key, known);
    return known;
  };
}

function describeHow({ sql, columns, how }: ComparedText): unknown {
  return typeof how === "object" && "probe" in how ? how.probe(sql, columns).create : how;
}
