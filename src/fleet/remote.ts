import { ERROR_CODES, type ErrorCode, RemodelError } from "../errors.ts";
import type { JobSender, JobWorker, TakenJob } from "./job-queue.ts";
import type { TenantAttempt, TenantJob } from "./line.ts";
import { OUTCOMES } from "./outcome.ts";
import { type FleetRunOptions, leaveWaiting, type RemoteAttempt } from "./run-fleet.ts";
import type { AttemptOptions } from "./run-wave.ts";

/** What a run asks of every worker. */
export interface RemoteRun extends Pick<FleetRunOptions, "direction" | "target" | "limits" | "allowDrift"> {
  /** The ids of the target. A worker whose files lead elsewhere changes nothing. */
  readonly ids: readonly string[];
}

/** What a job of the queue holds: the name of the tenant, and never how it is reached. */
export interface TenantRequest extends RemoteRun, AttemptOptions {
  readonly tenant: string;
  readonly wave: string;
}

/**
 * Makes the function that tries a tenant through the queue.
 * @param stop aborted: jobs that no worker has taken are withdrawn
 */
export function attemptThrough(sender: JobSender, run: RemoteRun, stop: AbortSignal): RemoteAttempt {
  return async (job, { alone, last }) => {
    const { name, tenant } = job;
    const request: TenantRequest = { tenant: name, wave: tenant.wave, ...run, alone, last };
    const result = await sender.send(name, request, stop);
    if (result === undefined) return leaveWaiting(job);
    return readAttempt(result, job);
  };
}

/** An attempt as JSON: an error that was thrown does not survive that, so it is made again from the line. */
function readAttempt(result: unknown, job: TenantJob): TenantAttempt {
  if (!isAttempt(result)) throw unreadable(job.name);
  const { error } = result.line;
  if (!result.fatal || error === undefined) return result;
  const hint =
    "The error comes from a worker. Give the worker the revision files and the configuration of the run, and start it again.";
  return { ...result, thrown: new RemodelError(readCode(error.code), error.message, { hint }) };
}

function unreadable(tenant: string): RemodelError {
  return new RemodelError("FLEET_INVALID", `${tenant}: a worker returned what this version of remodel cannot read.`, {
    hint: "Run the same version of remodel on all machines, and this command again.",
  });
}

function readCode(code: string): ErrorCode {
  return Object.keys(ERROR_CODES).find((known): known is ErrorCode => known === code) ?? "INTERNAL";
}

function isAttempt(value: unknown): value is TenantAttempt {
  const { next, outcome, line } = Object(value);
  return typeof next === "string" && OUTCOMES.includes(outcome) && typeof Object(line).name === "string";
}

/** How a worker goes on. */
export interface WorkOptions {
  /** How many tenants at once. */
  readonly concurrency: number;
  /** End when there is no job and no run that could send more. */
  readonly drain: boolean;
  /** Aborted: takes no more jobs, and ends when those that it has are done. */
  readonly stop: AbortSignal;
  /** Tries one tenant. */
  readonly attempt: (request: TenantRequest) => Promise<TenantAttempt>;
}

/** How long a worker waits before it looks for a job again, in milliseconds. */
const PAUSE_MS = 500;

/**
 * Does jobs until it is stopped, or with `drain` until nothing is left.
 * @returns how many it has done
 */
export async function workThrough(worker: JobWorker, options: WorkOptions): Promise<number> {
  const { concurrency, drain, stop } = options;
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let done = 0;
  const begin = (job: TakenJob) => {
    const work = doJob(job, options)
      .then(() => {
        done += 1;
      })
      .catch((error: unknown) => void failures.push(error)) // Nothing waits for it while the next job is taken.
      .finally(() => void running.delete(work));
    running.add(work);
  };
  try {
    while (!stop.aborted && failures.length === 0) {
      const job = running.size < concurrency ? await worker.take() : undefined;
      if (job !== undefined) begin(job);
      else if (running.size > 0) await Promise.race([...running, pause(stop)]);
      else if (drain && !(await worker.expectsMore())) break;
      else await pause(stop);
    }
  } finally {
    await Promise.all(running);
  }
  if (failures.length > 0) throw failures[0];
  return done;
}

/** A job that this version cannot read is finished too: otherwise it would come back and end one worker after another. */
async function doJob(job: TakenJob, { attempt }: WorkOptions): Promise<void> {
  if (!isRequest(job.data)) return await job.finish({});
  const { thrown, ...result } = await attempt(job.data);
  await job.finish(result);
}

function isRequest(value: unknown): value is TenantRequest {
  const { tenant, target, ids } = Object(value);
  return typeof tenant === "string" && typeof target === "string" && Array.isArray(ids);
}

/** Waits a little, or until the signal is aborted. */
function pause(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, PAUSE_MS);
    stop.addEventListener("abort", end);
  });
}
