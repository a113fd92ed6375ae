/** Every code a {@link RemodelError} can carry, with what it means. The codes are part of the public interface. */
export const ERROR_CODES = {
  USAGE: "The command line or the configuration does not say what to do.",
  CONFIG_NOT_FOUND: "No file with a TypeORM data source was found.",
  CONFIG_INVALID: "The file was found, but what it exports is not one PostgreSQL data source and one configuration.",
  CONFIG_FAILED: "The file of the data source threw an error while it was loaded.",
  MODELS_EMPTY: "The data source's entity list has no entity: it matches no file, or the files export none.",
  MODELS_REJECTED: "TypeORM does not accept the models.",
  MODELS_CIRCULAR: "A circular import used a class before it was initialized.",
  MODULE_INVALID: "A file of the project could not be compiled or run.",
  PEER_MISSING: "A package that the project has to bring is not installed.",
  DATABASE_UNREACHABLE: "No connection could be made to the database.",
  DATABASE_FORBIDDEN: "The database's user lacks a right that is needed.",
  DATABASE_FAILED: "PostgreSQL refused a statement.",
  DATABASE_LOST: "The connection was lost.",
  DATABASE_BUSY: "Another process has the folder of an embedded database open.",
  EXPRESSION_INVALID: "PostgreSQL cannot make sense of an expression or type in the models.",
  NAME_TOO_LONG: "An identifier is longer than the 63 bytes that PostgreSQL keeps.",
  OPERATION_INVALID: "An operation in a revision was called with arguments it does not take.",
  REVISION_INVALID: "A revision file is not a revision.",
  REVISION_UNKNOWN: "No revision has that name.",
  REVISION_AMBIGUOUS: "Several revisions match that name.",
  REVISION_DUPLICATE: "Two revision files have the same id.",
  REVISION_UNFINISHED: "A revision still has a TODO that a person has to answer.",
  REVISION_CHANGED: "A revision was edited after it had been applied.",
  REVISION_FAILED: "A statement of a revision failed; that revision was undone.",
  REVISION_HALF_APPLIED: "A run stopped in the middle of a revision, which has to be finished or taken back first.",
  REVISION_IRREVERSIBLE: "A revision cannot be taken back: its downgrade says so, or throws.",
  TRANSACTION_ENDED: "A step ended the transaction it ran in, or left one open.",
  PLAN_CHANGED: "Another run changed which revisions are applied, so that the plan is another one.",
  HISTORY_EMPTY: "There is no revision file where one is needed.",
  GRAPH_HEADS: "There are several heads where one is needed.",
  GRAPH_BROKEN: "A revision names a downRevision that does not exist.",
  GRAPH_CYCLE: "Revisions follow each other in a circle.",
  NOT_AT_HEAD: "The database is not at the head of the history.",
  DATABASE_AHEAD: "The database has revisions that the folder lacks.",
  STATE_DAMAGED: "A row of remodel's own tables does not hold what remodel writes.",
  SCHEMA_MISSING: "The schema that is meant first, the data source's or that of the search path, does not exist.",
  TABLE_REFUSED: "The state table, its log or typeorm_metadata is not a plain table of a trusted owner.",
  STATE_ELSEWHERE: "The history of this folder is kept for another schema of the database.",
  LOCK_TIMEOUT: "Another session kept a lock for too long.",
  LOCK_LOST: "The connection that kept other runs away was lost.",
  CANCELLED: "The run was cancelled.",
} as const;

/** A stable name for what went wrong. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The one error class of the library: what is so, and what to type next. */
export class RemodelError extends Error {
  override readonly name = "RemodelError";
  /** A stable name for what went wrong, one of {@link ERROR_CODES}. */
  readonly code: ErrorCode;
  /** What to type or change next. */
  readonly hint?: string;
  /** What a program may want to know: revision, file, line, sql. */
  readonly details?: Readonly<Record<string, unknown>>;

  /**
   * @param code a stable name for what went wrong
   * @param message what is so
   * @param options `hint`: what to type next; `cause`: the error behind this one; `details`: data for programs
   */
  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.hint !== undefined) this.hint = options.hint;
    if (options.details !== undefined) this.details = options.details;
  }
}
