import { setTimeout as pause } from "node:timers/promises";

/** A connection as a watch sees it. */
export interface Watched {
  /** How many bytes the server has sent. */
  readonly received: () => number;
  /** Asks over a second connection whether the server may still answer; takes at most that long. */
  readonly mayAnswer: (limitMs: number) => Promise<boolean>;
  /** Ends the connection. */
  readonly giveUp: () => void;
}

/** Distinguishes a server that is busy from a connection that is lost. */
export interface Watch {
  /** Watches the connection while a query runs. */
  during<Result>(query: Promise<Result>): Promise<Result>;
  /** Checks the connection now, because the query is to be cancelled. */
  hurry(): void;
  stop(): void;
}

interface State extends Watched {
  readonly silenceMs: number;
  /** How many queries run. */
  running: number;
  /** How many queries were started. */
  started: number;
  timer?: NodeJS.Timeout;
  isLooking: boolean;
}

const HURRIED_MS = 2000;
/** One missing answer may be chance. */
const SILENT_TIMES = 2;

/**
 * Watches a connection. PostgreSQL sends nothing while a statement runs, and TCP notices only after a quarter of an hour
 * that the other side receives nothing. So after some silence a second connection asks the server.
 * @param silenceMs how long the server may be silent before it is asked; 0: it is asked only by `hurry`
 */
export function createWatch(watched: Watched, silenceMs: number): Watch {
  const state: State = { ...watched, silenceMs, running: 0, started: 0, isLooking: false };
  return {
    during: (query) => watchDuring(state, query),
    hurry: () => {
      if (state.running > 0 && !state.isLooking) void look(state, HURRIED_MS);
    },
    stop: () => clearTimeout(state.timer),
  };
}

function watchDuring<Result>(state: State, query: Promise<Result>): Promise<Result> {
  state.started += 1;
  state.running += 1;
  startTimer(state);
  return query.finally(() => {
    state.running -= 1;
    if (state.running === 0) clearTimeout(state.timer);
  });
}

function startTimer(state: State): void {
  const { silenceMs } = state;
  clearTimeout(state.timer);
  if (silenceMs === 0) return;
  const limitMs = Math.max(silenceMs / 2, HURRIED_MS);
  state.timer = setTimeout(() => void look(state, limitMs), silenceMs).unref();
}

async function look(state: State, limitMs: number): Promise<void> {
  if (state.isLooking) return;
  state.isLooking = true;
  const lost = await isLost(state, limitMs).catch(() => false);
  state.isLooking = false;
  if (lost) state.giveUp();
  else if (state.running > 0) startTimer(state);
}

async function isLost(state: State, limitMs: number): Promise<boolean> {
  const [query, bytes] = [state.started, state.received()];
  for (let silent = 0; silent < SILENT_TIMES; silent++) {
    if (silent > 0) await pause(limitMs / 2);
    if (await state.mayAnswer(limitMs)) return false;
    if (state.running === 0 || state.started !== query || state.received() !== bytes) return false;
  }
  return true;
}
