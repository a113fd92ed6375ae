import { RemodelError } from "../errors.ts";
import type { Revision } from "../history/revision.ts";
import { does } from "../kinds/targets.ts";
import { type Call, readNewName } from "../revision/calls.ts";
import type { Schema } from "../schema/schema.ts";
import { bareName } from "../sql.ts";
import { loadRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";

/**
 * The tables of the database that no model declares and no revision of the folder made. The revisions are read only if
 * there may be one.
 */
export async function unknownTables(
  session: Session,
  { live, models }: { readonly live: Schema; readonly models: Schema },
): Promise<ReadonlySet<string>> {
  const declared = new Set((models.tables ?? []).map(({ name }) => name));
  const extra = (live.tables ?? []).map(({ name }) => name).filter((name) => !declared.has(name));
  if (extra.length === 0) return new Set();
  const revisions = [...session.graph().revisions.values()];
  await session.loader.loadAll(revisions.map(({ file }) => file)).catch(ignoreInvalid);
  const calls: Call[] = [];
  for (const revision of revisions) calls.push(...(await callsOf(session, revision)));
  const isMade = tablesMade(calls);
  return new Set(extra.filter((name) => !isMade(name)));
}

/** What a revision does in either direction; one that cannot be read made nothing that we know of. */
async function callsOf(session: Session, revision: Revision): Promise<readonly Call[]> {
  try {
    const { upgrade, downgrade } = await loadRevision(session.loader, revision);
    return [...upgrade, ...downgrade].map(({ operation }) => operation);
  } catch (error) {
    ignoreInvalid(error);
    return [];
  }
}

function ignoreInvalid(error: unknown): void {
  if (!(error instanceof RemodelError)) throw error;
}

const MADE =
  /\b(?:create\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?|rename\s+to\s+)((?:"(?:[^"]|"")+"|[\w$.])+)/gi;

/**
 * Whether one of these calls made a table, or gave it its name. In SQL by hand only the last part of a name counts: the
 * search path may say the rest.
 */
export function tablesMade(calls: readonly Call[]): (table: string) => boolean {
  const names = new Set<string>();
  const bare = new Set<string>();
  for (const call of calls) {
    const next = readNewName(call);
    if (does(call, "create", "table")) names.add(String(call.args[0]));
    if (next?.kind === "table") names.add(next.to);
    if (call.custom !== "statement") continue;
    for (const [, name = ""] of String(call.args[0]).matchAll(MADE)) bare.add(lastPart(name));
  }
  return (table) => names.has(table) || bare.has(bareName(table));
}

/** The last part of a name in SQL, without quotes; without them PostgreSQL reads it in lower case. */
function lastPart(name: string): string {
  const last = /(?:"((?:[^"]|"")+)"|([^."]+))$/.exec(name);
  return last?.[1]?.replaceAll('""', '"') ?? (last?.[2] ?? "").toLowerCase();
}
