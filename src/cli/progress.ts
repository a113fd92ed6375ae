import { formatDuration } from "../durations.ts";
import { maskSecrets } from "../printable.ts";
import type { Progress } from "../run/context.ts";
import { describeHolder, type LockHolder } from "../state/lock.ts";
import type { CommandContext } from "./command.ts";

/** Reports the progress of a run. */
export interface Reporter {
  readonly report: (progress: Progress) => void;
  /** Clears what it has drawn on a terminal. */
  readonly end: () => void;
}

const NOTE_EVERY_MS = 2000;
const DRAW_EVERY_MS = 200;

/** Makes a reporter: on a terminal one line that is redrawn, else one line for each event. */
export function createReporter(context: CommandContext): Reporter {
  if (context.live === undefined) return reportInLines(context);
  return reportInOneLine(context, context.live);
}

function reportInLines({ note }: CommandContext): Reporter {
  let started = 0;
  let last = performance.now();
  const report = (progress: Progress) => {
    const { revision, number, done, rows, waitingFor, statement } = progress;
    if (waitingFor !== undefined) note(waitingText(waitingFor));
    else if (rows !== undefined) {
      if (performance.now() - last < NOTE_EVERY_MS) return;
      last = performance.now();
      note(`  ${rowsText(progress)}`);
    } else if (done === "waited") note(`${revision.id} was already done by another run.`);
    else if (done === undefined && statement === undefined && number > started) {
      started = number;
      note(startText(progress));
    }
  };
  return { report, end: () => undefined };
}

interface Shown {
  readonly text: string;
  readonly since: number;
  readonly detail?: string;
}

function reportInOneLine({ note }: CommandContext, live: (line: string) => void): Reporter {
  let shown: Shown | undefined;
  const draw = () => {
    if (shown === undefined) return live("");
    const { text, since, detail } = shown;
    live([text, formatDuration(performance.now() - since), detail].filter(Boolean).join("  "));
  };
  const show = (next: Shown | undefined) => {
    shown = next;
    draw();
  };
  const timer = setInterval(draw, DRAW_EVERY_MS).unref();
  const report = (progress: Progress) => {
    const { revision, done, rows, statement, waitingFor } = progress;
    if (waitingFor !== undefined) show({ text: waitingText(waitingFor), since: performance.now() });
    else if (done !== undefined) {
      show(undefined);
      if (done === "waited") note(`${revision.id} was already done by another run.`);
    } else if (shown !== undefined && rows !== undefined) shown = { ...shown, detail: rowsText(progress) };
    else if (shown !== undefined && statement !== undefined) shown = { ...shown, detail: oneLine(statement) };
    else if (statement === undefined) show({ text: startText(progress), since: performance.now() });
  };
  const end = () => {
    clearInterval(timer);
    show(undefined);
  };
  return { report, end };
}

function startText({ direction, revision: { id, message }, number, of }: Progress): string {
  const verb = direction === "upgrade" ? "Applying" : "Undoing";
  return `${verb} ${number} of ${of}: ${id} ${message}`;
}

function rowsText({ rows, ofRows }: Progress): string {
  if (ofRows === undefined) return `${rows} rows`;
  return `${rows} rows of about ${ofRows}`;
}

function waitingText(holder: LockHolder): string {
  return `Waiting for ${describeHolder(holder)}, which holds the migration lock.`;
}

function oneLine(statement: string): string {
  return maskSecrets(statement).replace(/\s+/g, " ").trim();
}
