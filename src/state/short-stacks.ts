import type { Recorded } from "../revision/op.ts";

/**
 * Keeps of the stack of each call only the line of the file. A whole stack keeps in memory all that was called, and with it the
 * file.
 * @param file the revision file
 * @param path its path as a stack has it
 */
export function shortenStacks(calls: readonly Recorded[], file: string, path: string): readonly Recorded[] {
  return calls.map(({ operation, stack, acceptances }) => {
    const [, after = ""] = stack.split(`${path}:`, 2);
    return {
      operation,
      stack: `${file}:${Number.parseInt(after, 10)}`,
      ...(acceptances !== undefined && { acceptances: shortenStacks(acceptances, file, path) }),
    };
  });
}
