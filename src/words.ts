/** Names as one reads them aloud, and no more than fit a screen. */
export function joinNames(names: readonly string[]): string {
  const shown = names.length > 12 ? [...names.slice(0, 11), `${names.length - 11} more`] : [...names];
  const last = shown.pop() ?? "none";
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}

/**
 * What a person may have meant.
 * @param word what was typed
 * @param names what exists
 * @returns at most three names that are few keystrokes away, the nearest first
 */
export function findNearestWords(word: string, names: readonly string[]): string[] {
  const limit = Math.max(2, Math.floor(word.length / 3));
  return names
    .map((name) => ({ name, far: Math.min(countEdits(word, name), countEdits(word, name.slice(0, word.length)) + 1) }))
    .filter(({ far }) => far <= limit)
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** How many characters have to be typed, deleted or changed (Levenshtein). */
function countEdits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/** Whether a text has a name as a word of its own. */
export function hasWord(text: string, name: string): boolean {
  const at = text.indexOf(name);
  if (at < 0) return false;
  const around = [text[at - 1] ?? "", text[at + name.length] ?? ""];
  return around.every((one) => !/[\p{L}\p{N}_]/u.test(one)) || hasWord(text.slice(at + name.length), name);
}
