import type { Note } from "./dependencies.ts";
import type { RowsEffect } from "./row-probe.ts";

/** The groups of questions that `--accept` can answer. */
export type QuestionAbout = "rename" | "constraint" | "type" | "enum" | "drop";

/** The object that a question is about. */
export interface QuestionSubject {
  /** `table`, `column`, `unique constraint`, `enum type` … */
  readonly kind: string;
  /** The table of a column, an index or a constraint. */
  readonly table?: string;
  readonly name: string;
}

/** What every question has. */
interface Common {
  readonly subject: QuestionSubject;
  /** A query that shows the rows that the change affects. */
  readonly query?: string;
  /** What happens to these rows: the statement fails on them, or they change, or they are lost. */
  readonly rows?: RowsEffect;
}

/** An old name and the new one. */
export interface NameChange {
  readonly from: string;
  readonly to: string;
}

/** The questions that the tool asks, each with the facts that only this question has. */
interface Facts {
  /** Were these objects renamed, or were the old ones dropped and new ones added? */
  rename: NameChange & {
    readonly about: "rename";
    /** The other names that change together with this one. */
    readonly also: readonly NameChange[];
    readonly isSwap?: true;
    /** Why a rename is likely. */
    readonly reason: string;
    /** The tables, columns and sequences whose rows or values are lost if the answer is no. */
    readonly loses: readonly QuestionSubject[];
    /** What happens to objects that models do not declare if the answer is no. */
    readonly notes?: readonly Note[];
  };
  /** Were these values of an enum type renamed, or were they removed and others added? */
  "rename values": { readonly about: "rename"; readonly values: readonly NameChange[] };
  /** A constraint or a unique index is added (`to`), dropped (`from`), or has another definition (both). */
  constraint: { readonly about: "constraint"; readonly from?: string; readonly to?: string };
  /** A foreign key has other actions; `reference` is the columns on both sides. */
  actions: NameChange & { readonly about: "constraint"; readonly reference: string };
  /** An index was created by hand, and the models declare another one. */
  "index by hand": NameChange & { readonly about: "constraint" };
  /** A column becomes NOT NULL. */
  "not null": { readonly about: "constraint" };
  /** A generated column is NOT NULL, and its expression may be NULL; `to` is the expression. */
  "null result": { readonly about: "constraint" | "type"; readonly to: string };
  /** A new column is NOT NULL and has no default: existing rows need a value. `fill` is the statement to complete. */
  value: { readonly about: "constraint"; readonly fill: string };
  /** A column gets another type. */
  type: NameChange & {
    readonly about: "type";
    /** What happens to its values: one sentence each. */
    readonly loses: readonly string[];
    /** Which rows the query shows, where `rows` does not say it precisely. */
    readonly shows?: string;
  };
  /** A plain column becomes a generated one; `to` is its expression. */
  generated: { readonly about: "type"; readonly to: string };
  /** A column gets a sequence of its own instead of one that it shares. */
  sequence: NameChange & { readonly about: "type" };
  /** PostgreSQL does not know a type of the models, or knows another one by the name of an enum type: `instead` says what. */
  "unknown type": { readonly about: "type"; readonly columns: readonly string[]; readonly instead?: string };
  /** An enum type no longer has these values. */
  "removed values": { readonly about: "enum"; readonly loses: readonly string[] };
  /** A column is dropped, and one of `candidates` may have taken its place. */
  "dropped column": {
    readonly about: "drop";
    readonly candidates: readonly string[];
    /** The one candidate is taken already: another column is renamed to it. */
    readonly isTaken?: true;
  };
  /** A table is dropped that neither the models nor the history know. */
  "unknown table": { readonly about: "drop"; readonly looksLike?: string };
}

/** Which question it is. */
export type QuestionKind = keyof Facts;

/**
 * What only a person can answer, as data: `asks` says which question it is and so which other facts it has.
 * `phraseQuestion` makes the sentence.
 */
export type Question<Kind extends QuestionKind = QuestionKind> = {
  [One in Kind]: { readonly asks: One } & Common & Facts[One];
}[Kind];
