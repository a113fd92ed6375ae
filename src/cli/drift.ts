import type { Drift } from "../compare/drift.ts";
import { RemodelError } from "../errors.ts";
import type { RunResult } from "../run/run.ts";
import type { Session } from "../state/session.ts";
import { type ChangeData, changesData } from "./changes.ts";
import type { CommandContext } from "./command.ts";

/** Changes of a database that no revision made, as `--json` prints them. */
export interface DriftData {
  /** The last revision. */
  readonly revision: string;
  /** From the schema after that revision to the live one. */
  readonly changes: readonly ChangeData[];
  /** The same as a unified diff. */
  readonly diff: string;
}

/** Changes of a database that no revision made, as data; `null` if there are none. */
export async function driftData(drift: Drift | undefined): Promise<DriftData | null> {
  if (drift === undefined) return null;
  const { driftDiff } = await import("../review/diff-text.ts");
  const { revision, changes } = drift;
  return { revision, changes: changesData(changes), diff: driftDiff(drift) };
}

/** What was changed outside of revisions. */
export function describeDrift({ revision, diff }: { readonly revision: string; readonly diff: string }): string {
  return `The database schema has changed outside of remodel since revision ${revision}:
${diff.trimEnd()}`;
}

/** The same for people, with what to do. */
export async function driftText(drift: Drift): Promise<string> {
  const { driftDiff } = await import("../review/diff-text.ts");
  return `${describeDrift({ revision: drift.revision, diff: driftDiff(drift) })}
  Undo the change, or add it to the models and to a revision. To accept the schema as it is, run: remodel stamp current`;
}

/** A note for a comparison of models with such a database. */
export function driftNote({ revision }: Drift): string {
  return `Note: The database schema has changed outside of remodel since revision ${revision}, so part of the difference may come from that. To see the change, run: remodel check`;
}

/** A note for a run after which the schema could not be saved. */
export function unnotedNote(why: string): string {
  return `Note: The schema could not be saved, so later drift cannot be detected: ${why}. To save it, run: remodel stamp current`;
}

/**
 * Runs something that changes the schema, and notes the drift that was there before: from now on it counts as part of
 * the schema. If the schema cannot be compared, as when models do not compile, a note says so and the run goes on.
 * @param run gets what to call when there is something to run
 */
export async function noteDrift(
  session: Session,
  { note }: CommandContext,
  run: (before: () => Promise<void>) => Promise<RunResult>,
): Promise<RunResult> {
  const before: { drift?: Drift | undefined } = {};
  const result = await run(async () => {
    const { readDrift } = await import("../compare/drift.ts");
    before.drift = await readDrift(session).catch((error: unknown) => {
      if (!(error instanceof RemodelError) || error.code.startsWith("DATABASE_")) throw error;
      note(`Note: The check for drift failed: ${error.message}`);
      return undefined;
    });
  });
  const { drift } = before;
  if (result.unnoted !== undefined) note(unnotedNote(result.unnoted));
  if (drift === undefined || result.revisions.length === 0) return result;
  const { driftDiff } = await import("../review/diff-text.ts");
  note(
    `Note: The database schema had changed outside of remodel since revision ${drift.revision}. The change is accepted from now on:\n${driftDiff(drift).trimEnd()}`,
  );
  return result;
}
