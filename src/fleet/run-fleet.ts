import type { Limits } from "../config.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { isRelative, resolveName } from "../history/names.ts";
import type { Direction } from "../history/revision.ts";
import type { Progress } from "../run/context.ts";
import type { ProjectFiles } from "../state/project-files.ts";
import type { Session } from "../state/session.ts";
import { createGate, type Gate } from "./gate.ts";
import type { JournalWriter } from "./journal.ts";
import type { TenantAttempt, TenantJob } from "./line.ts";
import { isReached } from "./outcome.ts";
import { CLOCK, choosePause, RETRIES } from "./pace.ts";
import { type EndedTenant, listEnded, type RunReport } from "./report.ts";
import { chooseOutcome, describeHalt } from "./run-outcome.ts";
import { type AttemptOptions, runWave } from "./run-wave.ts";
import type { Halt } from "./schedule.ts";
import type { Tenant } from "./tenant.ts";
import { openTenant } from "./tenant-session.ts";
import { attemptTenant, limitAttempt } from "./upgrade-tenant.ts";

/** A wave of a run, with its limits. */
export interface WaveToRun {
  readonly name: string;
  readonly tenants: readonly Tenant[];
  readonly concurrency: number;
  readonly perServer: number;
  /** How long reaching one tenant may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How many tenants may fail; absent: any number. */
  readonly budget?: number;
  /** If a tenant of it is not where it should be, it is the last one. */
  readonly canary: boolean;
}

/** What a run of a fleet does. */
export interface FleetRunOptions {
  readonly project: ProjectFiles;
  readonly waves: readonly WaveToRun[];
  readonly direction: Direction;
  /** A name of a revision that means the same for all tenants. */
  readonly target: string;
  readonly limits: Partial<Limits>;
  readonly allowDrift: boolean;
  /** Aborted: nothing more begins, and transactions end. */
  readonly stop: AbortSignal;
  /** Aborted: running statements are cancelled. */
  readonly cancel: AbortSignal;
  readonly journal: JournalWriter;
  readonly watch: RunWatcher;
  /** Tenants that are not tried, by name, with how they end. */
  readonly known: ReadonlyMap<string, EndedTenant>;
  /** Tries one tenant on another machine. Default: in this process. */
  readonly attempt?: RemoteAttempt;
  /** Looks at a tenant before it is changed, in this process. If it throws, the tenant stays as it is. */
  readonly inspect?: (session: Session, tenant: string) => Promise<void>;
}

/** Tries one tenant on another machine. It returns failures and throws nothing that is about one tenant. */
export type RemoteAttempt = (job: TenantJob, how: AttemptOptions) => Promise<TenantAttempt>;

/** Receives what happens during a run. */
export interface RunWatcher {
  onWave(name: string, tenants: number): void;
  onProgress(tenant: string, progress: Progress): void;
  onEnd(ended: EndedTenant): void;
}

/**
 * Runs the waves one after another.
 * @returns the report, without the command that goes on
 * @throws RemodelError what stops every tenant, such as `REVISION_UNFINISHED`, if no tenant was changed
 */
export async function runFleet(options: FleetRunOptions): Promise<RunReport> {
  const { project, waves, target, direction, stop, journal } = options;
  const ids = resolveName(project.graph(), target);
  journal({ event: "run", direction, target: ids, tenants: waves.flatMap(({ tenants }) => tenants).length });
  const gate = createGate();
  const run: FleetRun = { ...options, gate, causes: new Set(), ended: new Map() };
  const onStop = () => {
    gate.close();
    journal({ event: "halt", reason: "cancelled" });
  };
  stop.addEventListener("abort", onStop);
  let halt = findHalfBad(options);
  let last: string | undefined;
  if (halt !== undefined) for (const ended of options.known.values()) noteEnd(run, ended);
  for (const wave of waves) {
    if (halt !== undefined || last !== undefined || stop.aborted) break;
    halt = await runOneWave(run, wave);
    if (!isReachedByAll(run, wave) && wave.canary) last = wave.name;
  }
  stop.removeEventListener("abort", onStop);
  const report = buildReport(run, ids, halt, last);
  journal({ event: "end", outcome: report.outcome });
  return report;
}

/**
 * Refuses a target that counts from the applied revisions.
 * @throws RemodelError `USAGE`
 */
export function refuseRelative(target: string): void {
  if (!isRelative(target)) return;
  throw new RemodelError("USAGE", `"${target}" means a different revision for each tenant: their revisions differ.`, {
    hint: "Name a revision, head, heads or base. To list all revisions, run: remodel history",
  });
}

interface FleetRun extends FleetRunOptions {
  readonly gate: Gate;
  readonly causes: Set<string>;
  readonly ended: Map<string, EndedTenant>;
}

async function runOneWave(run: FleetRun, wave: WaveToRun): Promise<Halt | undefined> {
  const { name, tenants, concurrency, perServer, budget } = wave;
  const { limits, stop, causes, gate, journal, watch, known } = run;
  journal({ event: "wave", wave: name, tenants: tenants.length });
  watch.onWave(name, tenants.length);
  for (const tenant of tenants) {
    const ended = known.get(tenant.name);
    if (ended !== undefined) noteEnd(run, ended);
  }
  const jobs = tenants.filter((tenant) => !known.has(tenant.name)).map((tenant) => createJob(tenant, name));
  const rules = { concurrency, perServer, retries: limits.lockRetries ?? RETRIES, pauseMs: choosePause };
  const errors: unknown[] = [];
  const halt = await runWave<TenantJob, TenantAttempt>(
    jobs,
    { ...rules, ...dropUndefined({ budget }) },
    {
      clock: CLOCK,
      stop,
      causes,
      attempt: (job, how) =>
        run.attempt ? attemptElsewhere(run, run.attempt, job, how) : attemptJob(run, wave, job, how),
      onEnd: (job, attempt) => {
        if (attempt.fatal) errors.push(attempt.thrown);
        noteEnd(run, endTenant(job, attempt));
      },
      onHalt: (found) => {
        gate.close();
        journal({ event: "halt", ...found });
      },
    },
  );
  const isUntouched = ![...run.ended.values()].some(({ line }) => line.revisions !== undefined);
  if (halt?.reason === "project" && isUntouched) throw errors[0];
  return halt;
}

/** A tenant of a wave as the schedule sees it. */
export function createJob(tenant: Tenant, wave: string): TenantJob {
  const { name, server, database } = tenant;
  return { name, server, database: `${server}/${database}`, tenant: { ...tenant, wave } };
}

async function attemptJob(
  run: FleetRun,
  { timeoutMs }: WaveToRun,
  { name, tenant }: TenantJob,
  { alone, last }: AttemptOptions,
): Promise<TenantAttempt> {
  const { project, target, direction, limits, allowDrift, stop, cancel, gate, journal, watch, inspect } = run;
  let entered = false;
  const admit = async () => {
    entered = await gate.enter();
    if (entered) journal({ event: "start", tenant: name });
    return entered;
  };
  const onProgress = (progress: Progress) => {
    const { done, revision, durationMs } = progress;
    if (done !== undefined) journal({ event: "revision", tenant: name, revision: revision.id, done, durationMs });
    watch.onProgress(name, progress);
  };
  const tries = { direction, limits: limitAttempt(limits), allowDrift, alone, wait: last };
  const look = inspect && { inspect: async (session: Session) => await inspect(session, name) };
  const how = { ...tries, stop, signal: cancel, admit, onProgress, ...look };
  const opened: Session[] = [];
  const open = async () => {
    const session = await openTenant(project, tenant, timeoutMs);
    opened.push(session);
    return session;
  };
  const attempt = await attemptTenant(open, tenant, target, how);
  for (const session of opened) await session.close();
  if (attempt.fatal) gate.close();
  if (entered) gate.leave(isReached(attempt.outcome), attempt.cause);
  return attempt;
}

/** Lets the tenant begin as one of this process would: until the first one has been changed, two at once. */
async function attemptElsewhere(
  { gate, journal }: FleetRun,
  attempt: RemoteAttempt,
  job: TenantJob,
  how: AttemptOptions,
): Promise<TenantAttempt> {
  if (!(await gate.enter())) return leaveWaiting(job);
  journal({ event: "start", tenant: job.name });
  const done = await attempt(job, how);
  if (done.fatal) gate.close();
  gate.leave(isReached(done.outcome), done.cause);
  return done;
}

/** The attempt on a tenant that the run did not come to. */
export function leaveWaiting({ name, tenant: { wave, server } }: TenantJob): TenantAttempt {
  return {
    next: "ended",
    outcome: "waiting",
    line: { name, wave, server, outcome: "waiting", durationMs: 0 },
  };
}

/** A tenant of a server that did not answer ends like the one for which that was found out. */
export function endTenant({ name, tenant }: TenantJob, { line, outcome, reason }: TenantAttempt): EndedTenant {
  const why = reason !== undefined && { reason };
  if (line.name === name) return { line, ...why };
  const { wave, server } = tenant;
  const error = { code: line.error?.code ?? "DATABASE_UNREACHABLE", message: `${server}: ${reason}` };
  return { line: { name, wave, server, outcome, durationMs: 0, error }, ...why };
}

function noteEnd({ ended, journal, watch }: FleetRun, one: EndedTenant): void {
  const { name, outcome, error, durationMs } = one.line;
  ended.set(name, one);
  journal({ event: "done", tenant: name, outcome, durationMs, ...dropUndefined({ error }) });
  watch.onEnd(one);
}

function isReachedByAll({ ended }: FleetRun, { tenants }: WaveToRun): boolean {
  return tenants.every(({ name }) => isReached(ended.get(name)?.line.outcome ?? "waiting"));
}

function buildReport(
  run: FleetRun,
  target: readonly string[],
  halt: Halt | undefined,
  last: string | undefined,
): RunReport {
  const lists = listEnded(run.waves, run.ended);
  const reason = describeHalt(halt, last);
  return {
    target,
    outcome: chooseOutcome(lists.tenants, run.stop.aborted, halt !== undefined, last !== undefined),
    ...dropUndefined({ reason }),
    ...lists,
  };
}

/** A wave of which preflight has found half of the tenants bad. */
function findHalfBad({ waves, known }: FleetRunOptions): Halt | undefined {
  for (const { name, tenants } of waves) {
    const bad = tenants.filter((tenant) => known.get(tenant.name)?.line.outcome === "quarantined").length;
    if (bad > 0 && bad * 2 >= tenants.length) return { reason: "preflight", failed: bad, wave: name };
  }
  return undefined;
}
