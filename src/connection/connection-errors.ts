import { type ErrorText, isCancelled, RemodelError, readError } from "../errors.ts";

/** Codes of the operating system for a server that nothing reached. */
const SILENT = ["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN", "EAI_AGAIN"];
const TIMEOUT = /time ?out/i;

/** A reason why no connection could be made. */
interface Failure {
  /** PostgreSQL's SQLSTATE, or a code of Node. */
  readonly codes: readonly string[];
  /** What the message says where there is no code. */
  readonly pattern?: RegExp;
  /** What to say instead of the error's own message. */
  readonly problem?: (error: ErrorText) => string;
  readonly hint: string;
}

const FAILURES: readonly Failure[] = [
  {
    codes: ["28P01", "28000"],
    pattern: /password must be a (?:non-empty )?string/,
    hint: "Check the user and the password in the data source, DATABASE_URL or --url.",
  },
  {
    codes: ["3D000"],
    hint: "To create it with all its tables, run this with the same --url or DATABASE_URL: remodel upgrade --create\nOr create it empty: createdb, or CREATE DATABASE.",
  },
  {
    codes: ["53300"],
    hint: "Wait until other sessions end, or raise max_connections or the connection limit of the role.",
  },
  { codes: ["57P03"], hint: "Wait until the server has started. Then run the command again." },
  {
    codes: ["ECONNREFUSED", "ENOTFOUND", ...SILENT],
    problem: ({ code }) => `no server answers (${code}).`,
    hint: "Start the server, or check host and port.",
  },
  {
    codes: [],
    pattern: TIMEOUT,
    problem: () => "the server accepts the connection but does not answer.",
    hint: "Check host and port, and the network in between.",
  },
];

const OTHERWISE: Failure = { codes: [], hint: "Check the data source, DATABASE_URL or --url." };

/**
 * The error for a connection that could not be made.
 * @param error what `pg` threw
 * @param label the database, without its password
 */
export function connectionError(error: unknown, label: string): RemodelError {
  if (isCancelled(error)) return error;
  const { hint } = findFailure(error);
  return new RemodelError("DATABASE_UNREACHABLE", `${label}: ${describeFailure(error)}`, { hint, cause: error });
}

/**
 * Says why no connection could be made, without the name of the database.
 * @param error what `pg` threw
 */
export function describeFailure(error: unknown): string {
  const found = readError(error);
  return findFailure(error).problem?.(found) ?? (found.message || String(found.code));
}

function findFailure(error: unknown): Failure {
  const found = readError(error);
  return FAILURES.find((one) => isFailure(one, found)) ?? OTHERWISE;
}

function isFailure({ codes, pattern }: Failure, { code = "", message }: ErrorText): boolean {
  return codes.includes(code) || pattern?.test(message) === true;
}

/** Whether an error says that nothing reached the server, not that the server refused a connection. */
export function isUnreachable(error: unknown): boolean {
  const { code, message } = readError(error);
  if (code === undefined) return TIMEOUT.test(message);
  return SILENT.includes(code);
}
