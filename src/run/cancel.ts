import type { Connection } from "./connect.ts";

const CANCEL_AGAIN_MS = 500;

/** Cancels what runs, again and again: between two statements there is nothing to cancel. */
export async function cancelOnAbort(
  db: Connection,
  signal: AbortSignal | undefined,
): Promise<{ readonly end: () => void }> {
  await db.direct(); // cannot be asked any more once a statement runs
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
