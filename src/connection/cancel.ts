import type { Connection } from "./connect.ts";

const CANCEL_AGAIN_MS = 500;

/**
 * Cancels the statements of a connection once a signal is aborted. It repeats the request, since between two statements
 * there is nothing to cancel.
 * @returns `end` stops it
 */
export function cancelOnAbort(db: Connection, signal: AbortSignal | undefined): { readonly end: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const cancel = () => void db.cancel().catch(() => undefined);
  const start = () => {
    cancel();
    timer = setInterval(cancel, CANCEL_AGAIN_MS);
  };
  signal?.addEventListener("abort", start);
  return {
    end: () => {
      signal?.removeEventListener("abort", start);
      clearInterval(timer);
    },
  };
}
