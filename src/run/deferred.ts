import type { Operation } from "../schema/operation.ts";
import { blockSql } from "../sql.ts";
import { readWords, splitStatements } from "./script-text.ts";

/** First words of statements that read or write rows, or that say how; PostgreSQL lets rows wait for their checks behind them. */
const ROWS = /^(SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|VALUES|TABLE|COPY|SET|SHOW|LOCK|SAVEPOINT|RELEASE|ROLLBACK)\b/;
/** First words of statements after which no row waits for a check that did not wait before. */
const NO_ROWS = /^(CREATE|ALTER|DROP|COMMENT|GRANT|REVOKE)\b/;

/**
 * The statements that check all rows at once whose deferred constraints are not checked yet. PostgreSQL refuses to alter
 * a table while such checks are pending. Then constraints that are INITIALLY DEFERRED are deferred again; those that are
 * INITIALLY IMMEDIATE are immediate, also where `SET CONSTRAINTS` had deferred them. `SET CONSTRAINTS` takes names, so
 * two constraints of one name in one schema are deferred together.
 */
export const CHECK_ROWS: readonly string[] = [
  "SET CONSTRAINTS ALL IMMEDIATE",
  blockSql(`DECLARE names text := (
    SELECT pg_catalog.string_agg(DISTINCT pg_catalog.format('%I.%I', n.nspname, c.conname), ', ')
    FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
    WHERE c.condeferred AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND NOT pg_catalog.pg_is_other_temp_schema(n.oid));
BEGIN IF names IS NOT NULL THEN EXECUTE 'SET CONSTRAINTS ' || names || ' DEFERRED'; END IF; END`),
];

/** Whether rows that wait for their checks may go on waiting while a text runs: all of it reads or writes rows. */
export function letsRowsWait(sql: string): boolean {
  return readFirstWords(sql).every((head) => ROWS.test(head));
}

/** Whether rows have to be checked before an operation; code of a person's own is looked at statement by statement. */
export function needsChecks(operation: Operation): boolean {
  if (operation.locks !== undefined) return operation.locks.some(({ mode }) => mode !== "ROW EXCLUSIVE");
  return operation.run === undefined && !operation.sql.every(letsRowsWait);
}

/** Whether rows may wait for their checks after an operation. */
export function leavesChecks({ locks, sql }: Operation): boolean {
  if (locks !== undefined) return locks.some(({ mode }) => mode === "ROW EXCLUSIVE");
  return sql.some(leavesRows);
}

/** Whether rows may wait for their checks after a text. */
export function leavesRows(sql: string): boolean {
  return !readFirstWords(sql).every((head) => NO_ROWS.test(head));
}

/**
 * The operations of one transaction, with `"check"` where rows have to be checked: before what would be refused, and at
 * the end, where the statement can still be named.
 */
export function addChecks(operations: readonly Operation[]): readonly (Operation | "check")[] {
  let waiting = false;
  const checked = operations.flatMap((operation) => {
    const check = waiting && needsChecks(operation);
    waiting = (waiting && !check) || leavesChecks(operation);
    return check ? (["check", operation] as const) : [operation];
  });
  return waiting ? [...checked, "check"] : checked;
}

function readFirstWords(sql: string): readonly string[] {
  return splitStatements(sql).map((statement) => readWords(statement, 1)[0] ?? "");
}
