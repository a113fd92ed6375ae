import { collect } from "../collect.ts";
import { mayWriteRows } from "../kinds/targets.ts";
import type { Operation } from "../schema/operation.ts";
import { blockSql } from "../sql.ts";
import { readWords, splitStatements } from "./script-text.ts";

/** First words of statements that read or write rows, or change settings. PostgreSQL accepts them while checks of rows are pending. */
const ROWS = /^(SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|VALUES|TABLE|COPY|SET|SHOW|LOCK|SAVEPOINT|RELEASE|ROLLBACK)\b/;
/** First words of statements that leave no further row with a pending check. */
const NO_ROWS = /^(CREATE|ALTER|DROP|COMMENT|GRANT|REVOKE)\b/;

/**
 * The statements that make all pending checks of deferred constraints. PostgreSQL refuses to alter a table while such
 * checks are pending. Afterwards constraints that are INITIALLY DEFERRED are deferred again. Those that are INITIALLY
 * IMMEDIATE are immediate, even if `SET CONSTRAINTS` had deferred them. `SET CONSTRAINTS` takes names, so two constraints
 * with the same name in one schema are deferred together.
 */
export const CHECK_ROWS: readonly [string, string] = [
  "SET CONSTRAINTS ALL IMMEDIATE",
  blockSql(`DECLARE names text := (
    SELECT pg_catalog.string_agg(DISTINCT pg_catalog.format('%I.%I', n.nspname, c.conname), ', ')
    FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
    WHERE c.condeferred AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND NOT pg_catalog.pg_is_other_temp_schema(n.oid));
BEGIN IF names IS NOT NULL THEN EXECUTE 'SET CONSTRAINTS ' || names || ' DEFERRED'; END IF; END`),
];

/** Whether checks of rows may stay pending while a text runs: all its statements read or write rows. */
export function letsRowsWait(sql: string): boolean {
  return readFirstWords(sql).every((head) => ROWS.test(head));
}

/** Whether pending checks must be made before an operation. For code this is decided statement by statement. */
export function needsChecks(operation: Operation): boolean {
  if (operation.locks !== undefined) return operation.locks.some(({ mode }) => mode !== "ROW EXCLUSIVE");
  return operation.run === undefined && !operation.sql.every(letsRowsWait);
}

/** Whether checks of rows may be pending after an operation. */
export function leavesChecks(operation: Operation): boolean {
  const { locks, sql } = operation;
  if (locks === undefined) return sql.some(leavesRows);
  return mayWriteRows(operation) || locks.some(({ mode }) => mode === "ROW EXCLUSIVE");
}

/** Whether checks of rows may be pending after a text. */
export function leavesRows(sql: string): boolean {
  return !readFirstWords(sql).every((head) => NO_ROWS.test(head));
}

/**
 * The operations of one transaction, with `"check"` wherever pending checks must be made: before an operation that
 * PostgreSQL would refuse, and at the end, where the error can still name the statement.
 */
export function addChecks(operations: readonly Operation[]): readonly (Operation | "check")[] {
  let waiting = false;
  const checked = operations.flatMap((operation) => {
    const check = waiting && needsChecks(operation);
    waiting = (waiting && !check) || leavesChecks(operation);
    const before: readonly "check"[] = collect(check && "check");
    return [...before, operation];
  });
  return waiting ? [...checked, "check"] : checked;
}

function readFirstWords(sql: string): readonly string[] {
  return splitStatements(sql).map((statement) => readWords(statement, 1)[0] ?? "");
}
