import type { Attempt, Job, Start } from "./attempt.ts";
import { createSchedule, type Halt, type Schedule, type WaveRules } from "./schedule.ts";

/** Time as a wave sees it. */
export interface Clock {
  /** Milliseconds from any beginning. */
  now(): number;
  /** Calls a function once, after so many milliseconds. @returns stops that */
  after(ms: number, call: () => void): () => void;
}

/** How an attempt is made. */
export interface AttemptOptions {
  /** No other tenant of its database runs, so it may run steps outside a transaction. */
  readonly alone: boolean;
  /** Another run was changing the tenant, and this is the last look at it. */
  readonly last: boolean;
}

/** What a wave is run with. */
export interface WaveWork<J extends Job, A extends Attempt> {
  readonly clock: Clock;
  /** Aborted: no further attempt begins. */
  readonly stop: AbortSignal;
  /** The systemic failures of the run so far; grows. */
  readonly causes: Set<string>;
  /** Tries one tenant. It returns failures and throws nothing, except for a bug. */
  attempt(job: J, options: AttemptOptions): Promise<A>;
  /** Called once for each tenant that is done with. */
  onEnd(job: J, attempt: A): void;
  /** Called when the wave stops by itself, while attempts may still run. */
  onHalt(halt: Halt): void;
}

/**
 * Runs the tenants of one wave.
 * @returns why it stopped by itself, if it did; the tenants that it did not call `onEnd` for are waiting
 */
export async function runWave<J extends Job, A extends Attempt>(
  jobs: readonly J[],
  rules: WaveRules,
  work: WaveWork<J, A>,
): Promise<Halt | undefined> {
  const { clock, stop } = work;
  const schedule = createSchedule<J, A>(jobs, rules, work.causes);
  const bell = createBell();
  const state: WaveState<J, A> = { schedule, work, ring: bell.ring, bugs: [] };
  stop.addEventListener("abort", bell.ring);
  try {
    for (;;) {
      if (state.bugs.length > 0) throw state.bugs[0];
      if (stop.aborted) schedule.stop();
      const { starts, wakeAt } = schedule.next(clock.now());
      for (const start of starts) void launch(state, start);
      if (starts.length > 0) continue;
      if (schedule.running() === 0 && wakeAt === undefined) break;
      const forget = wakeAt === undefined ? undefined : clock.after(wakeAt - clock.now(), bell.ring);
      await bell.wait();
      forget?.();
    }
  } finally {
    stop.removeEventListener("abort", bell.ring);
  }
  return schedule.halted();
}

interface WaveState<J extends Job, A extends Attempt> {
  readonly schedule: Schedule<J, A>;
  readonly work: WaveWork<J, A>;
  readonly ring: () => void;
  readonly bugs: unknown[];
}

async function launch<J extends Job, A extends Attempt>(state: WaveState<J, A>, start: Start<J, A>): Promise<void> {
  const { entry, alone, given } = start;
  try {
    conclude(state, start, given ?? (await state.work.attempt(entry.job, { alone, last: entry.last })));
  } catch (error) {
    state.bugs.push(error);
  }
  state.ring();
}

function conclude<J extends Job, A extends Attempt>(
  { schedule, work }: WaveState<J, A>,
  start: Start<J, A>,
  attempt: A,
): void {
  const before = schedule.halted();
  const isDone = schedule.end(start, attempt, work.clock.now());
  if (isDone) work.onEnd(start.entry.job, attempt);
  const halt = schedule.halted();
  if (before === undefined && halt !== undefined) work.onHalt(halt);
}

/** Something to wait for that others ring. A ring is not lost if it comes before the wait. */
function createBell(): { readonly ring: () => void; readonly wait: () => Promise<void> } {
  let rung = false;
  let resolveWait: (() => void) | undefined;
  return {
    ring: () => {
      rung = true;
      resolveWait?.();
    },
    wait: async () => {
      const answered = new Promise<void>((resolve) => {
        resolveWait = resolve;
      });
      if (!rung) await answered;
      rung = false;
    },
  };
}
