import { setTimeout as pause } from "node:timers/promises";

/** What a watch looks at. */
export interface Watched {
  /** How many bytes the server has sent. */
  readonly received: () => number;
  /** Asks the server in another way whether an answer may still come, and takes no longer than that. */
  readonly mayAnswer: (limitMs: number) => Promise<boolean>;
  /** Ends the connection. */
  readonly giveUp: () => void;
}

/** Tells a server that is busy from one that cannot be heard any more. */
export interface Watch {
  /** Watches while a query runs. */
  during<Result>(query: Promise<Result>): Promise<Result>;
  /** Looks now: somebody wants the query to end. */
  hurry(): void;
  stop(): void;
}

const HURRIED_MS = 2000;
/** One answer that does not come may be chance. */
const SILENT_TIMES = 2;

/**
 * Watches a connection. PostgreSQL says nothing while a statement runs, and TCP takes a quarter of an hour to notice that
 * what it sends is not received; so after a silence the server is asked by another connection.
 * @param silenceMs how long nothing may come before the server is asked; 0 asks only when in a hurry
 */
export function createWatch({ received, mayAnswer, giveUp }: Watched, silenceMs: number): Watch {
  let running = 0;
  let started = 0;
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  return { during, hurry, stop };

  function during<Result>(query: Promise<Result>): Promise<Result> {
    started += 1;
    running += 1;
    arm();
    return query.finally(() => {
      running -= 1;
      if (running === 0) stop();
    });
  }

  function arm(): void {
    stop();
    if (silenceMs > 0) timer = setTimeout(() => void look(Math.max(silenceMs / 2, HURRIED_MS)), silenceMs).unref();
  }

  function hurry(): void {
    if (running > 0 && !looking) void look(HURRIED_MS);
  }

  function stop(): void {
    clearTimeout(timer);
  }

  async function look(limitMs: number): Promise<void> {
    if (looking) return;
    looking = true;
    const lost = await isLost(limitMs).catch(() => false);
    looking = false;
    if (lost) giveUp();
    else if (running > 0) arm();
  }

  async function isLost(limitMs: number): Promise<boolean> {
    const [query, bytes] = [started, received()];
    for (let silent = 0; silent < SILENT_TIMES; silent++) {
      if (silent > 0) await pause(limitMs / 2);
      if (await mayAnswer(limitMs)) return false;
      if (running === 0 || started !== query || received() !== bytes) return false;
    }
    return true;
  }
}
