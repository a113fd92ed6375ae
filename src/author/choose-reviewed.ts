import { readLive } from "../compare/live-schema.ts";
import { upgradePlan } from "../history/plan.ts";
import type { Revision } from "../history/revision.ts";
import type { Schema } from "../schema/schema.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import { loadRevisions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { readSyncStatus } from "../state/sync-status.ts";
import { readIdsAt } from "./git-revisions.ts";
import { resolveRevisions } from "./todos.ts";

/** Which revisions to review. */
export interface ReviewChoice {
  /** Names of revisions; by default those that are not applied. */
  readonly names: readonly string[];
  /** A git commit: review only the revisions that it does not have. */
  readonly base?: string;
  /** Whether to read from the database which revisions are applied. */
  readonly withDatabase: boolean;
}

/** The revisions of a review, in the order in which they run. */
export interface ReviewRun {
  readonly revisions: readonly {
    readonly loaded: LoadedRevision;
    readonly isReviewed: boolean;
    /** It is not applied, or it is reviewed as if it were not. */
    readonly runs: boolean;
    /** The database was asked, and has it. */
    readonly isApplied: boolean;
  }[];
  /** The schema of the live database, if the first one starts from it. If not, the first one is a base. */
  readonly live?: Schema;
}

/**
 * Chooses the revisions of a review, and those that run before them. They start from the live database if none of the
 * chosen revisions is applied; otherwise they start from the beginning of the history.
 * @throws RemodelError `USAGE` if git does not know the base, and what `resolveName` throws
 */
export async function chooseReviewed(session: Session, choice: ReviewChoice): Promise<ReviewRun> {
  const order = upgradePlan(session.graph(), [], "heads");
  const applied = new Set(choice.withDatabase ? (await readSyncStatus(session)).applied : []);
  const chosen = await chooseIds(session, choice, order, applied);
  const startsLive = choice.withDatabase && order.every(({ id }) => !chosen.has(id) || !applied.has(id));
  const run = startsLive ? order.filter(({ id }) => !applied.has(id)) : order;
  const last = run.findLastIndex(({ id }) => chosen.has(id));
  // Models are kept for the next command only if no revision has run before they are read.
  const live = startsLive ? await readLive(session) : undefined;
  const loaded = await loadRevisions(session.loader, run.slice(0, last + 1));
  const revisions = loaded.map((one) => {
    const isReviewed = chosen.has(one.revision.id);
    return { loaded: one, isReviewed, runs: startsLive || isReviewed, isApplied: applied.has(one.revision.id) };
  });
  return { revisions, ...(live && { live }) };
}

async function chooseIds(
  session: Session,
  { names, base }: ReviewChoice,
  order: readonly Revision[],
  applied: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const named: string[] = [];
  for (const name of names) named.push(...(await resolveRevisions(session, name)).map(({ id }) => id));
  if (base !== undefined) {
    const known = await readIdsAt(session.folder, base);
    const added = order.filter(({ id }) => !known.has(id)).map(({ id }) => id);
    return new Set(names.length === 0 ? added : added.filter((id) => named.includes(id)));
  }
  return new Set(names.length === 0 ? order.filter(({ id }) => !applied.has(id)).map(({ id }) => id) : named);
}
