import type { RunObserver } from "../run/context.ts";
import type { Schema } from "../schema/schema.ts";

/** The catalog of a throwaway as its last run read it, so that it is not read twice. */
export interface NotedCatalog {
  /** Nothing if it was not read, or may be another one since. */
  readonly schema: () => Schema | undefined;
  /** The catalog may be another one now. */
  readonly forget: () => void;
  /** Forgets, and sees what the next run reads at its end. */
  readonly next: () => Pick<RunObserver, "noted">;
}

/** Makes one for an open throwaway. */
export function createNotedCatalog(): NotedCatalog {
  let last: Schema | undefined;
  const forget = () => {
    last = undefined;
  };
  const next = () => {
    forget();
    return {
      noted: (schema: Schema) => {
        last = schema;
      },
    };
  };
  return { schema: () => last, forget, next };
}
