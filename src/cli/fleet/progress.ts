import { formatDuration } from "../../durations.ts";
import type { RunWatcher } from "../../fleet/run-fleet.ts";
import { formatCount } from "../../words.ts";
import type { CommandContext } from "../command.ts";

/** Shows how far a run of a fleet has come. */
export interface FleetProgress extends RunWatcher {
  /** When each tenant that has ended was begun, in milliseconds after the run began. */
  readonly starts: ReadonlyMap<string, number>;
  /** Clears what it has drawn on a terminal. */
  readonly end: () => void;
}

const DRAW_EVERY_MS = 200;
const NOTE_EVERY_MS = 5000;

/** The wave that runs. */
interface ShownWave {
  readonly name: string;
  readonly all: number;
  readonly since: number;
  done: number;
  /** What a long step of a tenant has done. */
  detail: string;
}

/** Makes a progress: one line that is redrawn on a terminal, else a line every few seconds. */
export function createFleetProgress({ live, note }: Pick<CommandContext, "live" | "note">): FleetProgress {
  let wave: ShownWave | undefined;
  const begun = performance.now();
  const starts = new Map<string, number>();
  const draw = () => {
    if (wave !== undefined) (live ?? note)(describeWave(wave));
  };
  const timer = setInterval(draw, live === undefined ? NOTE_EVERY_MS : DRAW_EVERY_MS).unref();
  return {
    onWave: (name, all) => {
      wave = { name, all, since: performance.now(), done: 0, detail: "" };
    },
    onProgress: (tenant, { rows, ofRows }) => {
      if (wave === undefined || rows === undefined) return;
      const of = ofRows === undefined ? "" : ` of about ${formatCount(ofRows)}`;
      wave.detail = `${tenant}: ${formatCount(rows)} rows${of}`;
    },
    onEnd: ({ line }) => {
      if (wave !== undefined) wave.done += 1;
      if (line.outcome !== "waiting") starts.set(line.name, performance.now() - begun - line.durationMs);
    },
    starts,
    end: () => {
      clearInterval(timer);
      live?.("");
    },
  };
}

function describeWave({ name, all, since, done, detail }: ShownWave): string {
  const seconds = (performance.now() - since) / 1000;
  const parts = [`Wave ${name}: ${formatCount(done)} of ${formatCount(all)}`];
  if (done > 0 && seconds > 0) {
    const rate = done / seconds;
    parts.push(`${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}/s`);
    if (done < all) parts.push(`about ${formatDuration(((all - done) / rate) * 1000)} left`);
  }
  return [...parts, detail].filter((part) => part !== "").join(" · ");
}
