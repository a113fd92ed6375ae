import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { RemodelError, readError } from "../errors.ts";
import { upgradePlan } from "../history/plan.ts";
import type { Revision } from "../history/revision.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import { loadRevisions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { readSyncStatus } from "../state/sync-status.ts";
import { namedRevisions } from "./todos.ts";

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
  /** Whether the first one starts from the schema of the live database. If not, the first one is a base. */
  readonly startsLive: boolean;
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
  const loaded = await loadRevisions(session.loader, run.slice(0, last + 1));
  const revisions = loaded.map((one) => {
    const isReviewed = chosen.has(one.revision.id);
    return { loaded: one, isReviewed, runs: startsLive || isReviewed, isApplied: applied.has(one.revision.id) };
  });
  return { revisions, startsLive };
}

async function chooseIds(
  session: Session,
  { names, base }: ReviewChoice,
  order: readonly Revision[],
  applied: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const named: string[] = [];
  for (const name of names) named.push(...(await namedRevisions(session, name)).map(({ id }) => id));
  if (base !== undefined) {
    const known = await readIdsAt(session.folder, base);
    const added = order.filter(({ id }) => !known.has(id)).map(({ id }) => id);
    return new Set(names.length === 0 ? added : added.filter((id) => named.includes(id)));
  }
  return new Set(names.length === 0 ? order.filter(({ id }) => !applied.has(id)).map(({ id }) => id) : named);
}

const run = promisify(execFile);
const ID_LINE = /export\s+const\s+revision\b[^=]*=\s*["'`]([^"'`]+)["'`]/g;
const OUTPUT_BYTES = 64 * 1024 * 1024;
/** The exit code of `git grep` if nothing matches. */
const NO_MATCH = 1;

/**
 * Reads the ids of all revisions that a commit has, wherever their files are: a file may have been renamed since.
 * @throws RemodelError `USAGE` if git cannot read the commit
 */
async function readIdsAt(folder: string, ref: string): Promise<ReadonlySet<string>> {
  const grep = ["grep", "--no-color", "-h", "-E", "export +const +revision"];
  try {
    const found = await run("git", ["-C", folder, "rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`]);
    const args = ["-C", folder, ...grep, found.stdout.trim(), "--", ":/"];
    const { stdout } = await run("git", args, { maxBuffer: OUTPUT_BYTES });
    return new Set([...stdout.matchAll(ID_LINE)].flatMap(([, id]) => id ?? []));
  } catch (error) {
    const { code, stderr = "" }: { readonly code?: unknown; readonly stderr?: string } = Object(error);
    if (code === NO_MATCH && stderr === "") return new Set();
    const [why = ""] = (stderr || readError(error).message).split("\n");
    throw new RemodelError("USAGE", `git could not read ${ref}: ${why}`, {
      hint: "Give --base a branch, a tag or a commit of this repository. In CI, fetch it first.",
    });
  }
}

/** Finds the top folder of the git repository, or `undefined` outside one. */
export async function findGitRoot(folder: string): Promise<string | undefined> {
  const found = await run("git", ["-C", folder, "rev-parse", "--show-toplevel"]).catch(() => undefined);
  return found?.stdout.trim();
}
