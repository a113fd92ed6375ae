/** Which rows of a table an operation cannot work with, as data: `showRows` makes the query. */
export type RowProbe = {
  /** The table whose rows are looked at, by its name when the operation runs. */
  readonly table: string;
  /** The constraint or the index, where the rows violate one. */
  readonly name?: string;
} & RowsSought;

/** What is sought among the rows. */
export type RowsSought =
  /** Any row at all: a new column is NOT NULL and has no value for it. */
  | { readonly finds: "any row" }
  /** Rows with NULL in a column. */
  | { readonly finds: "nulls"; readonly columns: readonly string[] }
  /** Values that several rows have, among the rows of the condition `where`. */
  | { readonly finds: "duplicates"; readonly columns: readonly string[]; readonly where?: string }
  /** Rows that reference a row that does not exist. */
  | {
      readonly finds: "orphans";
      readonly columns: readonly string[];
      readonly references: { readonly table: string; readonly columns: readonly string[] };
    }
  /** Rows for which the expression of a generated column is NULL. */
  | { readonly finds: "null results"; readonly expression: string }
  /** Rows for which an expression is false. */
  | { readonly finds: "violations"; readonly expression: string }
  /** Values of a column that do not fit another type, or change in it. */
  | { readonly finds: "values"; readonly column: string; readonly type: string; readonly using?: string }
  /** Values of an enum type that are not in its new list. */
  | {
      readonly finds: "labels";
      readonly column: string;
      readonly array?: true;
      readonly values: readonly string[];
    }
  /** Rows that conflict under an exclusion constraint: the clause after `EXCLUDE`. */
  | { readonly finds: "conflicts"; readonly expression: string }
  /** Rows that violate a constraint which was added as NOT VALID; its definition is elsewhere. */
  | { readonly finds: "unchecked"; readonly name: string };

/** What happens to the rows that a query finds: the statement fails on them, or they change, or they are lost. */
export type RowsEffect = "fail" | "change" | "change or fail" | "lost";
