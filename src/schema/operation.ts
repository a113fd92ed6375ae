import type { Database } from "../database.ts";
import type { Note } from "./dependencies.ts";
import type { Question } from "./question.ts";
import type { RowProbe } from "./row-probe.ts";
import type { RuleName } from "./rule-names.ts";

/** A risk of a statement that a person should know before it runs. */
export interface Hazard {
  /** The rule of a review that speaks of it. The review knows the schema and the size of the table, and says more. */
  readonly code: RuleName;
  /** The table it happens to, where there is one. */
  readonly table?: string;
  /** One sentence. */
  readonly text: string;
}

/** The lock modes of PostgreSQL but those of reading, the weakest first. */
export const LOCK_MODES = [
  "ROW EXCLUSIVE",
  "SHARE UPDATE EXCLUSIVE",
  "SHARE",
  "SHARE ROW EXCLUSIVE",
  "EXCLUSIVE",
  "ACCESS EXCLUSIVE",
] as const;

/** The strongest lock that an operation takes on an existing object, until the end of its transaction. */
export interface Lock {
  readonly mode: (typeof LOCK_MODES)[number];
  /** The table, view or sequence. */
  readonly on: string;
  /**
   * The lock is not taken on that object, but on what depends on it: foreign keys, views, sequences. Only the database
   * knows which of them the operation needs.
   */
  readonly onDependents?: true;
}

/** The object of an operation, and what the operation does to it. */
export interface OperationTarget {
  /** `constraint` for every kind of constraint: `DROP CONSTRAINT` does not say which one it is. */
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
  /** The name of the method on `op`, such as `createIndex`. */
  readonly name: string;
  /** The arguments of the call in the revision file. */
  readonly args: readonly unknown[];
  /** Absent for a `custom` step and for a `note`. */
  readonly target?: OperationTarget;
  /** Autogenerate never writes it, so below a question it is a person's, and stays. */
  readonly byHand?: true;
  /** It is a statement or code that a person wrote, and may change anything. */
  readonly custom?: "statement" | "code";
  /**
   * It changes nothing: it is a question to a person, says that there is no way back, or accepts a finding about the next
   * operation.
   */
  readonly note?: "question" | "no way back" | "acceptance";
  /**
   * The facts that its object loses although it stays, as `Fact` names them: PostgreSQL sets the storage of a column
   * to the default of its new type. `all` where a new object takes the place of the old one.
   */
  readonly resets?: readonly string[] | "all";
  /** Columns that it gives another type, besides its object. */
  readonly retypes?: readonly { readonly table: string; readonly column: string }[];
  /** The statements. */
  readonly sql: readonly string[];
  readonly hazards?: readonly Hazard[];
  /** The rows that PostgreSQL refuses, or changes. */
  readonly probes?: readonly RowProbe[];
  /** The rows that a new constraint refuses, but only when `validateConstraint` checks them. */
  readonly unchecked?: readonly RowProbe[];
  /** The locks, without those of reading; absent if they are unknown, as for custom SQL. */
  readonly locks?: readonly Lock[];
  /** The transaction is committed after it, and the next operation begins another one. */
  readonly endsTransaction?: true;
  /** PostgreSQL does not allow the statement in a transaction, such as `CREATE INDEX CONCURRENTLY`. */
  readonly outsideTransaction?: true;
  /** A query of one boolean `done`: whether an earlier run that was killed finished such a statement. */
  readonly done?: string;
  /** Values for the parameters of the one statement in `sql`. */
  readonly values?: readonly unknown[];
  /** Code that is run instead of `sql`. An offline script has the statements of `sql`, if there are any. */
  readonly run?: (db: Database, batches: Batches) => Promise<void>;
  /** For a step that commits batches: its statement in an offline script, which writes a note with each batch. */
  readonly script?: (notes: BatchNotes) => string;
}

/** How a step of an offline script notes which batches are done. */
export interface BatchNotes {
  /** A query of one text: the note of the last committed batch, or NULL. */
  readonly read: string;
  /**
   * The statement that notes it.
   * @param position an SQL expression of type `text`
   */
  readonly write: (position: string) => string;
}

/** What a step gets that works in batches, each of which is committed. */
export interface Batches {
  /** The result of the last committed batch of an earlier run that was interrupted. */
  readonly position?: string;
  /**
   * Runs one batch in a transaction and notes its end in it. Runs it again after a lock timeout.
   * @param work returns the position after the batch
   */
  readonly batch: (work: () => Promise<string>) => Promise<void>;
  /** Reports how many rows are done, and of how many if that is known. */
  readonly progress: (rows: number, of?: number) => void;
}

/** A commented line under a question: another guess to keep instead, or something to do before the change. */
export interface Alternative {
  readonly when: "or" | "first";
  readonly operation: Operation;
  /** Why it is likely. */
  readonly reason?: string;
}

/** Operations that belong together, with the question they depend on. */
export interface Change {
  readonly operations: readonly Operation[];
  /** What a comment above the operations says: the object that a statement is about. */
  readonly heading?: string;
  readonly question?: Question;
  /** The operations if the answer to the question is no. */
  readonly ifNo?: readonly Operation[];
  readonly alternatives?: readonly Alternative[];
  /** What the operations do to objects that models do not declare. */
  readonly notes?: readonly Note[];
  /** Those of `notes` whose objects can be created again only behind a later change. */
  readonly createLater?: readonly Note[];
  /** Notes of earlier changes whose objects can be created again behind this one. */
  readonly createAgain?: readonly Note[];
  /**
   * The parts of its table that have to come first: for a generated column the columns that it is computed from, for a
   * column of a primary key that becomes nullable the constraints.
   */
  readonly createAfter?: "columns" | "constraints";
  /** It comes before the other columns of its table: a virtual column becomes plain before the columns it is computed from change. */
  readonly beforeOtherColumns?: true;
  /** It comes before names go aside: its statements have those names. */
  readonly beforeAsides?: true;
  /** It comes before the changes of all tables: it changes columns of several, which others may use. */
  readonly beforeOtherTables?: true;
}
