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
