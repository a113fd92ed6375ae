/** Every code of a {@link RemodelError}, with its meaning. The codes are part of the public interface. */
export const ERROR_CODES = {
  USAGE: "The command line or the configuration has a wrong option, or lacks one.",
  CONFIG_NOT_FOUND: "No file with a TypeORM data source was found.",
  CONFIG_INVALID: "The file does not export exactly one PostgreSQL data source, or its configuration is invalid.",
  CONFIG_FAILED: "The data source file threw an error while it was loaded.",
  FLEET_INVALID: "The configuration of the fleet, or its list of tenants, is wrong.",
  FLEET_EMPTY: "The fleet has no tenants, or none of them is selected.",
  MODELS_EMPTY: "The data source has no entities: its entity list matches no file, or the files export none.",
  MODELS_REJECTED: "TypeORM does not accept the models.",
  MODELS_CIRCULAR: "A circular import used a class before it was initialized.",
  MODULE_INVALID: "A file of the project could not be compiled or run.",
  PEER_MISSING: "A package that the project must install is missing.",
  DATABASE_UNREACHABLE: "No connection could be made to the database.",
  DATABASE_FORBIDDEN: "The database role lacks a privilege that the command needs.",
  DATABASE_FAILED: "PostgreSQL refused a statement.",
  DATABASE_LOST: "The connection was lost.",
  DATABASE_BUSY: "Another process is using the folder of the embedded database.",
  NAME_TOO_LONG: "An identifier is longer than the 63 bytes that PostgreSQL keeps.",
  OPERATION_INVALID: "An operation in a revision has invalid arguments.",
  FOLDER_TYPEORM: "The folder of the revisions is one in which TypeORM has its migrations.",
  REVISION_INVALID: "A revision file is not a valid revision.",
  REVISION_UNKNOWN: "No revision has that name.",
  REVISION_AMBIGUOUS: "Several revisions match that name.",
  REVISION_DUPLICATE: "Two revision files have the same id.",
  REVISION_UNFINISHED: "A revision still has an open question (op.todo).",
  REVISION_CHANGED: "A revision was edited after it was applied.",
  REVISION_FAILED: "A statement of a revision failed. The hint says what was rolled back.",
  REVISION_HALF_APPLIED: "A run stopped in the middle of a revision. Finish or undo that revision first.",
  REVISION_IRREVERSIBLE: "A revision cannot be downgraded: its downgrade calls op.irreversible, or throws.",
  HOOK_FAILED: "A function or a command of the configuration failed: beforeUpgrade, afterUpgrade or format.",
  TRANSACTION_ENDED: "A step ended the transaction of its revision, or left one open.",
  PLAN_CHANGED: "Another run changed which revisions are applied, so the plan is out of date.",
  BUILD_INVALID: "A file that `remodel build` wrote is missing, damaged or was edited.",
  BUILD_REFUSED: "The folder for `remodel build` has other files, or a command would write into a build.",
  HISTORY_EMPTY: "The command needs a revision file, but there is none.",
  GRAPH_HEADS: "The command needs one head, but there are several.",
  GRAPH_BROKEN: "A revision names a downRevision or a dependsOn that does not exist.",
  GRAPH_CYCLE: "Revisions follow each other in a circle.",
  NOT_AT_HEAD: "The database is not at the head of the history.",
  DATABASE_AHEAD: "The database has revisions that are missing from the folder.",
  STATE_DAMAGED: "A row in a table of remodel is damaged.",
  BASELINE_CIRCLE: "Objects of the database need each other in a circle, so no revision can create them.",
  BASELINE_UNPROVED:
    "The baseline makes another schema in an empty database than the live one has. Nothing was written.",
  SQUASH_REFUSED: "These revisions cannot become one revision.",
  SQUASH_UNPROVED: "A squashed revision does not do the same as the revisions that it replaces. Nothing was written.",
  TYPEORM_PENDING: "TypeORM has a migration that has not run in this database.",
  EXTENSION_MISSING: "The throwaway database lacks an extension that the project needs.",
  SCHEMA_MISSING: "The default schema, from the data source or the search path, does not exist.",
  TABLE_REFUSED: "The state table, its log or typeorm_metadata is not an ordinary table with a trusted owner.",
  STATE_ELSEWHERE: "The revisions of this folder were applied in another schema of the database.",
  LOSS_REFUSED: "A downgrade of a fleet would lose values that the command does not name.",
  LOCK_TIMEOUT: "Another session held a lock for too long.",
  LOCK_LOST: "The connection that held the migration lock was lost.",
  FLEET_BUSY: "Another process puts tenants into the same queue.",
  CANCELLED: "The run was cancelled.",
  FILE_FAILED: "A file or a folder could not be read or written.",
  INTERNAL: "A bug in remodel.",
} as const;

/** A stable name for what went wrong. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The one error class of the library: what is wrong, and what to do next. */
export class RemodelError extends Error {
  override readonly name = "RemodelError";
  /** A stable name for what went wrong, one of {@link ERROR_CODES}. */
  readonly code: ErrorCode;
  /** What to type or to change next. */
  readonly hint?: string;
  /** Data for programs: revision, file, line, sql. */
  readonly details?: Readonly<Record<string, unknown>>;

  /**
   * @param code a stable name for what went wrong
   * @param message what is wrong
   * @param options `hint`: what to type next; `cause`: the error that led to this one; `details`: data for programs
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

/** What an error says, whichever program made it: PostgreSQL, Node or this one. */
export interface ErrorText {
  readonly message: string;
  /** PostgreSQL's SQLSTATE, a code of Node such as `ENOENT`, or an {@link ErrorCode}. */
  readonly code?: string;
  /** What PostgreSQL adds to its message. */
  readonly detail?: string;
  readonly hint?: string;
  /** The function of PostgreSQL that refused, which no language of the server changes. */
  readonly routine?: string;
  readonly stack?: string;
}

/**
 * Reads what was thrown.
 * @param error any value: JavaScript can throw everything
 */
export function readError(error: unknown): ErrorText {
  const fields: Readonly<Record<string, unknown>> = Object(error);
  const keys = ["code", "detail", "hint", "routine", "stack"].filter((key) => typeof fields[key] === "string");
  const message = typeof fields["message"] === "string" ? fields["message"] : String(error);
  return { message, ...Object.fromEntries(keys.map((key) => [key, fields[key]])) };
}

/** Whether an error says that a person or a program cancelled the work. */
export function isCancelled(error: unknown): error is RemodelError & { readonly code: "CANCELLED" } {
  return error instanceof RemodelError && error.code === "CANCELLED";
}

/** For `catch`, where an error does not matter: what was cancelled is not gone on with. */
export function ignoreUnlessCancelled(error: unknown): undefined {
  if (isCancelled(error)) throw error;
  return undefined;
}

/** Whether a code is one of PostgreSQL's, an SQLSTATE, and not one of Node's, such as `EPIPE`. */
export function isSqlState(code: unknown): code is string {
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code);
}
