import { RemodelError } from "../errors.ts";
import { type Host, isInteractive } from "./host.ts";

/**
 * Asks a person on a terminal. Where there is none, as in CI, nothing is asked.
 * @param message the question
 * @param hint what to type after a no
 * @throws RemodelError `CANCELLED` unless the answer is yes
 */
export async function confirmOnTerminal(host: Host, message: string, hint: string): Promise<void> {
  if (!isInteractive(host)) return;
  const { confirm } = await import("@clack/prompts");
  const answer = await confirm({ message, initialValue: false, input: host.stdin, output: host.stdout });
  if (answer === true) return;
  throw new RemodelError("CANCELLED", "Nothing was run.", { hint });
}
