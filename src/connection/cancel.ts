import type { Connection } from "./connect.ts";

const CANCEL_AGAIN_MS = 500;

/** Cancels what runs, again and again: between two statements there is nothing to cancel. */
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
