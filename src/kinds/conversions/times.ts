import { NUMBERS } from "../column-types.ts";
import { askForUsing, type Conversion, type ConversionRule, type Pair } from "./conversion.ts";

const WITH_ZONE = ["timestamp with time zone"];
const WITHOUT_ZONE = ["timestamp without time zone"];
const TIMESTAMPS = [...WITH_ZONE, ...WITHOUT_ZONE];
const ZONED_TIME = "time with time zone";
const TIMES = ["time without time zone", ZONED_TIME];
/** The digits of a second that a type without a precision keeps. */
const FULL_PRECISION = 6;

const ZONE = "In which time zone are its values? The lines assume UTC. If it is another one, edit `using`.";
const TIME_LOST = "The time of day is lost.";

/** Among dates, times, timestamps and intervals. */
export const TIME_RULES: readonly ConversionRule[] = [
  { from: ["date"], to: WITHOUT_ZONE, make: () => ({}) },
  { from: ["date"], to: WITH_ZONE, make: ({ c }) => ({ using: `${c}::timestamp AT TIME ZONE 'UTC'`, loses: [ZONE] }) },
  { from: WITHOUT_ZONE, to: ["date"], make: ({ c }) => ({ loses: [TIME_LOST], rows: "change", where: hasTime(c) }) },
  { from: WITH_ZONE, to: ["date"], make: zonedToDate },
  { from: TIMESTAMPS, to: TIMESTAMPS, make: timestampToTimestamp },
  { from: WITH_ZONE, to: TIMES, make: timestampToTime },
  { from: WITHOUT_ZONE, to: ["time without time zone"], make: timestampToTime },
  { from: TIMESTAMPS, to: NUMBERS, make: timestampToNumber },
  { from: NUMBERS, to: TIMESTAMPS, make: numberToTimestamp },
  { from: [...TIMES, "interval"], to: [...TIMES, "interval"], make: timeToTime },
];

function hasTime(c: string): string {
  return `${c} <> date_trunc('day', ${c})`;
}

function zonedToDate({ c }: Pair): Conversion {
  const inUtc = `${c} AT TIME ZONE 'UTC'`;
  return { using: `(${inUtc})::date`, loses: [ZONE, TIME_LOST], rows: "change", where: hasTime(inUtc) };
}

function timestampToTimestamp({ c, a, b, from, to }: Pair): Conversion {
  const keepsZone = a.base === b.base;
  const zone: Conversion = keepsZone ? {} : { using: `${c} AT TIME ZONE 'UTC'`, loses: [ZONE] };
  const precision = b.numbers[0] ?? FULL_PRECISION;
  if (precision >= (a.numbers[0] ?? FULL_PRECISION)) return zone;
  const rounded = (keepsZone ? to : from).replace(/^timestamp(\(\d\))?/, `timestamp(${precision})`);
  const loses = [...(zone.loses ?? []), "Fractions of a second that do not fit are rounded."];
  return { ...zone, loses, rows: "change", where: `${c}::${rounded} <> ${c}` };
}

/** PostgreSQL has no cast, but a number of seconds is what most programs mean. */
function timestampToNumber({ c, to }: Pair): Conversion {
  const loses = [
    "PostgreSQL has no cast for it. The lines make seconds since 1970; for milliseconds, write `* 1000` in `using`.",
    "Fractions that do not fit are rounded, and what has no number, such as infinity, may make it fail.",
  ];
  return { using: `extract(epoch FROM ${c})::${to}`, loses };
}

function numberToTimestamp({ c, b }: Pair): Conversion {
  const loses = [
    "PostgreSQL has no cast for it. The lines read seconds since 1970; for milliseconds, write `/ 1000.0` in `using`.",
  ];
  const time = `to_timestamp(${c})`;
  return { using: WITH_ZONE.includes(b.base) ? time : `${time} AT TIME ZONE 'UTC'`, loses };
}

function timestampToTime({ c, to }: Pair): Conversion {
  return { using: `${c}::${to}`, loses: ["The day is lost."], rows: "change", where: `${c} IS NOT NULL` };
}

function timeToTime(pair: Pair): Conversion {
  const { c, a, b, from, to } = pair;
  const bases = [a.base, b.base];
  const using = a.base === b.base ? {} : { using: `${c}::${to}` };
  if (a.base !== b.base && bases.includes(ZONED_TIME)) {
    if (bases.includes("interval")) return askForUsing(pair);
    return { ...using, loses: ["The values get, or lose, the time zone of the session."] };
  }
  return {
    ...using,
    loses: ["Days, and fractions of a second that do not fit, are lost."],
    rows: "change",
    where: `${c}::${to}::${from} <> ${c}`,
  };
}
