import { MAX_COUNTED, phraseRows } from "../compare/count-rows.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import type { RevisionContext } from "./context.ts";
import { readJournal } from "./journal.ts";
import { listRunSteps, type PlacedProbe, placeProbes } from "./placed-probes.ts";
import { askProbes, type ProbeResult } from "./probe-revisions.ts";

/** PostgreSQL's classes of errors that rows cause: values that do not fit, and violated constraints. */
const CAUSED_BY_ROWS = /^2[23]/;

/**
 * Adds to the error of a failed step how many rows are in its way, and the query that shows them. What failed is rolled
 * back, so the rows are as they were before.
 * @param group the revisions that shared the transaction, or one revision
 * @param error what was thrown
 * @returns the error to throw: the same one where no such rows are found
 */
export async function addRowsInTheWay(group: readonly RevisionContext[], error: unknown): Promise<unknown> {
  if (!(error instanceof RemodelError) || error.code !== "REVISION_FAILED") return error;
  const { revision, operation, code } = error.details ?? {};
  const context = group.find(({ loaded }) => loaded.revision.id === revision);
  if (context === undefined || typeof operation !== "number" || !CAUSED_BY_ROWS.test(String(code))) return error;
  const found = await findRows(group, context, operation).catch(() => undefined);
  if (found === undefined) return error;
  return describeRowsInTheWay(error, found);
}

async function findRows(
  group: readonly RevisionContext[],
  context: RevisionContext,
  operation: number,
): Promise<ProbeResult | undefined> {
  const placed = await placeFailed(group, context, operation);
  if (placed.length === 0) return undefined;
  const results = await askProbes(context, placed);
  return results.find(({ rows = 0, state }) => rows > 0 && state !== "rows-change");
}

/** The probes of the step that failed. What an earlier transaction has done is in the database. */
async function placeFailed(
  group: readonly RevisionContext[],
  context: RevisionContext,
  operation: number,
): Promise<readonly PlacedProbe[]> {
  const { direction } = context;
  const before = group.slice(0, group.indexOf(context)).map(({ loaded }) => loaded);
  const earlier = listRunSteps(before, direction);
  const own = listRunSteps([context.loaded], direction).slice(0, operation);
  const done = context.single ? 0 : (await readJournal(context)).done;
  const steps = [...earlier, ...own.slice(done)];
  return placeProbes(steps, steps.length - 1);
}

function describeRowsInTheWay(error: RemodelError, { rows = 0, more, query }: ProbeResult): RemodelError {
  const count = phraseRows(more ? MAX_COUNTED + 1 : rows);
  return new RemodelError(error.code, `${error.message}\n${count} in the way; show them: ${query}`, {
    cause: error.cause,
    ...dropUndefined({ hint: error.hint }),
    details: { ...error.details, rows, ...dropUndefined({ more }), query },
  });
}
