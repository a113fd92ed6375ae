/**
 * Parses JSON from a source that may be damaged.
 * @returns the value; `undefined` if the text is not JSON
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Writes arguments of operations as JSON, with the source of functions and the digits of bigints as texts. */
export function stringifyArguments(value: unknown): string {
  return JSON.stringify(value, (_, one) => (typeof one === "function" || typeof one === "bigint" ? String(one) : one));
}
