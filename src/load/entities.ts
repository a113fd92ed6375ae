import { statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { collect } from "../collect.ts";
import { RemodelError } from "../errors.ts";
import { showFile } from "./errors.ts";
import type { DataSourceLike } from "./exports.ts";
import type { Loader } from "./loader.ts";
import { matchAgain, matchFiles } from "./match-files.ts";
import { observe, unobserved } from "./observers.ts";
import { absolutePattern, splitPattern } from "./platform-paths.ts";
import { findNearestFile } from "./tsconfig.ts";

/** The most files that a message names. */
const MOST_SHOWN = 3;
const MODULE = /(?<!\.d)\.[mc]?[jt]s$/;

/**
 * Lists the classes and EntitySchemas of a data source's entity list: expands its patterns and runs the files.
 * @param file the file of the data source
 * @throws RemodelError `MODELS_EMPTY`, and what {@link Loader.load} throws
 */
export async function listEntities(
  dataSource: DataSourceLike,
  file: string,
  loader: Loader,
): Promise<readonly unknown[]> {
  const { entities } = dataSource.options;
  const list: readonly unknown[] = Object.values(Object(entities));
  const patterns = list.filter((item) => typeof item === "string");
  const files = patterns.flatMap((pattern) => findFiles(pattern, file));
  const modules = await loader.loadAll([...new Set(files)]);
  // A data source may import all models itself.
  await loader.takeTurn(file);
  const given = list.filter((item) => typeof item !== "string");
  const all = new Set([...given.flat(Infinity), ...modules.flatMap((exports) => findModels(exports, new Set()))]);
  if (all.size > 0) return [...all];
  if (files.length > 0) throw noneExported(files, file);
  throw noFiles(patterns, file);
}

/**
 * Expands a pattern of a data source. It is relative to the folder of the project's package.json; if nothing matches there, to the
 * data source's folder, then to the current folder if the data source is below it.
 * @param pattern a path, or a pattern of paths
 * @param file the file of the data source
 */
export function findFiles(pattern: string, file: string): readonly string[] {
  const found = unobserved(() => find(pattern, file, matchFiles));
  observe(["pattern", pattern, file], () => found.join("\0"));
  return found;
}

/** Finds the same files another time, see {@link matchAgain}. */
export function findFilesAgain(pattern: string, file: string): readonly string[] {
  return find(pattern, file, matchAgain);
}

function find(pattern: string, file: string, match: typeof matchFiles): readonly string[] {
  for (const folder of listFolders(file)) {
    const found = expand(absolutePattern(pattern, folder), match);
    if (found.length > 0) return found;
  }
  return [];
}

function listFolders(file: string): readonly string[] {
  const manifest = findNearestFile(dirname(file), "package.json");
  const here = process.cwd();
  return [
    ...collect(manifest !== undefined && dirname(manifest)),
    dirname(file),
    ...collect(file.startsWith(here + sep) && here),
  ];
}

function expand(pattern: string, match: typeof matchFiles): readonly string[] {
  const { folder, rest } = splitPattern(pattern, isFolder);
  if (statSync(join(folder, rest), { throwIfNoEntry: false })?.isFile()) return [join(folder, rest)];
  const ignore = collect(!pattern.includes("node_modules") && "**/node_modules/**");
  const found = match({ folder, pattern: rest === "" ? "**" : rest, ignore });
  const files = found.filter((file) => MODULE.test(file)).map((file) => resolve(file));
  const all = new Set(files);
  return files.filter((file) => !isBuildOf(file, all)).sort();
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Whether a file was compiled from another one in the list: both would declare the same entities. */
function isBuildOf(file: string, all: ReadonlySet<string>): boolean {
  const source = file.replace(/\.([mc]?)js$/, ".$1ts");
  return source !== file && all.has(source);
}

/** Finds models as TypeORM does: exported ones, and those in exported arrays and objects. */
function findModels(value: unknown, seen: Set<unknown>): readonly unknown[] {
  if (typeof value === "function" || isEntitySchema(value)) return [value];
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return [];
  return Object.values(value).flatMap((inner) => findModels(inner, seen));
}

function isEntitySchema(value: unknown): boolean {
  return Object(value)["@instanceof"] === Symbol.for("EntitySchema");
}

function noFiles(patterns: readonly string[], file: string): RemodelError {
  const details = { file, patterns };
  const correct = "Correct the patterns, or list the classes.";
  if (patterns.length === 0)
    return new RemodelError("MODELS_EMPTY", `The data source in ${showFile(file)} lists no entities.`, {
      hint: correct,
      details,
    });
  const build = "The patterns match compiled files only. Build the project, or list the TypeScript files instead.";
  const isBuild = patterns.some((pattern) => /\.[mc]?js$|\bdist\b/.test(pattern));
  return new RemodelError(
    "MODELS_EMPTY",
    `The entity list in ${showFile(file)} matches no file: ${patterns.join(", ")}.`,
    { hint: isBuild ? build : correct, details },
  );
}

function noneExported(files: readonly string[], file: string): RemodelError {
  const some = files.slice(0, MOST_SHOWN).map(showFile);
  if (files.length > MOST_SHOWN) some.push(`and ${files.length - MOST_SHOWN} more`);
  return new RemodelError(
    "MODELS_EMPTY",
    `No file of the entity list in ${showFile(file)} exports a class: ${some.join(", ")}.`,
    {
      hint: "Export the entities: `@Entity() export class …`; or correct the patterns.",
      details: { file, files },
    },
  );
}
