import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { explainFile } from "../file-errors.ts";

/** An event of a run. */
export interface JournalEvent {
  readonly event: "run" | "wave" | "start" | "revision" | "done" | "halt" | "end";
  readonly tenant?: string;
  readonly [key: string]: unknown;
}

/** Notes what happens in a run. No command reads it. */
export type JournalWriter = (event: JournalEvent) => void;

/**
 * The file of a journal.
 * @param home the folder of the data source
 * @param start when the run began
 */
export function nameJournal(home: string, start: Date): string {
  return join(home, ".remodel", "fleet", `${start.toISOString().replace(/[:.]/g, "-")}.ndjson`);
}

/**
 * Opens a journal, one line of JSON for each event. A journal that cannot be written stops no run.
 * @param file the file; undefined: no journal
 * @param onFailed called once if the file cannot be written
 */
export function openJournal(file: string | undefined, onFailed: (message: string) => void): JournalWriter {
  if (file === undefined) return () => undefined;
  let broken = false;
  const attempt = (work: () => void) => {
    if (broken) return;
    try {
      work();
    } catch (error) {
      broken = true;
      onFailed(`Note: The journal ${file} cannot be written: ${explainFile(error)}`);
    }
  };
  let made = false;
  return (event) =>
    attempt(() => {
      if (!made) mkdirSync(dirname(file), { recursive: true });
      made = true;
      appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
    });
}
