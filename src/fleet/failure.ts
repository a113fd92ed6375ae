import { type ErrorCode, isSqlState, RemodelError, readError } from "../errors.ts";
import { mapGiven } from "../given.ts";
import { maskSecrets, shortStatement } from "../printable.ts";

/**
 * What a failure of one tenant means for the run.
 * - `passing`: the tenant is tried again after a pause
 * - `busy`: another run changes the tenant; it is looked at again at the end of the wave
 * - `rows`: the tenant's rows are in the way
 * - `systemic`: the revision is wrong, or a privilege is missing; a second tenant with the same failure stops the run
 * - `unreachable`: no connection, and another attempt would not help
 * - `project`: the revisions cannot be run anywhere
 * - `cancelled`: the run was cancelled
 * - `other`: a failure of this tenant alone
 */
export type FailureClass = "passing" | "busy" | "rows" | "systemic" | "unreachable" | "project" | "cancelled" | "other";

/** How a tenant ends that was not changed. */
export type FailedOutcome = "quarantined" | "failed" | "busy" | "unreachable" | "waiting";

interface FailureRule {
  readonly class: FailureClass;
  /** SQLSTATEs, or their beginnings, or codes of Node. */
  readonly codes: readonly string[];
  readonly outcome: FailedOutcome;
  /** Nothing reached the server, so other tenants of the server have the same failure. */
  readonly silent?: true;
}

/** What PostgreSQL or the system says; the first rule that has the code, or the beginning of it, counts. */
export const STATE_RULES: readonly FailureRule[] = [
  // A lock that another session holds, a deadlock, a conflict of serializable transactions.
  { class: "passing", codes: ["55P03", "40P01", "40001"], outcome: "busy" },
  // Too many connections; the server stops, has crashed or starts; the connection broke.
  { class: "passing", codes: ["53300", "57P01", "57P02", "57P03", "57P05", "08"], outcome: "unreachable" },
  {
    class: "passing",
    codes: [
      "ECONNREFUSED",
      "ECONNRESET",
      "EPIPE",
      "ETIMEDOUT",
      "EHOSTUNREACH",
      "ENETUNREACH",
      "EHOSTDOWN",
      "ENETDOWN",
      "EADDRNOTAVAIL",
      "ENOTFOUND",
      "EAI_AGAIN",
    ],
    outcome: "unreachable",
    silent: true,
  },
  // A wrong password or user, no such database, a database that was dropped during the run.
  { class: "unreachable", codes: ["28", "3D000", "57P04"], outcome: "unreachable" },
  { class: "rows", codes: ["23", "22"], outcome: "quarantined" },
  { class: "systemic", codes: ["42", "0A000"], outcome: "failed" },
];

/** What remodel itself says, where no SQLSTATE decides. */
export const CODE_RULES: Readonly<Partial<Record<ErrorCode, Omit<FailureRule, "codes">>>> = {
  DATABASE_LOST: { class: "passing", outcome: "unreachable" },
  LOCK_LOST: { class: "passing", outcome: "unreachable" },
  PLAN_CHANGED: { class: "passing", outcome: "busy" },
  LOCK_TIMEOUT: { class: "busy", outcome: "busy" },
  DATABASE_BUSY: { class: "busy", outcome: "busy" },
  DATABASE_UNREACHABLE: { class: "unreachable", outcome: "unreachable" },
  CANCELLED: { class: "cancelled", outcome: "waiting" },
  REVISION_UNFINISHED: { class: "project", outcome: "failed" },
  REVISION_IRREVERSIBLE: { class: "project", outcome: "failed" },
  REVISION_INVALID: { class: "project", outcome: "failed" },
  REVISION_UNKNOWN: { class: "project", outcome: "failed" },
  REVISION_AMBIGUOUS: { class: "project", outcome: "failed" },
  REVISION_DUPLICATE: { class: "project", outcome: "failed" },
  OPERATION_INVALID: { class: "project", outcome: "failed" },
  MODULE_INVALID: { class: "project", outcome: "failed" },
  CONFIG_NOT_FOUND: { class: "project", outcome: "failed" },
  CONFIG_FAILED: { class: "project", outcome: "failed" },
  FOLDER_TYPEORM: { class: "project", outcome: "failed" },
  PEER_MISSING: { class: "project", outcome: "failed" },
  HISTORY_EMPTY: { class: "project", outcome: "failed" },
  GRAPH_HEADS: { class: "project", outcome: "failed" },
  GRAPH_BROKEN: { class: "project", outcome: "failed" },
  GRAPH_CYCLE: { class: "project", outcome: "failed" },
};

const OTHERWISE: Omit<FailureRule, "codes"> = { class: "other", outcome: "failed" };
const SILENT: Omit<FailureRule, "codes"> = { class: "passing", outcome: "unreachable", silent: true };
/** A message of `pg` that has no code: the server did not answer in time, or closed the connection. */
const SILENT_MESSAGE = /time ?out|terminated unexpectedly|does not answer/i;

/** What went wrong with a tenant. */
export interface Failure {
  readonly class: FailureClass;
  /** How the tenant ends if it is not tried again. */
  readonly outcome: FailedOutcome;
  /** Nothing reached the server. */
  readonly silent: boolean;
  /** Equal for failures that are the same in two tenants; absent unless the failure is systemic. */
  readonly cause?: string;
  /** A few words by which tenants with the same failure are counted together. */
  readonly reason: string;
  readonly error: TenantError;
}

/** An error of a tenant as the report has it. */
export interface TenantError {
  readonly code: string;
  readonly sqlState?: string;
  readonly message: string;
  readonly revision?: string;
  readonly file?: string;
  readonly line?: number;
  /** A query that shows the rows that are in the way. */
  readonly query?: string;
}

/**
 * Says what a failure of one tenant means.
 * @param error what was thrown
 */
export function classifyFailure(error: unknown): Failure {
  const state = findState(error);
  const rule = findRule(error, state);
  const described = describeError(error, state);
  return {
    class: rule.class,
    outcome: rule.outcome,
    silent: rule.silent === true,
    ...(rule.class === "systemic" && { cause: [described.revision, described.line, state].join(" ") }),
    error: described,
    reason: summarize(error, described),
  };
}

function describeError(error: unknown, state: string | undefined): TenantError {
  const { message } = readError(error);
  const sqlState = isSqlState(state) ? { sqlState: state } : undefined;
  if (error instanceof RemodelError)
    return { code: error.code, ...sqlState, message: maskSecrets(message), ...pickDetails(error) };
  return { code: sqlState === undefined ? "INTERNAL" : "DATABASE_FAILED", ...sqlState, message: maskSecrets(message) };
}

function pickDetails({ details = {} }: RemodelError): Partial<TenantError> {
  const { revision, file, line, query } = details;
  return {
    ...(typeof revision === "string" && { revision }),
    ...(typeof file === "string" && { file }),
    ...(typeof line === "number" && { line }),
    ...(typeof query === "string" && { query }),
  };
}

function findRule(error: unknown, state: string | undefined): Omit<FailureRule, "codes"> {
  const own = error instanceof RemodelError ? CODE_RULES[error.code] : undefined;
  // These two decide what the run does next, for any cause.
  if (own?.class === "cancelled" || own?.class === "project") return own;
  const found = STATE_RULES.find(({ codes }) => codes.some((code) => state?.startsWith(code)));
  if (found !== undefined) return found;
  const isSilent = state === undefined && listCauses(error).some((one) => SILENT_MESSAGE.test(readError(one).message));
  if (isSilent && (own === undefined || own.outcome === "unreachable")) return SILENT;
  return own ?? OTHERWISE;
}

/** The SQLSTATE, or the code of Node, of an error or of the errors that led to it. */
function findState(error: unknown): string | undefined {
  const given = error instanceof RemodelError ? error.details?.["code"] : undefined;
  if (isSqlState(given)) return given;
  const codes = listCauses(error).flatMap((one) => (one instanceof RemodelError ? [] : [readError(one).code]));
  return codes.find((code) => isSqlState(code) || /^E[A-Z_]{3,}$/.test(code ?? ""));
}

/** An error and the errors that led to it. */
function listCauses(error: unknown, depth = 5): readonly unknown[] {
  if (error === undefined || depth === 0) return [];
  const { cause }: { readonly cause?: unknown } = Object(error);
  return [error, ...listCauses(cause, depth - 1)];
}

const LONGEST_REASON = 120;

/** `23505 UQ_shop_code`, `23502 shop.code`; where PostgreSQL names neither, the first line of the message. */
function summarize(error: unknown, { code, sqlState, message }: TenantError): string {
  const name = listCauses(error).map(findName).find(Boolean);
  if (sqlState !== undefined && name !== undefined) return `${sqlState} ${name}`;
  const [line = ""] = removeLocation(error, message).split("\n");
  const text = shortStatement(line, LONGEST_REASON).replace(/\.$/, "");
  const shown = sqlState ?? (PLAIN_CODES.includes(code) ? undefined : code);
  if (shown === undefined) return text;
  return `${shown} ${text}`;
}

/** Codes that say less than the message. */
const PLAIN_CODES = ["INTERNAL", "DATABASE_UNREACHABLE", "REVISION_FAILED", "LOCK_TIMEOUT"];

/**
 * The message without what differs by tenant: where a revision failed, who holds a lock, and the names of users and
 * databases.
 */
function removeLocation(error: unknown, message: string): string {
  if (!(error instanceof RemodelError)) return message;
  return WITHOUT_LOCATION[error.code]?.(message, error.cause) ?? message;
}

const WITHOUT_LOCATION: Readonly<Partial<Record<ErrorCode, (message: string, cause: unknown) => string | undefined>>> =
  {
    REVISION_FAILED: (_, cause) => mapGiven(cause, (one) => readError(one).message),
    LOCK_TIMEOUT: (_, cause) =>
      mapGiven(cause, (one) => removeLocation(one, readError(one).message)) ?? "another run holds the migration lock",
    DATABASE_UNREACHABLE: (message) => message.replace(/^\S+: /, "").replace(/"[^"]*"/g, '"…"'),
  };

/** The constraint, or the table and its column, that PostgreSQL names. */
function findName(error: unknown): string | undefined {
  const { constraint, table, column }: Readonly<Record<string, unknown>> = Object(error);
  if (typeof constraint === "string") return constraint;
  return typeof table === "string" && typeof column === "string" ? `${table}.${column}` : undefined;
}
