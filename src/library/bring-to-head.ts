import { setTimeout as sleep } from "node:timers/promises";
import { RemodelError } from "../errors.ts";
import { upgradeAt } from "./functions.ts";
import { describeLack } from "./lack.ts";
import type { ProjectPlace } from "./place.ts";

/** What to do while an application starts and its database lacks revisions. */
export type OnBehind = "fail" | "wait" | "upgrade";

/** How an application starts. */
export interface StartOptions {
  /**
   * `fail` ends the start with `NOT_AT_HEAD`, `wait` waits until another process has upgraded the database, and `upgrade`
   * upgrades it: of many processes one does, and the others wait for it. Default `fail`.
   */
  readonly onBehind?: OnBehind;
  /** How long `wait` waits, in milliseconds. Default 300000. */
  readonly waitFor?: number;
}

const WAIT_MS = 300_000;
const POLL_MS = 1000;

/**
 * Makes sure that a database has every revision before an application uses it.
 * @throws RemodelError `NOT_AT_HEAD`, and what an upgrade throws
 */
export async function bringToHead(place: ProjectPlace, options: StartOptions = {}): Promise<void> {
  const { onBehind = "fail", waitFor = WAIT_MS } = options;
  if (onBehind === "upgrade") return void (await upgradeAt(place));
  const until = Date.now() + (onBehind === "wait" ? waitFor : 0);
  for (;;) {
    const lack = await describeLack(place);
    if (lack === undefined) return;
    if (Date.now() >= until) throw notAtHead(lack);
    await sleep(Math.min(POLL_MS, until - Date.now()));
  }
}

function notAtHead(lack: string): RemodelError {
  return new RemodelError("NOT_AT_HEAD", `The database is not at head; ${lack}.`, {
    hint: 'Let the application do it with onBehind: "upgrade", or run: remodel upgrade',
  });
}
