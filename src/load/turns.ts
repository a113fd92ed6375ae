/** How long work may go on without a pause. */
const TURN_MS = 20;

/**
 * Some work waits for nothing: PGlite answers in this process, and the compiler and the code of models run in it. So signals,
 * timers and other connections would get no turn as long as one piece of such work follows the other.
 * @returns to be called after each piece: a pause that gives the others their turn; undefined if they had one shortly before
 */
export function createTurns(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < TURN_MS) return undefined;
    return pause().then(() => {
      last = performance.now();
    });
  };
}

/** The first callback may come before Node has looked for signals, the second does not. */
async function pause(): Promise<void> {
  for (let times = 0; times < 2; times++) await new Promise((resolve) => setImmediate(resolve));
}
