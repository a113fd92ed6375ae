import { RemodelError } from "../errors.ts";

/** Code of the project that has begun and has not ended. */
interface Awaited {
  /** The file, or what else a person calls it. */
  readonly name: string;
  readonly giveUp: (reason: RemodelError) => void;
}

/** What is called for code that is awaited. */
export interface AwaitedWatcher {
  /** Called when the wait begins; what it returns is called when it ends. */
  readonly onBegin: () => () => void;
  /** Called if it takes long. */
  readonly onLong: (name: string) => void;
  /** What is long, in milliseconds. */
  readonly afterMs: number;
}

const awaited = new Set<Awaited>();
let watcher: AwaitedWatcher | undefined;

/**
 * Waits for code of the project, such as a file with top-level await. Slow code has as much time as it needs.
 * @param name the file, or what else a person calls it
 * @throws RemodelError `CANCELLED` after {@link stopAwaiting}
 */
export async function awaitCode<Result>(name: string, code: PromiseLike<Result> | Result): Promise<Result> {
  let one: Awaited | undefined;
  const givenUp = new Promise<never>((_, giveUp) => {
    one = { name, giveUp };
    awaited.add(one);
  });
  const timer = remindLater(name);
  const end = watcher?.onBegin();
  try {
    return await Promise.race([code, givenUp]);
  } finally {
    clearTimeout(timer);
    end?.();
    if (one !== undefined) awaited.delete(one);
  }
}

/** Where nothing else is open, Node has to be able to end: the reminder does not keep the process alive. */
function remindLater(name: string): NodeJS.Timeout | undefined {
  if (watcher === undefined) return undefined;
  const { afterMs, onLong } = watcher;
  return setTimeout(() => onLong(name), afterMs).unref();
}

/** What is awaited now, the first one first. */
export function listAwaited(): readonly string[] {
  return [...awaited].map(({ name }) => name);
}

/** Waits no longer for code of the project, which may never end. */
export function stopAwaiting(): void {
  for (const { name, giveUp } of awaited) giveUp(new RemodelError("CANCELLED", `Cancelled while ${name} was loading.`));
}

/**
 * Watches all code of the project that is awaited.
 * @returns ends that
 */
export function watchAwaited(mine: AwaitedWatcher): () => void {
  watcher = mine;
  return () => {
    if (watcher === mine) watcher = undefined;
  };
}
