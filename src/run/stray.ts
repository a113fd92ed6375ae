import type { Database } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { locateCall } from "../state/call-location.ts";
import type { RevisionContext } from "./context.ts";

const AWAIT = "Write await before every query in op.run, and before every function that makes queries.";

/** The connection of one step. It refuses queries after the end of the step. */
export interface StepDatabase extends Database {
  /** Ends the step. @throws RemodelError `OPERATION_INVALID` if the step did not wait for its queries */
  readonly end: () => Promise<void>;
}

/**
 * Gives a step a connection that notices queries that the step does not wait for, or sends after its end.
 * @param db the connection of the run
 * @param onLate called with the error of a query after the end
 */
export function createStepDatabase(db: Database, onLate: (error: RemodelError) => void): StepDatabase {
  const running = new Set<Promise<unknown>>();
  let ended = false;
  const ask = <Result>(sql: string, work: () => Promise<Result>): Promise<Result> => {
    const answer = ended ? rejectLateQuery<Result>(sql, onLate) : work();
    running.add(answer);
    const forget = () => void running.delete(answer);
    answer.then(forget, forget);
    return answer;
  };
  const end = async () => {
    ended = true;
    const { size } = running;
    await Promise.allSettled(running);
    if (size > 0) throw notAwaitedError(size);
  };
  return {
    query: (sql, values) => ask(sql, () => db.query(sql, values)),
    read: (sql) => ask(sql, () => db.read(sql)),
    readOne: (sql) => ask(sql, () => db.readOne(sql)),
    end,
  };
}

function rejectLateQuery<Result>(sql: string, onLate: (error: RemodelError) => void): Promise<Result> {
  const error = new RemodelError(
    "OPERATION_INVALID",
    `A step sent a query after the step had ended. The query was not run: ${sql}`,
    { hint: AWAIT },
  );
  onLate(error);
  return Promise.reject(error);
}

function notAwaitedError(count: number): RemodelError {
  return new RemodelError(
    "OPERATION_INVALID",
    `op.run ended before ${count === 1 ? "a query of it had" : `${count} queries of it had`} an answer.`,
    { hint: AWAIT },
  );
}

/**
 * Stops a run if code of a revision sent queries after the end of its step, or called `op` after `upgrade` had returned.
 * @throws RemodelError `OPERATION_INVALID`
 */
export function refuseStray({
  stray,
  loaded,
  direction,
}: Pick<RevisionContext, "stray" | "loaded" | "direction">): void {
  const { id, file } = loaded.revision;
  const [query] = stray;
  if (query !== undefined)
    throw new RemodelError("OPERATION_INVALID", `${file}: ${query.message}`, {
      hint: AWAIT,
      details: { revision: id, file },
    });
  const [call] = loaded.late;
  if (call === undefined) return;
  const { where, details } = locateCall(loaded, call.stack);
  throw new RemodelError(
    "OPERATION_INVALID",
    `${where}: op.${call.operation.name} was called after ${direction} returned, so it is not part of the revision.`,
    {
      hint: "Call op only while upgrade or downgrade runs. In op.run, use the connection that it receives.",
      details,
    },
  );
}
