import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { moveRevision } from "../history/add.ts";
import { ancestors, type Graph } from "../history/graph.ts";
import { isRelative } from "../history/names.ts";
import type { Revision } from "../history/revision.ts";
import { writeDownRevision } from "../revision/move.ts";
import { halfAppliedError, readWholeState, type State } from "../state/half-applied.ts";
import type { Session } from "../state/session.ts";
import { readKnownIds } from "../state/unknown-revisions.ts";
import { joinNames } from "../words.ts";
import { replaceFile } from "./replace.ts";

/** A revision that was moved. */
export interface Rebased {
  readonly revision: Revision;
  /** The revision that it followed before; `null` if there was none. */
  readonly before: string | null;
  /** Whether a database was read, to see if the revision is applied. */
  readonly asked: boolean;
  /** Whether that database has applied the revision, wholly or in part. */
  readonly applied: boolean;
}

/**
 * Moves a revision behind another one, most often after a git merge made two heads. The revisions that follow it move
 * with it. This only changes `downRevision` in its file, and only if the new history is valid.
 * @param session the project; its database is asked if it can be reached
 * @param name the revision that moves
 * @param onto the revision that it will follow
 * @throws RemodelError `USAGE` or `REVISION_HALF_APPLIED` if it is applied here and would follow something that is not, and
 * what `moveRevision` throws
 */
export async function rebase(session: Session, name: string, onto: string): Promise<Rebased> {
  const before = session.graph();
  const current = [name, onto].some(isRelative) ? await readKnownIds(session) : undefined;
  const state = await readIfReachable(session);
  const { graph, revision } = moveRevision(before, name, onto, dropUndefined({ current }));
  const isApplied = state !== undefined && checkApplied(graph, revision, state);
  const { ts } = createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
  const text = readFileSync(revision.file, "utf8");
  const moved = writeDownRevision(revision, text, ts);
  if (moved !== text) replaceFile(revision.file, text, moved);
  const [old = null] = before.revisions.get(revision.id)!.down;
  return { revision, before: old, asked: state !== undefined, applied: isApplied };
}

/** What is applied, or `undefined` if no database can be reached: a history can be corrected without one. */
async function readIfReachable(session: Session): Promise<State | undefined> {
  try {
    return await readWholeState(await session.connection(), await session.state());
  } catch (error) {
    const codes = ["DATABASE_UNREACHABLE", "CONFIG_NOT_FOUND", "PEER_MISSING"];
    if (error instanceof RemodelError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

/** An applied revision can only be moved if all of its new ancestors are applied too. Returns whether it is applied. */
function checkApplied(graph: Graph, { id }: Revision, { applied, half }: State): boolean {
  const unfinished = half.find(({ revision }) => revision === id);
  const present = new Set(applied.map(({ revision }) => revision));
  if (!present.has(id) && unfinished === undefined) return false;
  const lacking = [...ancestors(graph, [id])].filter((one) => one !== id && !present.has(one));
  if (lacking.length === 0) return true;
  const before = `${joinNames(lacking)}, which would come before it, is not. Nothing was written.`;
  if (unfinished !== undefined)
    throw halfAppliedError(unfinished, `${id} is half applied in this database, and ${before}`);
  throw new RemodelError("USAGE", `${id} is applied in this database, and ${before}`, {
    hint: `To move the revision, first run: remodel downgrade ${id}@${id}-1\nAfter that, move it and run: remodel upgrade\nTo join the heads instead, run: remodel merge heads`,
    details: { revision: id, lacking },
  });
}
