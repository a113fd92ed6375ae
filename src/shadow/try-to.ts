import { collect } from "../collect.ts";
import { RemodelError, readError } from "../errors.ts";
import type { NotProved } from "./proof.ts";

/**
 * Tries something that may fail on made-up rows.
 * @param what begins the sentence that says why it failed
 * @param ifRows what to do if it failed on known rows
 * @returns why it failed
 */
export async function tryTo(
  what: string,
  run: () => Promise<unknown>,
  ifRows?: string,
): Promise<NotProved | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof RemodelError && error.code.startsWith("DATABASE_L")) throw error;
    const isOnRows = error instanceof RemodelError && error.details?.["rows"] !== undefined;
    return { reason: collect(`${what}: ${readError(error).message}`, isOnRows && ifRows).join("\n") };
  }
}
