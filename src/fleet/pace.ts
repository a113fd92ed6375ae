import type { Clock } from "./run-wave.ts";

/** How often a tenant is retried after a temporary failure, by default. */
export const RETRIES = 5;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

/** The pause before the next attempt: it grows, and varies so that tenants do not all come back at once. */
export function choosePause(failed: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failed) * (0.5 + Math.random());
}

/** The time of this process. */
export const CLOCK: Clock = {
  now: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
