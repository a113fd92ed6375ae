import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { BuildResult } from "../author/build.ts";
import type { Rebased } from "../author/rebase.ts";
import { compare } from "../compare/compare.ts";
import type { Diagnosis } from "../doctor/doctor.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { branchPoints } from "../history/graph.ts";
import type { Revision } from "../history/revision.ts";
import type { MeasuredSize } from "../read/table-sizes.ts";
import { findRevision } from "../state/find-revision.ts";
import { addText, type ModelDifference } from "./functions.ts";
import { atPlace, type ProjectPlace, type RemodelOptions } from "./place.ts";

/** A revision that several others follow. */
export interface BranchPoint {
  readonly revision: string;
  readonly message: string;
  /** The revisions that follow it. */
  readonly followers: readonly string[];
}

/** Lists the revisions that several others follow, like `remodel branches`. Needs no database. */
export function listBranches(place: ProjectPlace): Promise<readonly BranchPoint[]> {
  return atPlace(place, async (session) => {
    const graph = session.graph();
    return branchPoints(graph).map(({ id, message }) => {
      return { revision: id, message, followers: graph.followers.get(id) ?? [] };
    });
  });
}

/** A revision with the text of its file. */
export interface ShownRevision extends Revision {
  /** The text of the file. */
  readonly text: string;
}

/**
 * Finds a revision and reads its file, like `remodel show`. Needs a database only for a name such as `current` or `-1`.
 * @param name a revision, `head`, `current` …
 * @throws RemodelError `REVISION_UNKNOWN`, `REVISION_AMBIGUOUS`
 */
export function showAt(place: ProjectPlace, name: string): Promise<ShownRevision> {
  return atPlace(place, async (session) => {
    const revision = await findRevision(session, name);
    return { ...revision, text: readFileSync(revision.file, "utf8") };
  });
}

/**
 * Moves a revision behind another one, like `remodel rebase`.
 * @param name the revision that moves; those that follow it move with it
 * @param onto the revision that it will follow
 * @throws RemodelError `USAGE` if it is applied here below something that is not
 */
export function rebaseAt(place: ProjectPlace, name: string, onto: string): Promise<Rebased> {
  return atPlace(place, async (session) => {
    const { rebase } = await import("../author/rebase.ts");
    return await rebase(session, name, onto);
  });
}

/** Estimates the sizes of all tables, by `schema.table`, like `remodel sizes`. */
export function readSizes(place: ProjectPlace): Promise<Readonly<Record<string, MeasuredSize>>> {
  return atPlace(place, async (session) => {
    const { readSessionSizes } = await import("../fleet/fleet-sizes.ts");
    return await readSessionSizes(session);
  });
}

/**
 * Writes the revisions as plain JavaScript, like `remodel build`.
 * @param out the folder, relative to `cwd`; an earlier build in it is replaced
 * @param options `withModels`: also what the models declare, so that `check` runs from the build
 * @throws RemodelError `BUILD_REFUSED` for a folder with other files, `REVISION_UNFINISHED`, `HISTORY_EMPTY`
 */
export function buildAt(
  place: ProjectPlace,
  out = "dist/remodel",
  options: { readonly withModels?: boolean } = {},
): Promise<BuildResult> {
  const { cwd = process.cwd() }: RemodelOptions = "graph" in place ? {} : place;
  return atPlace(place, async (session) => {
    const { writeBuild } = await import("../author/build.ts");
    return await writeBuild(session, resolve(cwd, out), options);
  });
}

/**
 * Says what a project and its database lack, like `remodel doctor`. Of what fails it makes a line; it changes nothing. The
 * data source is a file, since the file is looked at too.
 * @throws RemodelError `USAGE` for a data source that is an object
 */
export async function diagnoseAt(place: Omit<RemodelOptions, "config"> = {}): Promise<Diagnosis> {
  const { dataSource, cwd = process.cwd(), ...rest } = place;
  if (typeof dataSource === "object")
    throw new RemodelError("USAGE", "A data source that is an object has no file to look at.", {
      hint: 'Give the path of the file that exports it: doctor({ dataSource: "src/data-source.ts" })',
    });
  const { diagnose } = await import("../doctor/doctor.ts");
  return await diagnose({ cwd, ranBefore: true, ...dropUndefined({ dataSource, ...rest }) });
}

/**
 * Compares the models with a throwaway database at the head of the history, like `remodel dev`. The database of the project
 * is not opened.
 * @param on where the history is built: `pglite` (the default), or the URL of a server
 * @throws RemodelError what `upgrade` throws, such as `REVISION_UNFINISHED`
 */
export function compareWithHead(place: ProjectPlace, on?: string): Promise<ModelDifference> {
  return atPlace(place, async (session) => {
    const { openShadow } = await import("../shadow/shadow.ts");
    const shadow = openShadow(on);
    try {
      return addText(await compare(await shadow.follow(session)));
    } finally {
      await shadow.close();
    }
  });
}
