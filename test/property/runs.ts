import type fc from "fast-check";

/** How many random cases a property gets, as a part of what the environment asks for. */
export function runs(part = 1): number {
  return Math.max(1, Math.round(Number(process.env["REMODEL_PROPERTY_RUNS"] || 120) * part));
}

/** Whether there is time for everything, as in `npm run test:soak`. */
export const soaking = process.env["REMODEL_PROPERTY_RUNS"] !== undefined;

/** The seed of `npm test`, so that it says the same of the same code; `npm run test:soak` takes another one each time. */
const STEADY = 667312474;

/** The seed of this run, which the environment may name to see a failure again. */
export const seed = Number(
  process.env["REMODEL_PROPERTY_SEED"] ||
    (process.env["REMODEL_PROPERTY_RUNS"] ? Math.trunc(Math.random() * 0x7fffffff) : STEADY),
);

/** Settings for `fc.assert`; the seed and the number of runs are printed. */
export function settings<Values>(what: string, numRuns: number): fc.Parameters<Values> {
  console.log(`${what}: ${numRuns} runs, REMODEL_PROPERTY_SEED=${seed}`);
  const path = process.env["REMODEL_PROPERTY_PATH"];
  return { seed, numRuns, ...(path !== undefined && { path }) };
}
