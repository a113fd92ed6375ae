import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { moveRevision } from "../history/add.ts";
import { ancestors, type Graph } from "../history/graph.ts";
import { isRelative } from "../history/names.ts";
import type { Revision } from "../history/revision.ts";
import { writeDownRevision } from "../revision/move.ts";
import { readState } from "../state/applied-rows.ts";
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
}

/**
 * Moves a revision behind another one, most often after a git merge made two heads. The revisions that follow it move
 * with it. This only changes `downRevision` in its file, and only if the new history is valid.
 * @param session the project; its database is asked if it can be reached
 * @param name the revision that moves
 * @param onto the revision that it will follow
 * @throws RemodelError `USAGE` if it is applied here below something that is not, and what `rebaseOf` throws
 */
export async function rebase(session: Session, name: string, onto: string): Promise<Rebased> {
  const before = session.graph();
  const relative = [name, onto].some(isRelative);
  const applied = relative ? await readKnownIds(session) : await appliedIfReachable(session);
  const { graph, revision } = moveRevision(before, name, onto, dropUndefined({ current: applied }));
  if (applied !== undefined) refuseApplied(graph, revision, applied);
  const { ts } = createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
  const text = readFileSync(revision.file, "utf8");
  const moved = writeDownRevision(revision, text, ts);
  if (moved !== text) replaceFile(revision.file, text, moved);
  const [old = null] = before.revisions.get(revision.id)!.down;
  return { revision, before: old, asked: applied !== undefined };
}

/** The applied revisions, or `undefined` if no database can be reached: a history can be corrected without one. */
async function appliedIfReachable(session: Session): Promise<readonly string[] | undefined> {
  try {
    const state = await readState(await session.connection(), await session.state());
    return state.map(({ revision }) => revision);
  } catch (error) {
    const codes = ["DATABASE_UNREACHABLE", "CONFIG_NOT_FOUND", "PEER_MISSING"];
    if (error instanceof RemodelError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

/** An applied revision can only be moved if all of its new ancestors are applied too. */
function refuseApplied(graph: Graph, { id }: Revision, applied: readonly string[]): void {
  const present = new Set(applied);
  const lacking = [...ancestors(graph, [id])].filter((one) => !present.has(one));
  if (!present.has(id) || lacking.length === 0) return;
  throw new RemodelError(
    "USAGE",
    `${id} is applied in this database, and ${joinNames(lacking)}, which would come before it, is not. Nothing was written.`,
    {
      hint: `To move the revision, first run: remodel downgrade ${id}@${id}-1\nAfter that, move it and run: remodel upgrade\nTo join the heads instead, run: remodel merge heads`,
      details: { revision: id, lacking },
    },
  );
}
