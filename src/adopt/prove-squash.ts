import { RemodelError } from "../errors.ts";
import { buildGraph } from "../history/graph.ts";
import type { Revision } from "../history/revision.ts";
import { downgrade, upgrade } from "../run/run.ts";
import { prepareThrowaway } from "../shadow/build-history.ts";
import { enterThrowaway, type ThrowawayOptions, withThrowaway } from "../shadow/throwaway.ts";
import { loadRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { type LiveDatabase, readLiveDatabase } from "./live.ts";
import { findDifferences } from "./prove-baseline.ts";

/** What a proof of a squashed revision needs. */
export interface SquashProofOptions extends ThrowawayOptions {
  /** Its file. */
  readonly text: string;
  /** The revision before; absent for the beginning. */
  readonly from?: string;
  /** The last revision that it replaces. */
  readonly to: string;
}

/**
 * Proves in throwaways that a revision makes the same catalog as the revisions that it replaces, and that its downgrade
 * goes back to the catalog before.
 * @param squashed the revision, whose file need not be in the folder of the project
 * @returns where it was proved
 * @throws RemodelError `SQUASH_UNPROVED`, `EXTENSION_MISSING`, `CANCELLED`, and what `upgrade` throws
 */
export async function proveSquash(
  project: Session,
  squashed: Revision,
  { text, from = "base", to, ...where }: SquashProofOptions,
): Promise<string> {
  const old = await inThrowaway(project, where, to, async (session) => {
    const before = await readAt(session, from);
    return { before, after: await readAt(session, to) };
  });
  const files = [...project.files(), { file: squashed.file, text }];
  const graph = buildGraph([...project.graph().given.values(), squashed]);
  const shown = { ...project, files: () => files, graph: () => graph };
  const { downgrade: way } = await loadRevision(project.loader, squashed);
  const hasWayBack = way.every(({ operation }) => operation.note !== "no way back");
  const made = await inThrowaway(shown, where, squashed.id, async (session) => {
    await readAt(session, from);
    refuse(old.found.after, await readAt(session, squashed.id), "It does not make what they make");
    if (!hasWayBack) return;
    await downgrade(session, from);
    refuse(old.found.before, await readLiveDatabase(session), "Its downgrade does not go back to what was before");
  });
  return made.on;
}

async function readAt(session: Session, name: string): Promise<LiveDatabase> {
  if (name !== "base") await upgrade(session, name);
  return await readLiveDatabase(session);
}

async function inThrowaway<Found>(
  project: Session,
  where: ThrowawayOptions,
  upTo: string,
  work: (session: Session) => Promise<Found>,
): Promise<{ readonly on: string; readonly found: Found }> {
  return await withThrowaway(project, where, async (throwaway) => {
    const session = await enterThrowaway(throwaway, project);
    await prepareThrowaway(throwaway, session, upTo);
    return { on: throwaway.on, found: await work(session) };
  });
}

function refuse(wanted: LiveDatabase, made: LiveDatabase, text: string): void {
  const differences = findDifferences(wanted, made, { isSameMajor: true, missing: [] });
  const [first] = differences;
  if (first === undefined) return;
  throw new RemodelError("SQUASH_UNPROVED", `${text}: ${first}.`, {
    hint: "Nothing was written. Look for a statement whose result depends on its transaction, and leave out its revision.",
    details: { differences },
  });
}
