import type { Drift } from "../compare/drift.ts";
import { RemodelError } from "../errors.ts";
import type { RunResult } from "../run/run.ts";
import type { Session } from "../state/session.ts";
import { changesData } from "./changes.ts";
import type { CommandContext } from "./command.ts";

/** What was done to a database beside its revisions, as data; `null` for nothing. */
export async function driftData(drift: Drift | undefined): Promise<unknown> {
  if (drift === undefined) return null;
  const { revision, changes } = drift;
  return { revision, changes: changesData(changes), diff: await driftDiff(drift) };
}

/** The same for people, with what to do about it. */
export async function driftText(drift: Drift): Promise<string> {
  return `The database schema has changed outside of remodel since revision ${drift.revision}:
${(await driftDiff(drift)).trimEnd()}
  Undo the change, or add it to the models and to a revision. To accept the schema as it is, run: remodel stamp current`;
}

/** A note for whoever compares models with such a database. */
export function driftNote({ revision }: Drift): string {
  return `Note: The database schema has changed outside of remodel since revision ${revision}, so part of the difference may come from that. To see the change, run: remodel check`;
}

/** What is to be said where the schema could not be noted after a run. */
export function unnotedNote(why: string): string {
  return `Note: The schema could not be saved, so later drift cannot be detected: ${why}. To save it, run: remodel stamp current`;
}

/**
 * Runs something that changes the schema, and says so if it buries a drift: from then on that counts as left by the run.
 * What cannot be compared, as with models that do not compile, keeps no run from its work; it is told.
 */
export async function tellingDrift(
  session: Session,
  { note }: CommandContext,
  run: () => Promise<RunResult>,
): Promise<RunResult> {
  const { readDrift } = await import("../compare/drift.ts");
  const drift = await readDrift(session).catch((error: unknown) => {
    if (!(error instanceof RemodelError) || error.code.startsWith("DATABASE_")) throw error;
    note(`Note: The check for drift failed: ${error.message}`);
    return undefined;
  });
  const result = await run();
  if (result.unnoted !== undefined) note(unnotedNote(result.unnoted));
  if (drift !== undefined && result.revisions.length > 0)
    note(
      `Note: The database schema had changed outside of remodel since revision ${drift.revision}. The change is accepted from now on:\n${(await driftDiff(drift)).trimEnd()}`,
    );
  return result;
}

async function driftDiff({ revision, left, live }: Drift): Promise<string> {
  const { schemaText, unifiedDiff } = await import("../review/text.ts");
  return unifiedDiff(schemaText(left), schemaText(live), [`after ${revision}`, "database"]);
}
