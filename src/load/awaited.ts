import { collect } from "../collect.ts";
import { RemodelError } from "../errors.ts";

/** What a command waits for in the words of its messages. */
interface Described {
  /** Code of the project: the file, or what else a person calls it. Absent for a server. */
  readonly code?: string;
  /** The message after a signal. */
  readonly cancelled: string;
  /** The message while it takes long. */
  readonly slow: string;
}

/** What has begun and has not ended. */
interface Awaited extends Described {
  readonly giveUp: (reason: RemodelError) => void;
}

/** What is called for code and servers that are awaited. */
export interface AwaitedWatcher {
  /** Called when the wait begins; what it returns is called when it ends. */
  readonly onBegin: () => () => void;
  /** Called with a sentence if it takes long. */
  readonly onLong: (text: string) => void;
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
  return await awaitDescribed(
    { code: name, cancelled: `Cancelled while ${name} was loading.`, slow: `${name}: its code has awaited something` },
    () => code,
  );
}

/**
 * Waits until a server has accepted a connection.
 * @param label the database, without its password
 * @throws RemodelError `CANCELLED` after {@link stopAwaiting}
 */
export async function awaitServer<Result>(label: string, connect: () => Promise<Result>): Promise<Result> {
  return await awaitDescribed(
    { cancelled: `Cancelled while connecting to ${label}.`, slow: `${label}: the server has not answered` },
    connect,
  );
}

async function awaitDescribed<Result>(described: Described, work: () => PromiseLike<Result> | Result): Promise<Result> {
  let one: Awaited | undefined;
  const givenUp = new Promise<never>((_, giveUp) => {
    one = { ...described, giveUp };
    awaited.add(one);
  });
  const timer = remindLater(described);
  const end = watcher?.onBegin();
  try {
    return await Promise.race([work(), givenUp]);
  } finally {
    clearTimeout(timer);
    end?.();
    if (one !== undefined) awaited.delete(one);
  }
}

/** Where nothing else is open, Node has to be able to end: the reminder does not keep the process alive. */
function remindLater({ slow }: Described): NodeJS.Timeout | undefined {
  if (watcher === undefined) return undefined;
  const { afterMs, onLong } = watcher;
  const text = `Still waiting for ${slow} for ${afterMs / 1000} s. Ctrl-C ends the command.`;
  return setTimeout(() => onLong(text), afterMs).unref();
}

/** The code of the project that is awaited now, the first one first. */
export function listAwaited(): readonly string[] {
  return [...awaited].flatMap(({ code }) => collect(code));
}

/** Waits no longer for code of the project or for a server: both may never end. */
export function stopAwaiting(): void {
  for (const { cancelled, giveUp } of awaited) giveUp(new RemodelError("CANCELLED", cancelled));
}

/**
 * Watches all code of the project and all servers that are awaited.
 * @returns ends that
 */
export function watchAwaited(mine: AwaitedWatcher): () => void {
  watcher = mine;
  return () => {
    if (watcher === mine) watcher = undefined;
  };
}
