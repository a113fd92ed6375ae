import { isHalfApplied } from "./classes.ts";
import type { Fleet } from "./open.ts";
import type { EndedTenant } from "./report.ts";
import { readFleetStatus } from "./status.ts";

/** What a command may want to know while tenants are read. */
export interface ThereWatcher {
  /** Called with what a person should know of these and of all others: an applied revision was edited. */
  readonly note: (text: string) => void;
  /** Called after each tenant. */
  readonly onRead: () => void;
  /** Aborted: no further tenant is read. */
  readonly stop: AbortSignal;
}

/**
 * Finds the tenants that have everything that a target needs, with one query each. They need no session.
 * @returns their lines of the report, by their names
 */
export async function findThere(
  fleet: Fleet,
  target: string,
  { note, onRead, stop }: ThereWatcher,
): Promise<ReadonlyMap<string, EndedTenant>> {
  const { classes } = await readFleetStatus(fleet, target, { onRead, stop });
  // Of those without a fingerprint the schema is still to be saved.
  const reached = classes.filter(
    ({ state, fingerprint }) => (state === "there" || state === "edited") && fingerprint !== undefined,
  );
  const edited = classes.filter((one) => one.state === "edited" || (one.state === "behind" && !isHalfApplied(one)));
  for (const { reason, tenants } of edited) if (reason !== undefined) note(`Note: In ${describe(tenants)} ${reason}.`);
  const places = fleet.waves.flatMap(({ wave, tenants }) =>
    tenants.map((one) => [one.name, { ...one, wave: wave.name }] as const),
  );
  const byName = new Map(places);
  const lines = reached.flatMap(({ current, tenants }) =>
    tenants.flatMap((name): readonly (readonly [string, EndedTenant])[] => {
      const tenant = byName.get(name);
      if (tenant === undefined) return [];
      const { wave, server } = tenant;
      const at = current === undefined || current.length === 0 ? {} : { from: current, to: current };
      return [[name, { line: { name, wave, server, outcome: "there", ...at, durationMs: 0 } }]];
    }),
  );
  return new Map(lines);
}

function describe([first = "", ...others]: readonly string[]): string {
  if (others.length === 0) return first;
  return `${first} and ${others.length} more`;
}
