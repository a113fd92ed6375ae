import type { RunWatcher } from "../../fleet/run-fleet.ts";
import { formatCount } from "../../words.ts";
import type { CommandContext } from "../command.ts";

/** Shows how far a run of a fleet has come. */
export interface FleetProgress extends RunWatcher {
  /** Tenants are looked at, before the first wave begins. @returns is called after each of them */
  readonly onLook: (what: string, tenants: number) => () => void;
  /** When each tenant that has ended was begun, in milliseconds after the run began. */
  readonly starts: ReadonlyMap<string, number>;
  /** Clears what it has drawn on a terminal. */
  readonly end: () => void;
}

const DRAW_EVERY_MS = 200;
const NOTE_EVERY_MS = 5000;

/** The wave that runs, or what is looked at before. */
interface Shown {
  /** What it is called: `Wave rest`. */
  readonly title: string;
  readonly all: number;
  readonly since: number;
  done: number;
  /** What a long step of a tenant has done. */
  detail: string;
}

/** Makes a progress: one line that is redrawn on a terminal, else a line every few seconds. */
export function createFleetProgress({ live, note }: Pick<CommandContext, "live" | "note">): FleetProgress {
  let shown: Shown | undefined;
  const begun = performance.now();
  const starts = new Map<string, number>();
  const draw = () => {
    if (shown !== undefined) (live ?? note)(describe(shown));
  };
  const timer = setInterval(draw, live === undefined ? NOTE_EVERY_MS : DRAW_EVERY_MS).unref();
  const show = (title: string, all: number) => {
    const begun: Shown = { title, all, since: performance.now(), done: 0, detail: "" };
    shown = begun;
    return begun;
  };
  return {
    onLook: (what, all) => {
      const look = show(what, all);
      return () => {
        look.done += 1;
      };
    },
    onWave: (name, all) => void show(`Wave ${name}`, all),
    onProgress: (tenant, { rows, ofRows }) => {
      if (shown === undefined || rows === undefined) return;
      const of = ofRows === undefined ? "" : ` of about ${formatCount(ofRows)}`;
      shown.detail = `${tenant}: ${formatCount(rows)} rows${of}`;
    },
    onEnd: ({ line }) => {
      if (shown !== undefined) shown.done += 1;
      if (line.outcome !== "waiting") starts.set(line.name, performance.now() - begun - line.durationMs);
    },
    starts,
    end: () => {
      clearInterval(timer);
      live?.("");
    },
  };
}

function describe({ title, all, since, done, detail }: Shown): string {
  const seconds = (performance.now() - since) / 1000;
  const parts = [`${title}: ${formatCount(done)} of ${formatCount(all)}`];
  if (done > 0 && seconds > 0) {
    const rate = done / seconds;
    parts.push(`${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}/s`);
    if (done < all) parts.push(`about ${roundTime((all - done) / rate)} left`);
  }
  return [...parts, detail].filter((part) => part !== "").join(" · ");
}

/** An estimate, so no more exact than it can be. */
function roundTime(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}
