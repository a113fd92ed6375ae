/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from 0 to `below - 1`. */
  below(below: number): number;
  pick<Item>(items: readonly Item[]): Item | undefined;
}

/**
 * Makes a generator (mulberry32).
 * @param seed a whole number
 */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number) => next() % limit;
  return { below, pick: (items) => items[items.length === 0 ? 0 : below(items.length)] };
}
