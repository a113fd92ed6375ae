/** The parts of a command, in the order in which they are printed. */
export const TIMED_PARTS = [
  "node",
  "loading",
  "connection",
  "revisions",
  "models",
  "catalog",
  "equality",
  "diff",
  "statements",
  "command",
  "print",
] as const;

/** What a command spends its time with. `command` is what belongs to no other part. */
export type Part = (typeof TIMED_PARTS)[number];

/** Milliseconds: those that passed, and the processor time of this process. */
export interface Spent {
  readonly wall: number;
  readonly processor: number;
}

/** Where the time of a command went. */
export interface Timings {
  readonly parts: ReadonlyMap<Part, Spent>;
  /** What a reader of the numbers should know, such as why a cache was not used. */
  readonly notes: readonly string[];
}

interface Running {
  readonly clock: () => Spent;
  readonly parts: Map<Part, Spent>;
  readonly notes: string[];
  part: Part;
  since: Spent;
}

const NOTHING: Spent = { wall: 0, processor: 0 };

let running: Running | undefined;

/**
 * Begins to count. Each moment belongs to one part, so the parts add up to the whole.
 * @param clock how much has been spent since the process began
 * @param entered what it had spent when our code began; left out, counting begins now
 */
export function startTimings(clock: () => Spent, entered?: Spent): void {
  const parts = new Map<Part, Spent>(entered && [["node", entered]]);
  running = { clock, parts, notes: [], part: "loading", since: entered ?? clock() };
}

/** Ends counting; nothing if it was not begun. */
export function endTimings(): Timings | undefined {
  if (running === undefined) return undefined;
  enter("command");
  const { parts, notes } = running;
  running = undefined;
  return { parts, notes };
}

/** Counts what follows for another part. */
export function enter(part: Part): void {
  if (running === undefined) return;
  const now = running.clock();
  const { wall, processor } = running.parts.get(running.part) ?? NOTHING;
  const { since } = running;
  const spent = { wall: wall + now.wall - since.wall, processor: processor + now.processor - since.processor };
  running.parts.set(running.part, spent);
  running.part = part;
  running.since = now;
}

/** Counts some work for a part: until it returns, or until the promise that it returns is settled. */
export function timed<Result>(part: Part, work: () => Result): Result {
  const before = running?.part;
  const leave = () => {
    if (before !== undefined) enter(before);
  };
  enter(part);
  let isWaiting = false;
  try {
    const result = work();
    isWaiting = result instanceof Promise;
    return isWaiting ? (Promise.resolve(result).finally(leave) as Result) : result;
  } finally {
    if (!isWaiting) leave();
  }
}

/** Notes something about the numbers. */
export function noteTiming(text: string): void {
  if (running !== undefined && !running.notes.includes(text)) running.notes.push(text);
}
