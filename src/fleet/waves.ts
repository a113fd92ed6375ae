import { RemodelError } from "../errors.ts";
import { LAST_WAVE, type WaveConfig } from "../fleet-config.ts";
import { findNearestWords } from "../words.ts";
import { matchesGlob } from "./patterns.ts";
import { readLabel } from "./selection.ts";
import type { FleetLimits, GivenLimits, Tenant, WaveTenants } from "./tenant.ts";

/**
 * Puts every tenant into the first wave that takes it. A wave without `match` takes all that are left. What no wave takes
 * makes a last one, `rest`.
 * @param waves as configured, in their order; their names differ
 * @returns all waves, also those without tenants; `rest` only where it has some or no other wave exists
 * @throws RemodelError `FLEET_INVALID` if a wave `rest` has a match and tenants are left
 */
export function assignWaves(waves: readonly WaveConfig[], tenants: readonly Tenant[]): readonly WaveTenants[] {
  let left = tenants;
  const assigned = waves.map((wave): WaveTenants => {
    const taken = new Set(left.filter((tenant) => isInWave(wave, tenant)));
    left = left.filter((tenant) => !taken.has(tenant));
    return { wave, tenants: [...taken] };
  });
  if (left.length === 0 && waves.length > 0) return assigned;
  if (waves.some(({ name }) => name === LAST_WAVE))
    throw new RemodelError(
      "FLEET_INVALID",
      `The tenant ${left[0]?.name} is in no wave: the wave "${LAST_WAVE}" has a match.`,
      {
        hint: `Rename the wave "${LAST_WAVE}", or remove its match.`,
      },
    );
  return [...assigned, { wave: { name: LAST_WAVE }, tenants: left }];
}

function isInWave({ match = {} }: WaveConfig, tenant: Tenant): boolean {
  return Object.entries(match).every(([label, wanted]) => {
    const value = readLabel(tenant, label);
    return value !== undefined && [wanted].flat().some((glob) => matchesGlob(glob, value));
  });
}

/**
 * Keeps the waves with certain names, in the order of the configuration.
 * @param names none: all waves
 * @throws RemodelError `USAGE` for a name that no wave has
 */
export function takeWaves(waves: readonly WaveTenants[], names: readonly string[]): readonly WaveTenants[] {
  const known = waves.map(({ wave }) => wave.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new RemodelError("USAGE", `There is no wave ${JSON.stringify(unknown)}.`, {
      hint: `The waves are: ${known.join(", ")}.${suggest(findNearestWords(unknown, known))}`,
    });
  if (names.length === 0) return waves;
  return waves.filter(({ wave }) => names.includes(wave.name));
}

function suggest([near]: readonly string[]): string {
  if (near === undefined) return "";
  return ` Did you mean ${near}?`;
}

/**
 * Requires that a shard works on one wave: shards know nothing of one another, so the next wave of one would begin before
 * another has ended this one.
 * @param names the waves that the command names
 * @throws RemodelError `USAGE`
 */
export function refuseSeveralWaves(waves: readonly WaveTenants[], names: readonly string[]): void {
  const [first, another] = waves;
  if (first === undefined || another === undefined || names.length > 0) return;
  throw new RemodelError("USAGE", "Shards do not wait for one another, so a shard cannot go through several waves.", {
    hint: `Name the wave: --wave ${first.wave.name}`,
  });
}

const DEFAULT_LIMITS: FleetLimits = { concurrency: 8, perServer: 4, timeoutMs: 10_000 };

/**
 * How many tenants of a wave a command works on at once. Of the limits of the wave and of the command the smaller one
 * counts; a default counts only where neither says anything.
 * @param given what the command line says
 */
export function limitWave(wave: Pick<WaveConfig, "concurrency" | "perServer">, given: GivenLimits): FleetLimits {
  const limit = (key: "concurrency" | "perServer") => {
    const limits = [wave[key], given[key]].filter((one) => one !== undefined);
    if (limits.length === 0) return DEFAULT_LIMITS[key];
    return Math.min(...limits);
  };
  return {
    concurrency: limit("concurrency"),
    perServer: limit("perServer"),
    timeoutMs: given.timeoutMs ?? DEFAULT_LIMITS.timeoutMs,
  };
}
