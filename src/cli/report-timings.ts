import { collect } from "../collect.ts";
import { endTimings, type Spent, startTimings, TIMED_PARTS, type Timings } from "../timings.ts";
import { table } from "./command.ts";
import type { Host } from "./host.ts";

/** What this process has spent since it began. */
export function spentSoFar(): Spent {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), processor: (user + system) / 1000 };
}

/**
 * Runs a command; with `--timings`, says on stderr where its time went.
 * @param entered what the process had spent when the command line began; absent in a process that does other things too
 */
export async function reportTimings(
  { argv, host, entered }: { readonly argv: readonly string[]; readonly host: Host; readonly entered?: Spent },
  run: () => Promise<number>,
): Promise<number> {
  if (!argv.includes("--timings")) return await run();
  startTimings(spentSoFar, entered);
  try {
    return await run();
  } finally {
    const timings = endTimings();
    if (timings !== undefined) host.stderr.write(`${timingsText(timings)}\n`);
  }
}

/** A table of the parts in milliseconds, and the notes. */
export function timingsText({ parts, notes }: Timings): string {
  const known = TIMED_PARTS.flatMap((part) => {
    const spent = parts.get(part);
    return collect(spent !== undefined && ([part, spent] as const));
  });
  const total = known.reduce<Spent>(
    (sum, [, spent]) => ({ wall: sum.wall + spent.wall, processor: sum.processor + spent.processor }),
    { wall: 0, processor: 0 },
  );
  const rows = [...known, ["total", total] as const].map(([part, { wall, processor }]) => [
    `  ${part}`,
    String(Math.round(wall)).padStart(7),
    String(Math.round(processor)).padStart(9),
  ]);
  return ["Timings in ms:", table([["", "   wall", "processor"], ...rows]), ...notes.map((text) => `  ${text}`)].join(
    "\n",
  );
}
