import { setImmediate as settle } from "node:timers/promises";
import type { Clock } from "../../src/fleet/run-wave.ts";

/** A clock that moves only when nothing else can happen. */
export interface MadeUpClock extends Clock {
  /** Waits on this clock. */
  sleep(ms: number): Promise<void>;
  /** Moves the clock from one event to the next until a promise has its answer. */
  until<Answer>(answer: Promise<Answer>): Promise<Answer>;
}

/** Makes a clock that shows 0. */
export function makeUpClock(): MadeUpClock {
  const events: { readonly at: number; readonly call: () => void }[] = [];
  let now = 0;
  const after = (ms: number, call: () => void) => {
    const event = { at: now + Math.max(0, ms), call };
    events.push(event);
    return () => {
      const place = events.indexOf(event);
      if (place >= 0) events.splice(place, 1);
    };
  };
  const until = async <Answer>(answer: Promise<Answer>) => {
    let open = true;
    const close = () => {
      open = false;
    };
    answer.then(close, close);
    for (await settle(); open; await settle()) {
      const [first] = events.toSorted((a, b) => a.at - b.at);
      if (first === undefined) throw new Error("Nothing will ever happen again.");
      events.splice(events.indexOf(first), 1);
      now = first.at;
      first.call();
    }
    return await answer;
  };
  return { now: () => now, after, sleep: (ms) => new Promise((resolve) => void after(ms, resolve)), until };
}
