import { dirname, relative } from "node:path";
import { chooseReviewed, type ReviewRun } from "../author/choose-reviewed.ts";
import { findGitRoot } from "../author/git.ts";
import { collect } from "../collect.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import { NOTHING } from "../kinds/apply.ts";
import { readFunctionBodies } from "../read/function-bodies.ts";
import { readTableSizes, readVolatile } from "../read/table-sizes.ts";
import type { ReviewedRevision } from "../review/finding.ts";
import { prepareRevisions, type ReviewStart } from "../review/prepare.ts";
import { addProbes } from "../review/probed.ts";
import { countsAsLarge, type Review, reviewRevisions } from "../review/review.ts";
import { parseSizes } from "../review/sizes.ts";
import { findSearched } from "../review/unqualified.ts";
import { judgeVolatility, listDefaultFunctions } from "../review/volatile.ts";
import { probeDroppedColumns } from "../run/probe-drops.ts";
import { probeRevisions } from "../run/probe-revisions.ts";
import type { Schema } from "../schema/schema.ts";
import { measureRevisions } from "../shadow/measure-revisions.ts";
import { verify } from "../shadow/verify.ts";
import type { Session } from "../state/session.ts";
import { joinNames } from "../words.ts";

/** What to review, and what to ask besides the files. */
export interface ReviewOptions {
  /** Names of revisions. Default: those that are not applied, with `database: false` all. */
  readonly revisions?: readonly string[];
  /** Only revisions that git does not have at this branch, tag or commit. */
  readonly base?: string;
  /** `false`: no database is opened. Without `sizes` tables count as large then. */
  readonly database?: boolean;
  /** The text of a file that `remodel sizes` wrote, and its name in messages. No database is opened then. */
  readonly sizes?: { readonly text: string; readonly name: string };
  /** Count the rows in the way and those that are lost, in the database. */
  readonly probe?: boolean;
  /** Run the revisions in a throwaway database: what `op.sql` and `op.run` do. */
  readonly measure?: boolean;
  /** A git commit: its code is tried in the schema after each revision, in a throwaway database. */
  readonly against?: string;
  /** The throwaway database: `pglite`, or the URL of a server. */
  readonly on?: string;
  /** Judge tables as if they were large, where no sizes are given. */
  readonly asIfLarge?: boolean;
  /** The folder that paths are relative to outside of a git repository. Default: that of the folder of revisions. */
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

/** The revisions of a review, before rules are applied to them. */
export interface PreparedReview {
  readonly revisions: readonly ReviewedRevision[];
  readonly chosen: ReviewRun["revisions"];
  readonly place: Known & Pick<ReviewStart, "showPath">;
  /** What could not be tried, and where something was measured. */
  readonly notes: readonly string[];
}

/** A review, with the revisions that it is about. */
export interface MadeReview {
  readonly review: Review;
  readonly revisions: readonly ReviewedRevision[];
  readonly notes: readonly string[];
}

type Known = Omit<ReviewStart, "showPath"> & { readonly from: Review["sizes"] };

/**
 * Says what revisions will do to the database, before they run.
 * @throws RemodelError for a name or a commit that is unknown, and what opening a throwaway throws
 */
export async function makeReview(session: Session, options: ReviewOptions = {}): Promise<MadeReview> {
  const { revisions, place, chosen, notes } = await prepareReview(session, options);
  const review = reviewRevisions(revisions, place.from);
  const unknown = mapGiven(options.sizes, ({ name }) => listUnknownSizes(review, name)) ?? [];
  if (!options.probe) return { review, revisions, notes: [...notes, ...unknown] };
  const loaded = chosen.filter(({ runs }) => runs).map((one) => one.loaded);
  const results = {
    "rows-in-the-way": await probeRevisions(session, loaded),
    "drop-column": await probeDroppedColumns(session, loaded),
  };
  return { review: addProbes(review, results, place.showPath), revisions, notes };
}

/** Says which findings have the level of a large table because the file of sizes does not have it. */
function listUnknownSizes({ findings }: Review, name: string): readonly string[] {
  const large = findings.filter(countsAsLarge).map(({ rule, table }) => `${rule} of ${table}`);
  if (large.length === 0) return [];
  return [`Note: ${name} lacks tables, so these count as large: ${joinNames([...new Set(large)])}.`];
}

/** Chooses the revisions, and finds out what is known of their tables. */
export async function prepareReview(session: Session, options: ReviewOptions): Promise<PreparedReview> {
  const { base, sizes, revisions: names = [], database = sizes === undefined } = options;
  const chosen = await chooseReviewed(session, { names, withDatabase: database, ...dropUndefined({ base }) });
  const root = (await findGitRoot(session.folder)) ?? options.cwd ?? dirname(session.folder);
  const operations = chosen.revisions.flatMap(({ loaded }) => loaded.upgrade.map(({ operation }) => operation));
  const known = database ? await readDatabase(session, chosen.live, operations) : readSizes(sizes);
  const reviewed = chosen.revisions.filter(({ isReviewed }) => isReviewed).map(({ loaded }) => loaded.revision.id);
  const tried = await tryOldCode(session, reviewed, options);
  const measured = await measureChosen(session, reviewed, options);
  const place = {
    ...known,
    ...measured.found,
    ...tried.found,
    ...(options.asIfLarge && sizes === undefined && { asIfLarge: true as const }),
    showPath: (path: string) => relative(root, path).replaceAll("\\", "/"),
  };
  const revisions = prepareRevisions(chosen.revisions, place);
  return { revisions, place, chosen: chosen.revisions, notes: [...tried.notes, ...measured.notes] };
}

/** What was found out, and what a person should know about it. */
interface Tried<Found> {
  readonly found: Found;
  readonly notes: readonly string[];
}

/** What code of a commit does in the schema after each revision; nothing if that was not asked. */
async function tryOldCode(
  session: Session,
  revisions: readonly string[],
  { against, on, signal }: ReviewOptions,
): Promise<Tried<Pick<ReviewStart, "verdicts">>> {
  if (against === undefined) return { found: {}, notes: [] };
  const options = { against, ...dropUndefined({ signal, on }) };
  const { proofs } = await verify(session, revisions, options);
  const untried = proofs.filter((one) => one.against === undefined);
  return {
    found: {
      verdicts: new Map(proofs.flatMap((proof) => (proof.against ? [[proof.revision, proof.against] as const] : []))),
    },
    notes: untried.map(
      ({ revision, notProved: [first] }) =>
        `Note: code of ${against} was not tried after ${revision}: ${first?.reason}`,
    ),
  };
}

/** Runs the reviewed revisions in a throwaway database, if that was asked. */
async function measureChosen(
  session: Session,
  revisions: readonly string[],
  { measure, on: place, signal }: ReviewOptions,
): Promise<Tried<Pick<ReviewStart, "measured">>> {
  if (!measure) return { found: {}, notes: [] };
  const options = dropUndefined({ on: place, signal });
  const { on, version, steps, failure } = await measureRevisions(session, revisions, options);
  const where = `Measured on ${on === "pglite" ? "the embedded PostgreSQL" : on} ${Math.floor(version / 10_000)}.`;
  const failed = collect(
    failure !== undefined && `Note: ${failure.revision} could not be run to its end: ${failure.reason}`,
  );
  return { found: { measured: steps }, notes: [where, ...failed] };
}

/**
 * Reads from the database what a review asks of it.
 * @param live its schema, if the first revision starts from it
 */
export async function readDatabase(
  session: Session,
  live: Schema | undefined,
  operations: Parameters<typeof listDefaultFunctions>[0],
): Promise<Known> {
  const db = await session.connection();
  const { version, schema: own } = await session.server();
  return {
    before: live === undefined ? NOTHING : { ...NOTHING, schema: live },
    sizes: await readTableSizes(db),
    isVolatile: judgeVolatility(await readVolatile(db, listDefaultFunctions(operations))),
    searched: findSearched(await readFunctionBodies(db)),
    version,
    own,
    from: "database",
  };
}

function readSizes(sizes: ReviewOptions["sizes"]): Known {
  const known = { before: NOTHING, own: "public", isVolatile: judgeVolatility() };
  if (sizes === undefined) return { ...known, from: "none" };
  return { ...known, sizes: parseSizes(sizes.text, sizes.name), from: "file" };
}
