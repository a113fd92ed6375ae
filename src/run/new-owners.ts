import type { Database } from "../database.ts";
import { ask } from "../database.ts";
import type { Direction } from "../history/revision.ts";
import { mayBecome } from "../kinds/rights.ts";
import type { Operation } from "../schema/operation.ts";
import { literal } from "../sql.ts";
import { locateCall } from "../state/call-location.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import { listRunSteps, type RunStep } from "./placed-probes.ts";

/** The end of a statement that gives something to another role. */
const NEW_OWNER = /\bOWNER TO ("(?:[^"]|"")+"|[\w$]+)\s*;?\s*$/i;
/** What may make the role of the connection a member of another one, or another role. */
const CHANGES_ROLES = /\b(?:role|user|group|grant|authorization)\b/i;

/** A role to which a run gives something, and which has to be another one for that. */
export interface ForbiddenOwner {
  /** As the statement has it. */
  readonly owner: string;
  /** The role of the connection, with quotes where it needs them. */
  readonly role: string;
  readonly revision: string;
  readonly file: string;
  readonly line?: number;
}

/**
 * Reads the role that a statement gives something to.
 * @returns as it is written; `undefined` for another statement
 */
export function readNewOwner(sql: string): string | undefined {
  return NEW_OWNER.exec(sql)?.[1];
}

/**
 * Finds the first statement of a run that gives something to a role which the role of the connection may not become.
 * PostgreSQL refuses it. A role that an earlier step may change is passed over, and so is one that does not exist yet.
 * @param revisions the pending revisions, in the order of the run
 */
export async function findForbiddenOwner(
  db: Database,
  revisions: readonly LoadedRevision[],
  direction: Direction = "upgrade",
): Promise<ForbiddenOwner | undefined> {
  const steps = listRunSteps(revisions, direction);
  const end = steps.findIndex(({ recorded }) => mayChangeRoles(recorded.operation));
  const found = (end < 0 ? steps : steps.slice(0, end)).flatMap(listNewOwners);
  if (found.length === 0) return undefined;
  const { forbidden, role } = await askAboutRoles(db, [...new Set(found.map(({ owner }) => owner))]);
  const first = found.find(({ owner }) => forbidden.has(owner));
  if (first === undefined) return undefined;
  const { loaded, recorded } = first.step;
  return { owner: first.owner, role, ...locateCall(loaded, recorded.stack).details };
}

function mayChangeRoles({ custom, sql }: Operation): boolean {
  return custom === "code" || (custom === "statement" && sql.some((text) => CHANGES_ROLES.test(text)));
}

function listNewOwners(step: RunStep): readonly { readonly owner: string; readonly step: RunStep }[] {
  return step.recorded.operation.sql.flatMap((text) => {
    const owner = readNewOwner(text);
    return owner === undefined ? [] : [{ owner, step }];
  });
}

async function askAboutRoles(
  db: Database,
  owners: readonly string[],
): Promise<{ readonly forbidden: ReadonlySet<string>; readonly role: string }> {
  const given = owners.map((owner) => `(${literal(owner)})`).join(", ");
  const rows = await ask<{ owner: string; role: string }>(
    db,
    `SELECT g.owner, quote_ident(current_user) AS role FROM (VALUES ${given}) g (owner)
WHERE to_regrole(g.owner) IS NOT NULL AND NOT ${mayBecome("to_regrole(g.owner)::oid")}`,
  );
  return { forbidden: new Set(rows.map(({ owner }) => owner)), role: rows[0]?.role ?? "" };
}
