import type { Drift } from "../run/drift.ts";
import { changesData } from "./changes.ts";

/** What was done to a database beside its revisions, as data; `null` for nothing. */
export async function driftData(drift: Drift | undefined): Promise<unknown> {
  if (drift === undefined) return null;
  const { revision, changes } = drift;
  return { revision, changes: changesData(changes), diff: await driftDiff(drift) };
}

/** The same for people, with what to do about it. */
export async function driftText(drift: Drift): Promise<string> {
  return `The database has drifted from what revision ${drift.revision} left:
${(await driftDiff(drift)).trimEnd()}
  Take that back, or write it into the models and a revision; to let it count as it is: remodel stamp current`;
}

/** A note for whoever compares models with such a database. */
export function driftNote({ revision }: Drift): string {
  return `Note: The database has drifted from what revision ${revision} left, so part of the difference may come from that: remodel check shows it.`;
}

async function driftDiff({ revision, left, live }: Drift): Promise<string> {
  const { schemaText, unifiedDiff } = await import("../review/text.ts");
  return unifiedDiff(schemaText(left), schemaText(live), [`after ${revision}`, "database"]);
}
