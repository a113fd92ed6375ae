import type { Recorded } from "../revision/op.ts";
import type { RevisionContext } from "./context.ts";
import { CHECK_ROWS, letsRowsWait } from "./deferred.ts";
import { explainFailure } from "./step-errors.ts";

/** Checks rows in the open transaction before pending checks would make a statement fail; see {@link CHECK_ROWS}. */
export interface RowChecks {
  /** Checks the pending rows. @throws RemodelError `REVISION_FAILED` with the statement that wrote last */
  readonly check: () => Promise<void>;
  /** The same after the last operation: where the transaction ends soon, no constraint has to be deferred again. */
  readonly checkLast: () => Promise<void>;
  /** Whether rows may be pending. */
  readonly waiting: () => boolean;
  /** Notes that a statement may have left pending rows. */
  readonly wait: (step: Recorded, sql: string) => void;
}

/** The row checks of one transaction. */
export function createRowChecks(context: RevisionContext): RowChecks {
  const { db, single } = context;
  let last: { readonly step: Recorded; readonly sql: string } | undefined;
  const send = async (check: readonly string[]) => {
    if (last === undefined) return;
    const { step, sql } = last;
    last = undefined;
    context.report({ statement: CHECK_ROWS[0] });
    await db.query(check.join("; ")).catch((error: unknown) => {
      throw explainFailure(context, error, sql, step);
    });
  };
  return {
    waiting: () => last !== undefined,
    wait: (step, sql) => {
      last = { step, sql };
    },
    check: () => send(CHECK_ROWS),
    checkLast: () => send(single ? CHECK_ROWS : CHECK_ROWS.slice(0, 1)),
  };
}

/**
 * Decides, for each query of code, what it has to wait for: a check of the pending rows before it, or a check that an
 * earlier query waits for, so that all queries keep their order.
 */
export function queueBehindChecks(checks: RowChecks): (sql: string) => Promise<unknown> | undefined {
  let turn: Promise<unknown> | undefined;
  return (sql) => {
    if (letsRowsWait(sql) || !checks.waiting()) return turn;
    const checked = (turn ?? Promise.resolve()).then(checks.check);
    turn = checked.catch(() => undefined);
    return checked;
  };
}
