import type { KeptResult } from "../load/kept-results.ts";
import type { Loader } from "../load/load.ts";
import { createObservations, type Observations } from "../load/observers.ts";
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
  /** Observes what code of the project reads that runs after the models were read or found. */
  readonly observe: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Finds a result of an earlier command, if nothing that its code read has changed since. */
  readonly recall: (name: readonly string[]) => Promise<unknown>;
  /** Keeps a result of all code of the project that was observed. @returns whether that can be kept */
  readonly remember: (name: readonly string[], result: unknown) => Promise<boolean>;
  /** Keeps what no code of the project has made, to be recalled by its name. */
  readonly store: (name: readonly string[], value: unknown) => Promise<void>;
}

/** Keeps nothing, where code of the project was run by somebody else. */
export const KEEPS_NOTHING: Keeper = {
  run: (work) => work(),
  keep: async (_, prepare) => await (await prepare())(),
  observe: (work) => work(),
  recall: async () => undefined,
  remember: async () => false,
  store: async () => undefined,
};

/** What a keeper is for. */
interface KeptProject {
  readonly loader: Loader;
  /** The folder whose project has the cache. */
  readonly home: string;
  /** What all results depend on. */
  readonly place: readonly string[];
  /** Finds no result of an earlier command. */
  readonly fresh: boolean;
  /** Nothing of the project, and no package, has run in this process before. Without it nothing is kept. */
  readonly runsFirst: boolean;
}

/** Makes the keeper of one project. */
export function createKeeper({ loader, home, place, fresh, runsFirst }: KeptProject): Keeper {
  const observations = createObservations();
  const replayed = createReplay();
  const open = once(async () => (await import("../load/kept-results.ts")).openKeptResults(home, place));
  const observe = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (!runsFirst) return await work();
    return await (await import("../load/observe.ts")).observing(observations, work);
  };
  const run = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    // The code sets them itself, and what it asks before that is a question.
    for (const variable of replayed.undo()) observations.set.delete(variable);
    return await observe(work);
  };
  const remember = async (name: readonly string[], result: unknown) => {
    const results = await open();
    const why =
      !runsFirst || loader.ranUnobserved() ? "their code ran before" : results.keep(name, result, observations);
    return noteKept(name, why);
  };
  const find = async (name: readonly string[]) => (fresh ? undefined : (await open()).find(name));
  return {
    run,
    keep: async <Result>(name: readonly string[], prepare: () => Promise<() => Promise<Result>>) => {
      const found = await find(name);
      if (found !== undefined) {
        replayed.set(found.set);
        adopt(observations, found);
        // The code that made it is the same, and so is all that it read.
        return found.result as Result;
      }
      const result = await run(await prepare());
      await remember(name, result);
      return result;
    },
    observe,
    recall: async (name) => (await find(name))?.result,
    remember,
    store: async (name, value) => void (await open()).keep(name, value, createObservations()),
  };
}

/** Says whether a result is kept. @returns the same */
function noteKept([what]: readonly string[], why: string | undefined): boolean {
  noteTiming(`The ${what} were read${why === undefined ? ", and are kept." : `. They cannot be kept: ${why}.`}`);
  return why === undefined;
}

/** What is used again depends on all that its code asked when it ran. So does what is made with it. */
function adopt({ answers, set }: Observations, found: KeptResult): void {
  for (const [question, answer] of found.answers) answers.set(question, answer);
  for (const [variable, value] of found.set) set.set(variable, value ?? undefined);
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
      const names = [...before.keys()];
      before.clear();
      return names;
    },
  };
}
