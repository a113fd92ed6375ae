import { RemodelError } from "../errors.ts";
import { isBudget, type WaveConfig } from "../fleet-config.ts";

/** Parts of a percent that count. */
const PRECISION = 1_000_000;

/**
 * How many tenants of a wave may fail.
 * @param budget a number, or a percentage, which is rounded down; absent: no limit
 * @param tenants how many tenants of the wave are selected
 */
export function countAllowed(budget: WaveConfig["budget"], tenants: number): number {
  if (budget === undefined) return Number.POSITIVE_INFINITY;
  const text = String(budget);
  if (!text.endsWith("%")) return Number(text);
  const parts = Math.round(Number(text.slice(0, -1)) * PRECISION);
  return Math.floor((parts * tenants) / (100 * PRECISION));
}

/**
 * Reads the option `--budget`.
 * @throws RemodelError `USAGE`
 */
export function parseBudget(text: string): NonNullable<WaveConfig["budget"]> {
  if (!isBudget(text))
    throw new RemodelError("USAGE", `--budget cannot be ${JSON.stringify(text)}.`, {
      hint: "Write a number of tenants, or a percentage: --budget 3, --budget 2%",
    });
  return text.endsWith("%") ? text : Number(text);
}
