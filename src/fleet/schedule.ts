import { dropUndefined } from "../given.ts";
import type { Attempt, Job, Start } from "./attempt.ts";
import { isFailure } from "./outcome.ts";
import { createQueue, type Queue } from "./queue.ts";

/** What limits one wave. */
export interface WaveRules {
  /** How many tenants may fail; absent: any number. */
  readonly budget?: number;
  /** How many tenants run at once. */
  readonly concurrency: number;
  /** How many tenants of one server run at once. */
  readonly perServer: number;
  /** How often a tenant is tried again after a passing failure. */
  readonly retries: number;
  /** How long to wait before the next attempt, in milliseconds, after so many failed ones. */
  readonly pauseMs: (failed: number) => number;
}

/** Why a run stopped by itself. */
export interface Halt {
  readonly reason: "preflight" | "budget" | "systemic" | "project";
  readonly failed: number;
  /** The budget of the wave. */
  readonly allowed?: number;
  /** The wave that preflight has found bad. */
  readonly wave?: string;
}

/** What a wave does next. */
export interface NextStarts<J extends Job, A extends Attempt> {
  readonly starts: readonly Start<J, A>[];
  /** When a pause ends, if no attempt ends before. */
  readonly wakeAt?: number;
}

/** The order in which the tenants of one wave are tried. It knows no clock and starts nothing itself. */
export interface Schedule<J extends Job, A extends Attempt> {
  /** The attempts that begin now. */
  next(now: number): NextStarts<J, A>;
  /** Notes how an attempt ended. @returns whether the tenant is done with */
  end(start: Start<J, A>, attempt: A, now: number): boolean;
  /** Begins no further attempt. */
  stop(): void;
  running(): number;
  halted(): Halt | undefined;
}

/** How far a wave has come. */
interface Progress {
  failed: number;
  halt: Halt | undefined;
  stopped: boolean;
}

/**
 * Makes the schedule of a wave.
 * @param jobs the tenants, in the order in which they are tried
 * @param causes the systemic failures of the run so far; grows
 */
export function createSchedule<J extends Job, A extends Attempt>(
  jobs: readonly J[],
  rules: WaveRules,
  causes: Set<string> = new Set(),
): Schedule<J, A> {
  const queue = createQueue<J, A>(jobs, rules.perServer);
  const state: Progress = { failed: 0, halt: undefined, stopped: false };
  return {
    next: (now) => takeStarts(queue, now, countAllowed(state, rules)),
    end: (start, attempt, now) => {
      queue.release(start, attempt);
      if (state.halt !== undefined && attempt.next !== "ended") return false;
      if (putBack(queue, start, attempt, now, rules)) return false;
      const { outcome, cause, fatal = false } = attempt;
      if (isFailure(outcome)) state.failed += 1;
      const known = cause !== undefined && causes.has(cause);
      state.halt ??= findHalt({ failed: state.failed, known, fatal }, rules);
      if (cause !== undefined) causes.add(cause);
      return true;
    },
    stop: () => {
      state.stopped = true;
    },
    running: queue.running,
    halted: () => state.halt,
  };
}

/** How many tenants may run at once now: no more than may still fail, plus one. */
function countAllowed({ failed, halt, stopped }: Progress, { budget, concurrency }: WaveRules): number {
  if (stopped || halt !== undefined) return 0;
  if (budget === undefined) return concurrency;
  return Math.min(concurrency, budget - failed + 1);
}

function takeStarts<J extends Job, A extends Attempt>(
  queue: Queue<J, A>,
  now: number,
  allowed: number,
): NextStarts<J, A> {
  const starts: Start<J, A>[] = [];
  while (queue.running() < allowed) {
    const start = queue.take(now);
    if (start === undefined) break;
    starts.push(start);
  }
  const wakeAt = queue.running() < allowed ? queue.wakeAt() : undefined;
  return { starts, ...dropUndefined({ wakeAt }) };
}

/** Puts a tenant back that is to be tried again. @returns whether it is */
function putBack<J extends Job, A extends Attempt>(
  queue: Queue<J, A>,
  { entry, given }: Start<J, A>,
  attempt: A,
  now: number,
  { retries, pauseMs }: WaveRules,
): boolean {
  if (attempt.next === "ended" || given !== undefined) return false;
  if (attempt.next === "later" && entry.last) return false;
  if (attempt.next === "apart") queue.setApart(entry);
  else if (attempt.next === "later") queue.setAside(entry);
  else {
    entry.failed += 1;
    if (entry.failed > retries) {
      if (attempt.silent) queue.giveUp(entry, attempt);
      return false;
    }
    queue.pause(entry, now + pauseMs(entry.failed));
  }
  return true;
}

function findHalt(
  { failed, known, fatal }: { readonly failed: number; readonly known: boolean; readonly fatal: boolean },
  { budget }: WaveRules,
): Halt | undefined {
  const counts = { failed, ...dropUndefined({ allowed: budget }) };
  if (fatal) return { reason: "project", ...counts };
  if (known) return { reason: "systemic", ...counts };
  return budget !== undefined && failed > budget ? { reason: "budget", ...counts } : undefined;
}
