import { RemodelError } from "../errors.ts";

/**
 * Waits for work, or for a signal. What the work waits for may never come then, since its database is closed behind it.
 * @throws RemodelError `CANCELLED` once the signal is aborted
 */
export async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () =>
      reject(new RemodelError("CANCELLED", "Cancelled. Nothing was written, and the throwaway database is removed."));
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal?.removeEventListener("abort", stop);
  }
}
