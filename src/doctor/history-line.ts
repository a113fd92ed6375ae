import { ask, type Database } from "../database.ts";
import { findForbiddenOwner } from "../run/new-owners.ts";
import { describeHalfApplied } from "../state/half-applied.ts";
import { loadRevisions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import type { StateTables } from "../state/state-tables.ts";
import { readSyncStatus, type SyncStatus } from "../state/sync-status.ts";
import { joinNames } from "../words.ts";
import {
  type DoctorLine,
  failedLine,
  keepError,
  missingLine,
  noteLine,
  okLine,
  takeValue,
  unknownLine,
} from "./doctor-line.ts";

const HISTORY = "history";

/** Looks at which revisions are applied, and whether the role may write that. */
export async function examineHistory(db: Database, session: Session | undefined): Promise<DoctorLine> {
  if (session === undefined) return unknownLine(HISTORY, "the configuration cannot be read");
  const graph = await keepError(() => session.graph());
  if ("error" in graph) return unknownLine(HISTORY, "the revisions cannot be read");
  const read = await keepError(async () => ({ state: await session.state(), status: await readSyncStatus(session) }));
  if ("error" in read) return failedLine(HISTORY, read.error);
  const { state, status } = read.value;
  const lacking = (await examineStateRights(db, state)) ?? (await examineNewOwners(db, session, status));
  return lacking ?? describeHistory(status);
}

/** @returns undefined if no pending revision gives anything to a role that is out of reach, or that is not known */
async function examineNewOwners(
  db: Database,
  { loader, graph }: Session,
  { pending }: SyncStatus,
): Promise<DoctorLine | undefined> {
  const revisions = pending.flatMap((id) => graph().given.get(id) ?? []);
  const found = takeValue(await keepError(async () => findForbiddenOwner(db, await loadRevisions(loader, revisions))));
  if (found === undefined) return undefined;
  const { owner, role, revision, file, line } = found;
  return missingLine(
    HISTORY,
    `pending: ${joinNames(pending)}. ${revision} gives something to ${owner}, which ${role} may not: ${file}${line === undefined ? "" : `:${line}`}.`,
    `GRANT ${owner} TO ${role}`,
  );
}

/** @returns undefined if the role may write the state table, or will create it */
async function examineStateRights(db: Database, { oid, table, names }: StateTables): Promise<DoctorLine | undefined> {
  if (oid === undefined) return undefined;
  const rights = ["INSERT", "UPDATE", "DELETE"].map((right) => `has_table_privilege(${oid}, '${right}')`);
  const [row] = await ask<{ may_write: boolean; role: string }>(
    db,
    `SELECT ${rights.join(" AND ")} AS may_write, quote_ident(current_user) AS role`,
  );
  if (row === undefined || row.may_write) return undefined;
  return missingLine(
    HISTORY,
    `${row.role} may not write ${names[0]}.`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${row.role}`,
  );
}

function describeHistory({ applied, halfApplied, unknown, pending }: SyncStatus): DoctorLine {
  const [half] = halfApplied;
  if (half !== undefined) return missingLine(HISTORY, describeHalfApplied(half), "Run: remodel upgrade");
  if (unknown.length > 0) {
    const names = joinNames(unknown.map(({ revision }) => revision));
    return missingLine(HISTORY, `The database has revisions that the folder lacks: ${names}.`, "Run: git pull");
  }
  if (pending.length > 0) return noteLine(HISTORY, `pending: ${joinNames(pending)}`, "Run: remodel upgrade");
  return okLine(HISTORY, applied.length === 0 ? "nothing is applied" : "at head");
}
