import type { Database, Row } from "../database.ts";
import { RemodelError, readError } from "../errors.ts";
import type { Recorded } from "../revision/op.ts";
import { locateCall } from "../state/call-location.ts";
import type { Direction, RevisionContext } from "./context.ts";

/** PostgreSQL's code for a statement after an error in the same transaction. */
const ABORTED = "25P02";

/**
 * Reads the number of the open transaction. PostgreSQL assigns one if it has none yet.
 * @param before statements to send in the same text
 */
export async function readTransaction(db: Database, ...before: readonly string[]): Promise<string> {
  const answers = await db.read([...before, "SELECT pg_catalog.txid_current()"].join("; "));
  return String(answers.at(-1)?.[0]?.[0]);
}

/**
 * Stops a run if SQL or code of a step has ended its transaction with COMMIT or ROLLBACK.
 * @param transaction the number of the transaction before the step, see {@link readTransaction}
 * @param isSame what {@link Database.watchTransaction} returned before the step: it saves a question to the server
 * @throws RemodelError `TRANSACTION_ENDED`, `REVISION_FAILED`
 */
export async function refuseEnded(
  context: RevisionContext,
  transaction: string,
  step: Recorded,
  isSame: (() => boolean) | undefined,
): Promise<void> {
  if (isSame?.()) return;
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
    if (readError(cause).code !== ABORTED) throw cause;
    const { where, revision } = locateStep(context, step);
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
 * Stops a run if a step outside a transaction has begun one and not ended it.
 * @throws RemodelError `TRANSACTION_ENDED`
 */
export async function refuseLeftOpen(context: RevisionContext, step: Recorded): Promise<void> {
  if (!(await isOpen(context.db))) return;
  await context.db.query("ROLLBACK");
  const { where, revision } = locateStep(context, step);
  throw new RemodelError(
    "TRANSACTION_ENDED",
    `${where}: this step of revision ${revision} began a transaction and did not end it. That transaction was rolled back.`,
    { hint: "Add COMMIT to the step, then run the command again.", details: { revision } },
  );
}

/** Whether a transaction is open. Without one, each statement runs in its own transaction, with its own number. */
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

function locateStep(
  { loaded }: RevisionContext,
  { stack }: Recorded,
): { readonly where: string; readonly revision: string } {
  const { where, details } = locateCall(loaded, stack);
  return { where, revision: details.revision };
}

/** How a transaction ended: the command, what happened to its operations, and what to do next. */
interface Ending {
  readonly command: string;
  readonly operations: string;
  readonly hint: string;
}

const COMMITTED: Ending = {
  command: "COMMIT",
  operations: "were committed",
  hint: "If a revision needs several transactions, write: export const transaction = false;\nTo see what is applied, run: remodel current",
};
const ROLLED_BACK: Ending = {
  command: "ROLLBACK",
  operations: "were rolled back",
  hint: "Remove BEGIN, COMMIT and ROLLBACK from the step. Then run the command again.",
};
const COUNTS_AS: Readonly<Record<Direction, string>> = {
  upgrade: "does not count as applied",
  downgrade: "still counts as applied",
};

/**
 * @param committed whether the transaction was committed
 * @param open whether the step has begun another transaction
 */
function endedError(context: RevisionContext, step: Recorded, committed: boolean, open: boolean): RemodelError {
  const { loaded, direction } = context;
  const { where, revision } = locateStep(context, step);
  const ending = committed ? COMMITTED : ROLLED_BACK;
  const number = loaded[direction].indexOf(step) + 1;
  const sentences = [`${where}: this step ended the transaction of revision ${revision} with ${ending.command}.`];
  if (number !== 1) sentences.push(`Operations 1 to ${number - 1} of the revision ${ending.operations}.`);
  if (open) sentences.push("What this step did after that was rolled back.");
  sentences.push(`The revision ${COUNTS_AS[direction]}. The run stopped here.`);
  const done = open ? number - 1 : number;
  return new RemodelError("TRANSACTION_ENDED", sentences.join(" "), {
    hint: ending.hint,
    details: { revision, operation: number, committed, ...(committed && { done }) },
  });
}
