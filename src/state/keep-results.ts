import type { Loader } from "../load/load.ts";
import { createObservations } from "../load/observers.ts";
import { noteTiming } from "../timings.ts";
import { once } from "./once.ts";

/** Runs code of a project, and keeps its results for the next command. */
export interface Keeper {
  /** Runs code of the project, and observes what it reads. */
  readonly run: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /**
   * Finds a result of an earlier command, if nothing that its code read has changed since. Else makes it, and keeps it.
   * @param name what the result is, first in one word, and all that it depends on besides the project
   * @param prepare loads what is needed to make it, and returns the function that makes it
   */
  readonly keep: <Result>(name: readonly string[], prepare: () => Promise<() => Promise<Result>>) => Promise<Result>;
}

/** Keeps nothing, where code of the project was run by somebody else. */
export const KEEPS_NOTHING: Keeper = { run: (work) => work(), keep: async (_, prepare) => await (await prepare())() };

/** What a keeper is for. */
interface KeptProject {
  readonly loader: Loader;
  /** The folder whose project has the cache. */
  readonly home: string;
  /** What all results depend on. */
  readonly place: readonly string[];
  /** Finds no result of an earlier command. */
  readonly fresh: boolean;
}

/** Makes the keeper of one project. */
export function createKeeper({ loader, home, place, fresh }: KeptProject): Keeper {
  const observations = createObservations();
  const replayed = createReplay();
  const open = once(async () => (await import("../load/kept-results.ts")).openKeptResults(home, place));
  const run = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    replayed.undo();
    const { observing } = await import("../load/observe.ts");
    return await observing(observations, work);
  };
  return {
    run,
    keep: async <Result>(name: readonly string[], prepare: () => Promise<() => Promise<Result>>) => {
      const results = await open();
      const found = fresh ? undefined : results.find(name);
      if (found !== undefined) {
        replayed.set(found.set);
        // The code that made it is the same, and so is all that it read.
        return found.result as Result;
      }
      const result = await run(await prepare());
      const why = loader.ranUnobserved() ? "their code ran before" : results.keep(name, result, observations);
      noteTiming(`The ${name[0]} were read${why === undefined ? ", and are kept." : `. They cannot be kept: ${why}.`}`);
      return result;
    },
  };
}

/** Sets the variables that code has set when it ran, as long as it does not run itself. */
function createReplay() {
  const before = new Map<string, string | undefined>();
  const write = (name: string, value: string | null | undefined) => {
    if (value == null) delete process.env[name];
    else process.env[name] = value;
  };
  return {
    set: (variables: readonly (readonly [name: string, value: string | null])[]) => {
      for (const [name, value] of variables) {
        if (!before.has(name)) before.set(name, process.env[name]);
        write(name, value);
      }
    },
    undo: () => {
      for (const [name, value] of before) write(name, value);
      before.clear();
    },
  };
}
