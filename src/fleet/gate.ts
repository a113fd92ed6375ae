/**
 * Lets two tenants at once begin their changes until the first one has been changed, so that a wrong revision is noticed
 * in two tenants and not in all that run at once. Then all may begin.
 */
export interface Gate {
  /** Waits until the tenant may begin. @returns false if the run has stopped in the meantime */
  enter(): Promise<boolean>;
  /** Notes how a tenant ended that had entered. */
  leave(how: "changed" | "systemic" | "failed"): void;
  /** Lets nobody in any more. */
  close(): void;
}

/** How many tenants begin at once before the first one has been changed. */
const FIRST = 2;

/** Makes the gate of a run. */
export function createGate(): Gate {
  const waiting: ((open: boolean) => void)[] = [];
  const state = { inside: 0, systemic: 0, proven: false, closed: false };
  const hasRoom = () => state.proven || state.inside < Math.max(1, FIRST - state.systemic);
  const admit = () => {
    while (waiting.length > 0 && (state.closed || hasRoom())) {
      if (!state.closed) state.inside += 1;
      waiting.shift()?.(!state.closed);
    }
  };
  return {
    enter: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        admit();
      }),
    leave: (how) => {
      state.inside -= 1;
      if (how === "changed") state.proven = true;
      if (how === "systemic") state.systemic += 1;
      admit();
    },
    close: () => {
      state.closed = true;
      admit();
    },
  };
}
