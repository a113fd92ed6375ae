import { collect } from "../collect.ts";
import { groupBy } from "../group-by.ts";
import { type Call, type CallTarget, callTarget, makeKey } from "../revision/calls.ts";

/** Calls, found by the objects that they are about: a look through all of them for each rename would take too long. */
export interface IndexedCalls {
  /** The calls about an object, and those that give it its name, with where they are. */
  readonly about: (target: CallTarget) => readonly (readonly [at: number, call: Call])[];
}

/** Indexes calls, see {@link IndexedCalls}. */
export function indexCalls(calls: readonly Call[]): IndexedCalls {
  const all = calls.flatMap((call, at) => {
    const target = callTarget(call);
    if (target === undefined) return [];
    const names = new Set(collect(target.name, call.target?.to));
    return [...names].map((name) => ({ key: makeKey(target, name), entry: [at, call] as const }));
  });
  const byKey = groupBy(all, ({ key }) => key);
  return { about: (target) => (byKey.get(makeKey(target, target.name)) ?? []).map(({ entry }) => entry) };
}
