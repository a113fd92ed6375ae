import type { Adopted, AdoptOptions } from "../adopt/adopt.ts";
import type { Squashed, SquashOptions } from "../adopt/squash.ts";
import { RemodelError } from "../errors.ts";
import { resolveOne } from "../history/names.ts";
import type { Verified, VerifyOptions } from "../shadow/verify.ts";
import type { Session } from "../state/session.ts";
import { readSyncStatus } from "../state/sync-status.ts";
import { atPlace, type ProjectPlace, type RemodelOptions } from "./place.ts";
import type { MadeReview, ReviewOptions } from "./review.ts";

/**
 * Says what revisions will do to the database, like `remodel review`. `review.findings` are as `--json` has them.
 * @example const { review } = await review(place, { base: "main" });
 */
export function reviewAt(place: ProjectPlace, options: ReviewOptions = {}): Promise<MadeReview> {
  return atPlace(place, async (session) => {
    const { makeReview } = await import("./review.ts");
    return await makeReview(session, options);
  });
}

/**
 * Proves revisions in a throwaway database, like `remodel verify`: up, down and up again. Of every value it says what became of it.
 * @param names names of revisions, or `all`; left out, those that are not applied
 * @throws RemodelError `PEER_MISSING`, `DATABASE_UNREACHABLE` or `DATABASE_FORBIDDEN` for the throwaway database, `EXTENSION_MISSING`
 */
export function verifyAt(
  place: ProjectPlace,
  names?: "all" | readonly string[],
  options: VerifyOptions = {},
): Promise<Verified> {
  return atPlace(place, async (session) => {
    const { verify } = await import("../shadow/verify.ts");
    const graph = session.graph();
    if (names === "all") return await verify(session, [...graph.revisions.keys()], options);
    if (names === undefined) return await verify(session, (await readSyncStatus(session)).pending, options);
    return await verify(
      session,
      names.map((name) => resolveOne(graph, name).id),
      options,
    );
  });
}

/**
 * Makes one revision of many, like `remodel squash`.
 * @param range `BASE:REV`: BASE stays, REV is the last that goes in
 * @throws RemodelError `SQUASH_REFUSED`, `SQUASH_UNPROVED`
 */
export function squashAt(place: ProjectPlace, range: string, options: SquashOptions = {}): Promise<Squashed> {
  return atPlace(place, async (session) => {
    const { squash } = await import("../adopt/squash.ts");
    return await squash(session, range, options);
  });
}

/**
 * Begins the history of a database that has its tables already, like `remodel adopt`. `differs` says whether models and
 * database differ afterwards. The data source is a file, since the configuration is written next to it.
 * @throws RemodelError `TYPEORM_PENDING`, `BASELINE_UNPROVED`, `BASELINE_CIRCLE`, `EXTENSION_MISSING`, `USAGE`
 */
export async function adoptAt(place: ProjectPlace, options: Omit<AdoptOptions, "cwd"> = {}): Promise<Adopted> {
  const { cwd = process.cwd(), migrations, dataSource }: RemodelOptions = "graph" in place ? {} : place;
  if (typeof dataSource === "object")
    throw new RemodelError("USAGE", "A data source that is an object has no file for the configuration.", {
      hint: 'Give the path of the file that exports it: adopt({ dataSource: "src/data-source.ts" })',
    });
  const run = async (session: Session) => {
    const { adopt } = await import("../adopt/adopt.ts");
    return await adopt(session, { isFolderGiven: migrations !== undefined, ...options, cwd });
  };
  return await atPlace(place, run, options.dryRun !== true);
}
