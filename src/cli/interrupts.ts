import { constants } from "node:os";
import { stopAwaiting } from "../load/awaited.ts";

/** The exit code if a command failed. */
export const FAILED = 2;
/** Ends the process, also where `process.exit` is replaced later. */
export const exit: (code: number) => never = process.exit.bind(process);
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

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
    code = 128 + constants.signals[signal]; // as shells count
    const next = aborts.find((abort) => !abort.signal.aborted);
    if (next === undefined) exit(code);
    stopAwaiting();
    next.abort();
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
