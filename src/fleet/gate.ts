/**
 * Lets two tenants at once begin their changes until the first one has been changed, so that a wrong revision is noticed
 * in two tenants and not in all that run at once. Then all may begin.
 */
export interface Gate {
  /** Waits until the tenant may begin. @returns false if the run has stopped in the meantime */
  enter(): Promise<boolean>;
  /**
   * Notes how a tenant ended that had entered.
   * @param cause its systemic failure, if it has one: the second tenant with the same one closes the gate
   */
  leave(isChanged: boolean, cause?: string): void;
  /** Lets no more in. */
  close(): void;
}

/** How many tenants begin at once before the first one has been changed. */
const FIRST = 2;

/** Makes the gate of a run. */
export function createGate(): Gate {
  const waiting: ((open: boolean) => void)[] = [];
  const causes = new Set<string>();
  const state = { inside: 0, proven: false, closed: false };
  const hasRoom = () => state.proven || state.inside < Math.max(1, FIRST - causes.size);
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
    leave: (isChanged, cause) => {
      state.inside -= 1;
      state.proven ||= isChanged;
      if (cause !== undefined) {
        state.closed ||= causes.has(cause);
        causes.add(cause);
      }
      admit();
    },
    close: () => {
      state.closed = true;
      admit();
    },
  };
}
