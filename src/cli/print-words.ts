import { printableLine } from "../printable.ts";
import { type CommandLine, completeWords, type ValueKind } from "./complete.ts";
import type { Host } from "./host.ts";

/**
 * Prints the words that the last one may become. A person is typing, so nothing is an error.
 * @param words what was typed after `remodel`
 * @returns the exit code
 */
export async function printWords(words: readonly string[], line: CommandLine, host: Host): Promise<number> {
  const read = (kind: ValueKind, typed: readonly string[]) => readOf(kind, host.cwd(), typed);
  const found = await completeWords(words, line, read).catch(() => []);
  for (const word of found) host.stdout.write(`${printableLine(word)}\n`);
  return 0;
}

async function readOf(kind: ValueKind, cwd: string, words: readonly string[]): Promise<readonly string[]> {
  const { readValues } = await import("./completion-values.ts");
  return await readValues(kind, cwd, words);
}
