import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Config } from "../config.ts";
import { RemodelError } from "../errors.ts";
import { buildGraph, type Graph } from "../history/graph.ts";
import type { Revision } from "../history/revision.ts";
import { isObject } from "../load/objects.ts";
import type { Models } from "../read/models.ts";
import { isBuilt, MANIFEST, type RevisionFile, readFiles, readHeaders } from "../revision/folder.ts";
import { timed } from "../timings.ts";
import { once } from "./once.ts";

const AGAIN = "Write the folder again: remodel build";

/** A revision as a manifest has it: the file is relative to the folder. */
export interface BuiltRevision extends Revision {
  /** The checksum of its operations. */
  readonly checksum: string;
}

/** What a build carries of the models. */
export interface CarriedModels {
  readonly models: Models;
  /** The options of the data source that name tables of TypeORM. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What `remodel build` knows of a history. */
export interface Manifest {
  /** The version of remodel that wrote it. */
  readonly remodel: string;
  readonly revisions: readonly BuiltRevision[];
  /** The configuration, without what names a database. */
  readonly settings: Config;
  /** The schema that the data source names. */
  readonly schema?: string;
  /** What the models declare, so that they can be compared where neither they nor TypeORM are. */
  readonly declared?: CarriedModels;
  /** The SHA-256 of every file of the folder, by its path in it. */
  readonly files: Readonly<Record<string, string>>;
}

/** The history in a folder. Each part is read at the first use. */
export interface HistoryFiles {
  /** The revision files. */
  files(): readonly RevisionFile[];
  graph(): Graph;
  /** What `remodel build` wrote about the folder; absent in a folder of sources. */
  readonly manifest?: Manifest;
}

/**
 * Opens a folder of revisions: of sources, or one that `remodel build` wrote. There the manifest has the headers, so that
 * no file is parsed.
 * @throws RemodelError `BUILD_INVALID`; the other errors of a folder when it is used
 */
export function openHistory(folder: string): HistoryFiles {
  const manifest = readManifest(folder);
  if (manifest === undefined) {
    const files = once(() => timed("revisions", () => readFiles(folder)));
    return { files, graph: once(() => timed("revisions", () => buildGraph(readHeaders(files())))) };
  }
  const files = once(() => readBuilt(folder, manifest));
  const graph = once(() => {
    files();
    return buildGraph(manifest.revisions.map((one) => ({ ...one, file: join(folder, one.file) })));
  });
  return { files, graph, manifest };
}

/** The SHA-256 of a file of a build. */
export function hashFile(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function readManifest(folder: string): Manifest | undefined {
  if (!isBuilt(folder)) return undefined;
  const file = join(folder, MANIFEST);
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (isManifest(value)) return value;
  } catch (cause) {
    throw new RemodelError("BUILD_INVALID", `${file} cannot be read.`, { hint: AGAIN, cause, details: { file } });
  }
  throw new RemodelError("BUILD_INVALID", `${file} is not a manifest of remodel.`, { hint: AGAIN, details: { file } });
}

function isManifest(value: unknown): value is Manifest {
  if (!isObject(value)) return false;
  return Array.isArray(value["revisions"]) && isObject(value["settings"]) && isObject(value["files"]);
}

/** Reads the files of a build. Every one of them must be as it was written. */
function readBuilt(folder: string, { revisions, files }: Manifest): readonly RevisionFile[] {
  const added = listFiles(folder).find((name) => name !== MANIFEST && !Object.hasOwn(files, name));
  if (added !== undefined) throw changed(folder, added, "is not a file that remodel build wrote");
  for (const [name, hash] of Object.entries(files)) {
    if (!existsSync(join(folder, name))) throw changed(folder, name, "is missing");
    if (hashFile(readFileSync(join(folder, name))) !== hash) throw changed(folder, name, "was edited after the build");
  }
  return revisions.map(({ file }) => ({ file: join(folder, file), text: readFileSync(join(folder, file), "utf8") }));
}

/** The files in a folder and in those below it, as paths with slashes. */
export function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, "/"))
    .sort();
}

function changed(folder: string, name: string, what: string): RemodelError {
  const file = join(folder, name);
  return new RemodelError("BUILD_INVALID", `${file} ${what}.`, {
    hint: `Edit the sources, not the build. ${AGAIN}`,
    details: { file },
  });
}
