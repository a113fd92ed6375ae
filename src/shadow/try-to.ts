import { RemodelError, readError } from "../errors.ts";
import type { NotProved } from "./proof.ts";

/**
 * Tries something that may fail on made-up rows.
 * @param what begins the sentence that says why it failed
 * @returns why it failed
 */
export async function tryTo(what: string, run: () => Promise<unknown>): Promise<NotProved | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof RemodelError && error.code.startsWith("DATABASE_L")) throw error;
    return { reason: `${what}: ${readError(error).message}` };
  }
}
