import { type Drift, noteUnsaved, readDrift } from "../compare/drift.ts";
import type { Limits } from "../config.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { currentHeads } from "../history/current.ts";
import { downgradePlan, upgradePlan } from "../history/plan.ts";
import type { Direction, Revision } from "../history/revision.ts";
import { graphFor } from "../history/squashed.ts";
import { refuseStandby } from "../read/server-info.ts";
import type { Progress } from "../run/context.ts";
import { downgrade, type RunOptions, upgrade } from "../run/run.ts";
import { hasStepsOutside } from "../run/segments.ts";
import { readWholeState, type State } from "../state/half-applied.ts";
import { loadRevisions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { requireKnownIds } from "../state/unknown-revisions.ts";
import type { Attempt } from "./attempt.ts";
import { describeDriftBriefly } from "./drift-text.ts";
import { classifyFailure, type FailureClass, type TenantError } from "./failure.ts";
import type { TenantAttempt, TenantLine } from "./line.ts";

/** How one tenant is upgraded or downgraded. */
export interface TenantRunOptions {
  /** Default `"upgrade"`. */
  readonly direction?: Direction;
  /** They override those of the revisions and of the configuration. */
  readonly limits?: Partial<Limits>;
  /** Also change a tenant whose schema was changed outside of remodel. */
  readonly allowDrift?: boolean;
  /** Aborted: the running transaction ends, and no further one begins. */
  readonly stop?: AbortSignal;
  /** Aborted: the running statement is cancelled. */
  readonly signal?: AbortSignal;
  /** False: a tenant with steps outside a transaction is not changed, since others of its database are. */
  readonly alone?: boolean;
  /** False: if another run is changing the tenant, do not wait for it. */
  readonly wait?: boolean;
  /** Looks at the tenant before it is changed. If it throws, the tenant stays as it is. */
  readonly inspect?: (session: Session) => Promise<void>;
  /** Called before the tenant is changed. @returns false if it must not be changed any more */
  readonly admit?: () => Promise<boolean>;
  readonly onProgress?: (progress: Progress) => void;
}

/** How a tenant is named in its line of the report. */
export type ReportedTenant = Pick<TenantLine, "name" | "wave" | "server">;

/** How long the last look at a tenant waits for another run, unless the command says otherwise. */
const WAIT_MS = 10_000;
/** How long all other looks wait for another run: 0 would be no limit. */
const GLANCE_MS = 1;

/** The limits of an attempt of a schedule: that tries again itself, and lets other tenants go first. */
export function limitAttempt(limits: Partial<Limits>): Partial<Limits> {
  return { ...limits, lockRetries: 0 };
}

/** What the schedule does after each failure. */
export const NEXT: Readonly<Record<FailureClass, Attempt["next"]>> = {
  passing: "again",
  busy: "later",
  rows: "ended",
  systemic: "ended",
  unreachable: "ended",
  project: "ended",
  cancelled: "ended",
  other: "ended",
};

/**
 * Upgrades one tenant. A tenant that is there already is left alone, and one that an earlier run left in the middle is
 * finished. A failure is in the result.
 * @param session the database of the tenant, which stays open
 * @param tenant its name, wave and server
 * @param target a revision, `head`, `heads` …
 * @returns the tenant's line of the report
 */
export async function upgradeTenant(
  session: Session,
  tenant: ReportedTenant,
  target = "heads",
  options: TenantRunOptions = {},
): Promise<TenantLine> {
  return (await attemptTenant(async () => session, tenant, target, options)).line;
}

/**
 * As {@link upgradeTenant}, with what the schedule of a wave has to know.
 * @param open opens the session; if it fails, the failure is in the result
 */
export async function attemptTenant(
  open: () => Promise<Session>,
  tenant: ReportedTenant,
  target: string,
  options: TenantRunOptions = {},
): Promise<TenantAttempt> {
  const started = performance.now();
  const seen: SeenRevisions = { session: undefined, before: undefined, done: [] };
  const finish = (how: Ending): TenantAttempt => {
    const { name, wave, server } = tenant;
    const { error, ...attempt } = how;
    const line: TenantLine = {
      name,
      wave,
      server,
      outcome: how.outcome,
      ...listHeads(seen, options.direction),
      durationMs: Math.round(performance.now() - started),
      ...dropUndefined({ error }),
    };
    return { ...attempt, line };
  };
  try {
    seen.session = await open();
    return finish(await runTenant(seen.session, target, options, seen));
  } catch (thrown) {
    const { class: kind, outcome, error, cause, silent, reason } = classifyFailure(thrown);
    const fatal = kind === "project";
    const systemic = cause !== undefined && { cause };
    return finish({ next: NEXT[kind], outcome, error, silent, fatal, reason, thrown, ...systemic });
  }
}

/** How an attempt ended, without the line of the report. */
interface Ending extends Omit<TenantAttempt, "line"> {
  readonly error?: TenantError;
}

/** What an attempt has found out so far. */
interface SeenRevisions {
  session: Session | undefined;
  /** The applied revisions before. */
  before: readonly string[] | undefined;
  /** The revisions that it has applied or undone. */
  readonly done: string[];
}

async function runTenant(
  session: Session,
  target: string,
  options: TenantRunOptions,
  seen: SeenRevisions,
): Promise<Ending> {
  const { direction = "upgrade", admit, inspect } = options;
  const state = await readWholeState(await session.connection(), await session.state());
  seen.before = state.applied.map(({ revision }) => revision);
  const plan = findPlan(session, state, direction, target);
  if (plan.length === 0) {
    if (direction === "upgrade") await noteUnsaved(session, state);
    return { next: "ended", outcome: "there" };
  }
  refuseStandby(await session.server());
  const early = await endEarly(session, state, plan, options);
  if (early !== undefined) return early;
  await inspect?.(session);
  if (admit !== undefined && !(await admit())) return { next: "ended", outcome: "waiting" };
  const run = { upgrade, downgrade }[direction];
  const { revisions } = await run(session, target, {
    ...buildRunOptions(session, options, seen),
    hooks: session.settings,
  });
  // Another run may have done it while this one waited.
  if (revisions.length === 0) return { next: "ended", outcome: "there" };
  return { next: "ended", outcome: `${direction}d` };
}

/** Ends an attempt before anything runs: the tenant has to be run alone, or it has drifted. */
async function endEarly(
  session: Session,
  { half }: State,
  plan: readonly Pick<Revision, "id">[],
  { direction = "upgrade", alone = true, allowDrift = false }: TenantRunOptions,
): Promise<Ending | undefined> {
  const isHalfApplied = half.length > 0;
  if (!alone && (isHalfApplied || (await isDivided(session, plan, direction))))
    return { next: "apart", outcome: "waiting" };
  // What a revision that is half applied has done so far would count as drift.
  if (allowDrift || isHalfApplied) return undefined;
  const drift = await findDrift(session);
  if (drift === undefined) return undefined;
  return { next: "ended", outcome: "skipped", reason: `drifted (${describeDriftBriefly(drift)})` };
}

/** What is to be run. A tenant that lacks the target of a downgrade stays where it is. */
export function findPlan(
  session: Session,
  { applied, half }: State,
  direction: Direction,
  target: string,
): readonly Pick<Revision, "id">[] {
  const open = half.map(({ revision }) => ({ id: revision }));
  const graph = graphFor(session.graph(), [...applied.map(({ revision }) => revision), ...open.map(({ id }) => id)]);
  const ids = requireKnownIds(graph, applied);
  if (open.length > 0) return open;
  if (direction === "upgrade") return upgradePlan(graph, ids, target);
  try {
    return downgradePlan(graph, ids, target);
  } catch (error) {
    if (error instanceof RemodelError && error.code === "USAGE" && error.details === undefined) return [];
    throw error;
  }
}

/** Whether a revision of a plan has steps outside a transaction. */
async function isDivided(
  session: Session,
  plan: readonly Pick<Revision, "id">[],
  direction: Direction,
): Promise<boolean> {
  const { given } = session.graph();
  const loaded = await loadRevisions(
    session.loader,
    plan.flatMap(({ id }) => given.get(id) ?? []),
  );
  return loaded.some((one) => hasStepsOutside(one, direction));
}

/** Finds drift. Where it cannot be found out, as when models do not compile, the run goes on. */
async function findDrift(session: Session): Promise<Drift | undefined> {
  return await readDrift(session).catch((error: unknown) => {
    if (!(error instanceof RemodelError) || error.code.startsWith("DATABASE_")) throw error;
    return undefined;
  });
}

function buildRunOptions(session: Session, options: TenantRunOptions, { done }: SeenRevisions): RunOptions {
  const { limits = {}, wait = true, stop, signal, onProgress } = options;
  const lockWait = limits.lockWait ?? Math.min(session.settings.lockWait || WAIT_MS, WAIT_MS);
  return {
    // The caller tries again.
    lockRetries: 0,
    ...limits,
    lockWait: wait ? lockWait : GLANCE_MS,
    ...dropUndefined({ stop, signal }),
    onProgress: (progress) => {
      if (progress.done === "applied") done.push(progress.revision.id);
      onProgress?.(progress);
    },
  };
}

function listHeads(
  { session, before, done }: SeenRevisions,
  direction: Direction = "upgrade",
): Pick<TenantLine, "from" | "to" | "revisions"> {
  if (session === undefined || before === undefined) return {};
  const after = direction === "upgrade" ? [...before, ...done] : before.filter((id) => !done.includes(id));
  const graph = session.graph();
  const lists = { from: currentHeads(graph, before), to: currentHeads(graph, after), revisions: done };
  return Object.fromEntries(Object.entries(lists).filter(([, ids]) => ids.length > 0));
}
