import { type Checked, check as checkSession } from "../author/check.ts";
import type { GivenAnswers, Resolved } from "../author/given-answers.ts";
import { readOverlaps } from "../author/overlaps.ts";
import { resolveQuestions } from "../author/resolve.ts";
import { type Revised, type ReviseOptions, revise } from "../author/revise.ts";
import { type Stamped, type StampOptions, stamp } from "../author/stamp.ts";
import { openTodos } from "../author/todos.ts";
import { type CompareOptions, type Comparison, compare } from "../compare/compare.ts";
import { resolveMerge } from "../history/add.ts";
import { heads } from "../history/graph.ts";
import { listHistory } from "../history/plan.ts";
import type { Direction, Revision } from "../history/revision.ts";
import { modelDiff } from "../review/diff-text.ts";
import { planText } from "../review/plan.ts";
import type { Overlaps } from "../revision/conflicts.ts";
import { dryRun } from "../run/dry-run.ts";
import { offlineSql } from "../run/offline.ts";
import { downgrade, type RunOptions, type RunResult, upgrade } from "../run/run.ts";
import type { OpenTodo } from "../state/revisions.ts";
import { readSyncStatus, type SyncStatus } from "../state/sync-status.ts";
import { atPlace, type ProjectPlace } from "./place.ts";

/**
 * Upgrades the database, like `remodel upgrade`. It prints nothing.
 * @param target a revision, `head`, `heads` (the default), `+1` …
 * @returns what was applied; no revisions if there was nothing to do
 * @throws RemodelError `REVISION_UNFINISHED` and others before anything is run; `REVISION_FAILED`, `LOCK_TIMEOUT`,
 * `LOCK_LOST`, `CANCELLED`
 * @example await upgrade({ dataSource, migrations: "dist/migrations" });
 */
export function upgradeAt(place: ProjectPlace, target = "heads", options: RunOptions = {}): Promise<RunResult> {
  return atPlace(place, (session) => upgrade(session, target, { hooks: session.settings, ...options }), true);
}

/**
 * Downgrades the database, like `remodel downgrade`.
 * @param target a revision, `base`, `-1` …
 * @throws RemodelError as `upgrade`
 */
export function downgradeAt(place: ProjectPlace, target: string, options: RunOptions = {}): Promise<RunResult> {
  return atPlace(place, (session) => downgrade(session, target, options));
}

/**
 * Checks the project and its database, like `remodel check`: one head, all revisions applied, none edited, no open
 * question, and models and database are equal. `inSync` says whether all of that holds.
 */
export function checkAt(place: ProjectPlace, options: CompareOptions = {}): Promise<Checked> {
  return atPlace(place, (session) => checkSession(session, options));
}

/** Reads which revisions a database has and lacks, like `remodel current`. */
export function readCurrent(place: ProjectPlace): Promise<SyncStatus> {
  return atPlace(place, readSyncStatus);
}

/** Lists the revisions that an upgrade would apply, in their order. The models are not read. */
export function listPendingRevisions(place: ProjectPlace): Promise<readonly Revision[]> {
  return atPlace(place, async (session) => {
    const { pending } = await readSyncStatus(session);
    const { given } = session.graph();
    return pending.flatMap((id) => given.get(id) ?? []);
  });
}

/** Lists the revisions that no other follows, like `remodel heads`. Needs no database. */
export function listHeads(place: ProjectPlace): Promise<readonly Revision[]> {
  return atPlace(place, async (session) => heads(session.graph()));
}

/**
 * Lists the history, newest first, like `remodel history`. Needs no database.
 * @param range only the range `A:B`
 */
export function readHistory(place: ProjectPlace, range?: string): Promise<readonly Revision[]> {
  return atPlace(place, async (session) => listHistory(session.graph(), range));
}

/** Writes a revision file, like `remodel revision`: empty, or with `autogenerate` with what the models change. */
export function writeRevisionAt(
  place: ProjectPlace,
  options: ReviseOptions,
): Promise<Revised | { readonly comparison: Comparison }> {
  return atPlace(place, (session) => revise(session, options));
}

/** What a merge wrote. */
export interface Merged extends Overlaps {
  readonly revision: Revision;
  /** The heads that it joins. */
  readonly downRevision: readonly string[];
}

/**
 * Writes a revision that joins heads, like `remodel merge`.
 * @param names the heads; `heads` means all
 */
export function mergeAt(
  place: ProjectPlace,
  names: readonly string[] = ["heads"],
  options: { readonly message?: string; readonly revisionId?: string } = {},
): Promise<Merged> {
  return atPlace(place, async (session) => {
    const head = resolveMerge(session.graph(), names);
    const found = await readOverlaps(session, head);
    const revised = await revise(session, { message: `Merge ${head.join(" and ")}.`, ...options, head });
    if (!("revision" in revised)) throw new Error("a merge always writes a revision");
    return { revision: revised.revision, downRevision: head, ...found };
  });
}

/** Sets the applied revisions of a database without running anything, like `remodel stamp`. */
export function stampAt(place: ProjectPlace, names: readonly string[], options: StampOptions = {}): Promise<Stamped> {
  return atPlace(place, (session) => stamp(session, names, options), true);
}

/** Lists the open questions of the revision files, like `remodel todo`. Needs no database. */
export function listTodos(place: ProjectPlace, name?: string): Promise<readonly OpenTodo[]> {
  return atPlace(place, (session) => openTodos(session, name));
}

/**
 * Answers open questions in the revision files, like `remodel resolve`.
 * @param name one revision; by default all
 */
export function resolveAt(place: ProjectPlace, name: string | undefined, answers: GivenAnswers): Promise<Resolved> {
  return atPlace(place, (session) => resolveQuestions(session, name, answers));
}

/** What a comparison found, as data and as text. */
export interface ModelDifference extends Comparison {
  readonly inSync: boolean;
  /** A unified diff from the database to the models; empty if they are equal. */
  readonly text: string;
}

/** Compares the models with the database, like `remodel diff`. */
export function diffAt(place: ProjectPlace, options: CompareOptions = {}): Promise<ModelDifference> {
  return atPlace(place, async (session) => addText(await compare(session, options)));
}

/** A comparison with its text, and with whether it found nothing. */
export function addText(comparison: Comparison): ModelDifference {
  return { ...comparison, inSync: comparison.upgrade.length === 0, text: modelDiff(comparison) };
}

/**
 * Prints the statements and locks of a run, like `--plan`; nothing is run.
 * @returns "" if there is nothing to do
 */
export function planAt(place: ProjectPlace, direction: Direction, target?: string): Promise<string> {
  return atPlace(place, async (session) => {
    const loaded = await dryRun(session, direction, target);
    return loaded.length === 0 ? "" : planText(loaded, direction);
  });
}

/** Prints a SQL script, like `--sql`. Needs no database. */
export function scriptAt(place: ProjectPlace, direction: Direction, range: string): Promise<string> {
  return atPlace(place, (session) => offlineSql(session, direction, range));
}
