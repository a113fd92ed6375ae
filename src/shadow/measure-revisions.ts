import { readError } from "../errors.ts";
import { upgradePlan } from "../history/plan.ts";
import type { RunObserver } from "../run/context.ts";
import { upgrade } from "../run/run.ts";
import { loadRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { prepareThrowaway } from "./build-history.ts";
import { createFiller, type Filler, type FillOptions } from "./fill.ts";
import { leaveOutRows } from "./leave-out-rows.ts";
import { createRunMeter, type MeasuredStep } from "./measure-run.ts";
import { listOwnTables } from "./own-tables.ts";
import { runSeed } from "./seed.ts";
import { enterThrowaway, type Throwaway, type ThrowawayOptions, withThrowaway } from "./throwaway.ts";

/** What revisions did in a throwaway. */
export interface MeasuredRevisions {
  /** `pglite`, or the server. */
  readonly on: string;
  /** `server_version_num` */
  readonly version: number;
  /** The operations of the upgrades, by revision. */
  readonly steps: ReadonlyMap<string, readonly MeasuredStep[]>;
  /** Why a revision could not be run to its end. Those after it are not measured. */
  readonly failure?: { readonly revision: string; readonly reason: string };
}

const FILL: FillOptions = { rows: 20, seed: 0 };

/**
 * Runs revisions in a throwaway database whose tables have rows, and measures them.
 * @param session the project; its own database is not used
 * @param wanted the revisions to measure, by id; those before them are run too
 * @throws RemodelError what opening and building the throwaway throws; `CANCELLED`
 */
export async function measureRevisions(
  session: Session,
  wanted: readonly string[],
  options: ThrowawayOptions = {},
): Promise<MeasuredRevisions> {
  return await withThrowaway(session, options, async (throwaway) => {
    const entered = await enterThrowaway(throwaway, session);
    await prepareThrowaway(throwaway, entered, "heads");
    const { version } = await entered.server();
    return { on: throwaway.on, version, ...(await measurePlan(throwaway, entered, wanted)) };
  });
}

async function measurePlan(
  throwaway: Throwaway,
  session: Session,
  wanted: readonly string[],
): Promise<Pick<MeasuredRevisions, "steps" | "failure">> {
  const filler = createFiller(throwaway.connection, FILL);
  const leave = await listOwnTables(session);
  const { schema: own } = await session.server();
  const steps = new Map<string, readonly MeasuredStep[]>();
  const plan = upgradePlan(session.graph(), [], "heads");
  const last = plan.findLastIndex(({ id }) => wanted.includes(id));
  for (const revision of plan.slice(0, last + 1)) {
    const { id } = revision;
    if (!wanted.includes(id)) {
      await upgrade(session, id);
      continue;
    }
    await prepareRows(throwaway, session, filler, leave);
    await leaveOutRows(session, await loadRevision(session.loader, revision), "all");
    const meter = createRunMeter({ own, leave });
    const reason = await tryUpgrade(session, id, meter.observer("upgrade"));
    steps.set(id, meter.steps());
    if (reason !== undefined) return { steps, failure: { revision: id, reason } };
  }
  return { steps };
}

async function prepareRows(
  { connection }: Throwaway,
  session: Session,
  filler: Filler,
  leave: readonly string[],
): Promise<void> {
  await runSeed(session, connection);
  await filler.fill(leave);
  await connection.query(USE_SEQUENCES);
}

/** @returns why it failed */
async function tryUpgrade(session: Session, revision: string, observer: RunObserver): Promise<string | undefined> {
  try {
    await upgrade(session, revision, { observer });
    return undefined;
  } catch (error) {
    return readError(error).message;
  }
}

/** Every sequence gives some numbers, so that it shows when one is set back. */
const USE_SEQUENCES = `DO $$ DECLARE one regclass; BEGIN
  FOR one IN SELECT s.seqrelid::regclass FROM pg_sequence s, generate_series(1, 3) LOOP
    BEGIN PERFORM nextval(one); EXCEPTION WHEN others THEN NULL; END;
  END LOOP; END $$`;
