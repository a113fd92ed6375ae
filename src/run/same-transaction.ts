import type { Database, Row } from "../database.ts";
import { RemodelError } from "../errors.ts";
import type { Recorded } from "../revision/op.ts";
import type { RevisionContext } from "./context.ts";

/** PostgreSQL's code for a statement after an error in the same transaction. */
const ABORTED = "25P02";

/** Gives the transaction that is open a number, and returns it. */
export async function readTransaction(db: Database): Promise<string> {
  const [row] = await db.query("SELECT pg_catalog.txid_current()::pg_catalog.text AS transaction");
  return String(row?.["transaction"]);
}

/**
 * Stops a run whose step has ended the transaction it ran in, with COMMIT or ROLLBACK in SQL or code of one's own.
 * @param transaction its number, see {@link readTransaction}
 * @throws RemodelError `TRANSACTION_ENDED`, `REVISION_FAILED`
 */
export async function refuseEnded(context: RevisionContext, transaction: string, step: Recorded): Promise<void> {
  const row = await readStatus(context, transaction, step);
  if (row?.["transaction"] === transaction) return;
  throw endedError(context, step, row?.["status"] === "committed", await isOpen(context.db));
}

async function readStatus(context: RevisionContext, transaction: string, step: Recorded): Promise<Row | undefined> {
  try {
    const [row] = await context.db.query(
      "SELECT pg_catalog.txid_current_if_assigned()::pg_catalog.text AS transaction, pg_catalog.txid_status($1) AS status",
      [transaction],
    );
    return row;
  } catch (cause) {
    if ((cause as { code?: string }).code !== ABORTED) throw cause;
    const { where, revision } = placeOf(context, step);
    throw new RemodelError(
      "REVISION_FAILED",
      `${where}: this step of revision ${revision} caught a PostgreSQL error. The transaction could not continue and was rolled back.`,
      {
        hint: "Do not catch the error. Or run SAVEPOINT before the query and ROLLBACK TO after the error.",
        details: { revision },
        cause,
      },
    );
  }
}

/**
 * Stops a run whose step outside a transaction has begun one and not ended it.
 * @throws RemodelError `TRANSACTION_ENDED`
 */
export async function refuseLeftOpen(context: RevisionContext, step: Recorded): Promise<void> {
  if (!(await isOpen(context.db))) return;
  await context.db.query("ROLLBACK");
  const { where, revision } = placeOf(context, step);
  throw new RemodelError(
    "TRANSACTION_ENDED",
    `${where}: this step of revision ${revision} began a transaction and did not end it. That transaction was rolled back.`,
    { hint: "Add COMMIT to the step, then run the command again.", details: { revision } },
  );
}

/** Outside a transaction each statement has one of its own, with a number of its own. */
async function isOpen(db: Database): Promise<boolean> {
  const [first, second] = [await virtualId(db), await virtualId(db)];
  return first === second;
}

async function virtualId(db: Database): Promise<unknown> {
  const [row] = await db.query(
    "SELECT virtualtransaction AS id FROM pg_catalog.pg_locks WHERE locktype = 'virtualxid' AND pid = pg_catalog.pg_backend_pid()",
  );
  return row?.["id"];
}

function placeOf(
  { loaded }: RevisionContext,
  { stack }: Recorded,
): { readonly where: string; readonly revision: string } {
  const { id, file } = loaded.revision;
  const line = loaded.findLine(stack);
  return { where: line === undefined ? file : `${file}:${line}`, revision: id };
}

function endedError(context: RevisionContext, step: Recorded, committed: boolean, open: boolean): RemodelError {
  const { where, revision } = placeOf(context, step);
  const number = context.loaded[context.direction].indexOf(step) + 1;
  const own = committed ? "were committed" : "were rolled back";
  const before = number === 1 ? "" : ` Operations 1 to ${number - 1} of the revision ${own}.`;
  const rest = open ? " What this step did after that was rolled back." : "";
  const state = context.direction === "upgrade" ? "does not count as applied" : "still counts as applied";
  return new RemodelError(
    "TRANSACTION_ENDED",
    `${where}: this step ended the transaction of revision ${revision} with ${committed ? "COMMIT" : "ROLLBACK"}.${before}${rest} The revision ${state}. The run stopped here.`,
    {
      hint: committed
        ? `To see what is applied, run: remodel current. If a revision needs several transactions, write: export const transaction = false;`
        : "Remove BEGIN, COMMIT and ROLLBACK from the step. Then run the command again.",
      details: { revision, operation: number, committed, ...(committed && { done: open ? number - 1 : number }) },
    },
  );
}
