/** Milliseconds of each unit. A bare number is milliseconds. */
const UNITS: Readonly<Record<string, number>> = { "": 1, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const DURATION = /^(\d+)(ms|s|m|h|)$/;

/** The longest duration in milliseconds, about 24 days: PostgreSQL and the timers of Node keep 31 bits. */
const LONGEST = 2 ** 31 - 1;

/**
 * Reads a duration that a person wrote: a whole number with a unit, such as `500ms`, `10s`, `25m` or `1h`. A bare number is
 * milliseconds.
 * @returns milliseconds; undefined if the text is no duration, or one that is too long
 */
export function parseDuration(text: string): number | undefined {
  const [, number, unit = ""] = DURATION.exec(text.trim()) ?? [];
  const ms = Number(number) * (UNITS[unit] ?? 1);
  return ms <= LONGEST ? ms : undefined;
}

/** A duration as a person reads it: `12 ms`, `3.4 s`. */
export function formatDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
