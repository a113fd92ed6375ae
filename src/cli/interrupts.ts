import { constants } from "node:os";
import { RemodelError } from "../errors.ts";
import { stopAwaiting } from "../load/awaited.ts";

/** The exit code if a command failed. */
export const FAILED = 2;
/** Ends the process, also where `process.exit` is replaced later. */
export const exit: (code: number) => never = process.exit.bind(process);
const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** How Node calls what runs in its threads: files, and the search for the address of a server. */
const IN_THREADS = /Req/;

/**
 * Ends the process after a signal. Node's exit waits for what runs in its threads, such as the search for an address where no
 * name server answers; there the signal itself ends the process.
 * @param code the exit code of the signal
 */
export function exitAtSignal(code: number): void {
  const signal = SIGNALS.find((name) => codeOf(name) === code);
  if (signal === undefined || !process.getActiveResourcesInfo().some((name) => IN_THREADS.test(name))) exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** The exit code of a process that a signal ended, as shells count. */
function codeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Turns signals of the process into aborted signals of Node. */
export interface Interrupts {
  /** Aborted by the first signal. */
  listen(): AbortSignal;
  /** Aborted by the second signal; without it, that ends the process at once. */
  listenTwice(): AbortSignal;
  /** Listens until the returned function is called; then, unless the command listens too, a signal ends the process again. */
  listenMeanwhile(): () => void;
  /** The exit code of a command that did not end by itself. */
  code(): number;
  end(): void;
}

/** Begins to turn signals into aborted ones; each only once it is listened to. */
export function createInterrupts(): Interrupts {
  const aborts = [new AbortController()];
  let code = FAILED;
  const interrupt = (signal: NodeJS.Signals) => {
    code = codeOf(signal);
    const next = aborts.find((abort) => !abort.signal.aborted);
    if (next === undefined) return exitAtSignal(code);
    stopAwaiting();
    next.abort(new RemodelError("CANCELLED", "Cancelled."));
  };
  let listeners = 0;
  const listen = () => {
    listeners += 1;
    for (const name of SIGNALS) if (!process.listeners(name).includes(interrupt)) process.on(name, interrupt);
  };
  const end = () => {
    for (const name of SIGNALS) process.off(name, interrupt);
  };
  const listenTo = (number: number) => {
    listen();
    while (aborts.length <= number) aborts.push(new AbortController());
    return aborts[number]?.signal ?? new AbortController().signal;
  };
  return {
    listen: () => listenTo(0),
    listenTwice: () => listenTo(1),
    listenMeanwhile: () => {
      listen();
      return () => {
        listeners -= 1;
        if (listeners === 0) end();
      };
    },
    code: () => code,
    end,
  };
}
