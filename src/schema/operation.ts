import type { Database } from "../database.ts";
import type { Question } from "./question.ts";

/** What a statement may do that a person should know before it runs. */
export interface Hazard {
  /** A stable name: `DATA_LOSS`, `TABLE_REWRITE`, `TABLE_SCAN`, `BLOCKS_READS`, `BLOCKS_WRITES`, `MAY_FAIL`, `BREAKS_CLIENTS`, `IRREVERSIBLE`. */
  readonly code: string;
  /** The table it happens to, where there is one. */
  readonly table?: string;
  /** One sentence about that table. */
  readonly text: string;
}

/** PostgreSQL's lock modes that an operation may need, the weakest first. */
export const LOCK_MODES = [
  "ROW EXCLUSIVE",
  "SHARE UPDATE EXCLUSIVE",
  "SHARE",
  "SHARE ROW EXCLUSIVE",
  "ACCESS EXCLUSIVE",
] as const;

/** The strongest lock that an operation takes on something that was there before; it is held to the end of its transaction. */
export interface Lock {
  readonly mode: (typeof LOCK_MODES)[number];
  /** The table, view or sequence. */
  readonly on: string;
  /**
   * Not that one is meant, but what is tied to it by a foreign key, as a view or as a sequence, as far as the operation
   * has to do with it: which ones only the database knows.
   */
  readonly tied?: true;
}

/** What an operation is about, and what becomes of it. */
export interface OperationTarget {
  /** `constraint` for every kind of constraint: its name does not say which one it is. */
  readonly kind:
    | "table"
    | "column"
    | "index"
    | "constraint"
    | "enum type"
    | "enum value"
    | "sequence"
    | "view"
    | "schema"
    | "extension"
    | "row of TypeORM's metadata";
  /** The table of a column, index or constraint, or the enum type of a value. */
  readonly table?: string;
  /** Its name before the operation. */
  readonly name: string;
  /** `comment` sets or removes its comment; `insert` and `update` write rows of a table and leave its definition alone. */
  readonly effect: "create" | "drop" | "alter" | "rename" | "move" | "comment" | "insert" | "update";
  /** Its name after a `rename` or `move`. */
  readonly to?: string;
}

/** One step of a revision: plain data, made by one function of a file in `kinds/`. */
export interface Operation {
  /** The method on `op`: `createIndex`. */
  readonly name: string;
  /** Exactly what stands between the parentheses. */
  readonly args: readonly unknown[];
  /** Absent for a `custom` step and for a `note`. */
  readonly target?: OperationTarget;
  /** A statement or code that a person wrote: it may change anything. */
  readonly custom?: "statement" | "code";
  /** It changes nothing: it asks a person something, or says that there is no way back. */
  readonly note?: "question" | "no way back";
  /** What PostgreSQL is told. */
  readonly sql: readonly string[];
  readonly hazards?: readonly Hazard[];
  /** Without those of plain reading; absent where nobody can tell, as in SQL of one's own. */
  readonly locks?: readonly Lock[];
  /** Where PostgreSQL does not allow the statement in a transaction, such as `CREATE INDEX CONCURRENTLY`. */
  readonly outsideTransaction?: true;
  /** A query of one boolean `done`: whether an earlier run that was killed had come to the end of such a statement. */
  readonly done?: string;
  /** Values for the parameters of the one statement in `sql`. */
  readonly values?: readonly unknown[];
  /** A step in code, which is run instead of `sql`; that is then what an offline script has, if there is any. */
  readonly run?: (db: Database, batches: Batches) => Promise<void>;
  /** The statement of an offline script for a step that commits batches, each together with its note. */
  readonly script?: (notes: BatchNotes) => string;
}

/** How a step of a script notes which batches are done. */
export interface BatchNotes {
  /** A query of one text: what the last committed batch noted, or NULL. */
  readonly read: string;
  /**
   * The statement that notes it.
   * @param position an SQL expression of type `text`
   */
  readonly write: (position: string) => string;
}

/** How a step outside a transaction works in batches that are committed one by one. */
export interface Batches {
  /** What the last committed batch of an earlier, interrupted run returned. */
  readonly position?: string;
  /**
   * Runs one batch in a transaction, again where a lock was not to be had, and notes in it how far it came.
   * @param work returns the position behind the batch
   */
  readonly batch: (work: () => Promise<string>) => Promise<void>;
  /** Tells how many rows are done, of how many if that is known. */
  readonly progress: (rows: number, of?: number) => void;
}

/** A line that a person may want with a question: another guess to keep instead, or what to do before the change. */
export interface Alternative {
  readonly when: "or" | "first";
  readonly operation: Operation;
  /** Why it is likely. */
  readonly reason?: string;
}

/** A step towards the wanted schema, with everything that follows from it. */
export interface Change {
  readonly operations: readonly Operation[];
  readonly question?: Question;
  /** What to keep if the answer to the question is no. */
  readonly ifNo?: readonly Operation[];
  readonly alternatives?: readonly Alternative[];
  /**
   * What of its table it has to wait for: a generated column for the columns that it is made of, a column of a primary
   * key that becomes nullable for the constraints.
   */
  readonly createAfter?: "columns" | "constraints";
  /** The other columns of its table wait for it: a generated column becomes plain before what it is made of changes. */
  readonly beforeOtherColumns?: true;
}
