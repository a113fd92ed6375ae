/** How long statements of an embedded database may follow each other without a pause. */
const TURN_MS = 20;

/**
 * PGlite answers in this process without waiting for anything, so signals, timers and other connections would get no turn as
 * long as one statement follows the other.
 * @returns to be awaited after each statement: gives the others their turn, if they had none for a while
 */
export function createTurns(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    last = performance.now();
  };
}
