import { type ErrorText, isSqlState, RemodelError, readError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { maskSecrets, shortStatement } from "../printable.ts";
import type { Recorded } from "../revision/op.ts";
import { locateCall } from "../state/call-location.ts";
import type { RevisionContext } from "./context.ts";
import { readNewOwner } from "./new-owners.ts";
import { needsSeveralTransactions } from "./segments.ts";

/** PostgreSQL's codes for an object that exists already: a table, a type or constraint, a column, a schema, a function. */
const EXISTS_ALREADY = ["42P07", "42710", "42701", "42P06", "42723"];
/** PostgreSQL's code for an object that others depend on. Its hint is to drop those too. */
const DEPENDENTS = "2BP01";
/** PostgreSQL's code for a table that is in use, for example by checks of rows that are pending. */
const IN_USE = "55006";
/** PostgreSQL's code for what the role has no right to do. */
const FORBIDDEN = "42501";
/** The function of PostgreSQL that refuses a statement because a policy would hide rows from it. */
const HIDDEN_ROWS = "check_enable_rls";

/** Says what the database has of a revision that did not finish: the end of a sentence about that revision. */
export function describeWhatRemains({ loaded, direction, single, half }: RevisionContext): string {
  if (single) return "was rolled back together with the whole run (--single-transaction)";
  if (half !== undefined || needsSeveralTransactions(loaded, direction))
    return "needs several transactions. Those before this one remain committed, and the next run continues after them";
  return "was rolled back. The revisions before it remain applied";
}

/**
 * The error of a step that failed, with file, line and SQL.
 * @param error what was thrown; an error of remodel's own is returned as it is
 * @param sql the last statement of the step, if it sent one
 * @param step the step, with the stack of its call in the revision file
 */
export function explainFailure(
  context: RevisionContext,
  error: unknown,
  sql: string | undefined,
  step: Recorded,
): unknown {
  const own = error instanceof RemodelError ? error.code : undefined;
  if (own !== undefined && own !== "OPERATION_INVALID") return error;
  const found = readError(error);
  const { code } = found;
  const { where, details } = locateCall(context.loaded, step.stack);
  const operation = context.loaded[context.direction].indexOf(step) + 1;
  const refused = isSqlState(code) && sql !== undefined ? maskSecrets(sql) : undefined;
  return new RemodelError(own ?? "REVISION_FAILED", `${where}: ${describeError(found, refused)}`, {
    cause: error,
    hint: `Revision ${details.revision} ${describeWhatRemains(context)}. ${suggestNextStep(found, details.revision, sql)}`,
    details: {
      ...details,
      ...(operation > 0 && { operation }),
      ...dropUndefined({ sql: refused, code }),
    },
  });
}

/** The message, PostgreSQL's detail and hint, and the statement that it refused. */
function describeError({ code, message, detail, hint }: ErrorText, refused: string | undefined): string {
  const lines = [message];
  if (detail) lines.push(shortStatement(detail));
  if (hint && code !== DEPENDENTS) lines.push(`PostgreSQL's hint: ${hint}`);
  const statement = refused ? shortStatement(refused).split("\n") : [];
  return [...lines, ...statement.map((line) => `  ${line}`)].join("\n");
}

function suggestNextStep({ code = "", routine, hint }: ErrorText, id: string, sql = ""): string {
  if (code === FORBIDDEN && routine !== HIDDEN_ROWS) return suggestRight(readNewOwner(sql));
  if (routine === HIDDEN_ROWS) return revealRows(hint !== undefined);
  if (EXISTS_ALREADY.includes(code))
    return `If the database already has everything that this revision creates, run: remodel stamp ${id}`;
  if (code === DEPENDENTS)
    return "In the revision, drop or change the dependent objects before this step and recreate them after it. Then run the command again.";
  if (code === IN_USE)
    return 'If deferred constraints are still unchecked, add op.sql("SET CONSTRAINTS ALL IMMEDIATE") before it. Then run the command again.';
  return "Correct it and run the command again.";
}

/** @param owner the role that the statement gives something to, as it is written there */
function suggestRight(owner: string | undefined): string {
  const other = "Or run the command as another role, with --url";
  if (owner === undefined) return "Run the command as another role, with --url. What this role lacks: remodel doctor";
  return `Only a member of ${owner} may give it something: as a superuser, run GRANT ${owner} TO the role of this connection. ${other}.`;
}

/** What to type where a policy hides rows that would keep their values. Its table is in the message. */
function revealRows(isOwner: boolean): string {
  const role = "with a role that has BYPASSRLS";
  if (!isOwner)
    return `Rows that the policy hides would be left as they are. Run the command as the owner of that table or ${role}.`;
  return `Rows that the policy hides would be left as they are. In the revision, add op.sql("ALTER TABLE … NO FORCE ROW LEVEL SECURITY") for that table before this step, and the same with FORCE after it. Or run the command ${role}.`;
}
