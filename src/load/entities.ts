import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix, sep } from "node:path";
import type * as Glob from "tinyglobby";
import { RemodelError } from "../errors.ts";
import { shown } from "./errors.ts";
import type { DataSourceLike } from "./exports.ts";
import type { Loader } from "./loader.ts";
import { findNearestFile } from "./tsconfig.ts";

/** How many files a message names. */
const MOST_SHOWN = 3;
const MODULE = /(?<!\.d)\.[mc]?[jt]s$/;

/**
 * The classes and EntitySchemas of a data source's entity list, its patterns expanded and its files run.
 * @param file the file of the data source
 * @throws RemodelError `MODELS_EMPTY`, and what {@link Loader.load} throws
 */
export async function entitiesOf(
  dataSource: DataSourceLike,
  file: string,
  loader: Loader,
): Promise<readonly unknown[]> {
  const { entities } = dataSource.options;
  const list = Array.isArray(entities) ? entities : Object.values(Object(entities));
  const patterns = list.filter((item): item is string => typeof item === "string");
  const files = patterns.flatMap((pattern) => filesOf(pattern, file));
  const modules = await loader.loadAll([...new Set(files)]);
  const given = list.filter((item) => typeof item !== "string");
  const all = new Set([...given.flat(Infinity), ...modules.flatMap((exports) => models(exports, new Set()))]);
  if (all.size === 0) throw files.length > 0 ? nothingIn(files, file) : empty(patterns, file);
  return [...all];
}

/** Patterns are relative to where the project's scripts run: its package, else the file's folder, else here if it is here. */
function filesOf(pattern: string, file: string): readonly string[] {
  const path = process.platform === "win32" ? pattern.replaceAll("\\", "/") : pattern;
  const manifest = findNearestFile(dirname(file), "package.json");
  const here = process.cwd();
  const folders = [...(manifest === undefined ? [] : [dirname(manifest)]), dirname(file)];
  if (file.startsWith(here + sep)) folders.push(here);
  for (const folder of folders) {
    const found = expand(posix.resolve(folder, path));
    if (found.length > 0) return found;
  }
  return [];
}

/** Folders that exist are taken as they are, whatever characters they are spelt with. */
function expand(pattern: string): readonly string[] {
  const parts = pattern.split("/");
  let depth = 1;
  while (
    depth < parts.length &&
    statSync(parts.slice(0, depth + 1).join("/"), { throwIfNoEntry: false })?.isDirectory()
  )
    depth += 1;
  const cwd = parts.slice(0, depth).join("/") || "/";
  const rest = parts.slice(depth).join("/");
  if (statSync(join(cwd, rest), { throwIfNoEntry: false })?.isFile()) return [join(cwd, rest)];
  const { globSync } = createRequire(import.meta.url)("tinyglobby") as typeof Glob;
  const ignore = pattern.includes("node_modules") ? [] : ["**/node_modules/**"];
  const files = globSync(rest === "" ? "**" : rest, { cwd, absolute: true, ignore }).filter((file) =>
    MODULE.test(file),
  );
  const all = new Set(files);
  return files.filter((file) => !isBuildOf(file, all)).sort();
}

/** Compiled code beside its source would declare every entity twice. */
function isBuildOf(file: string, all: ReadonlySet<string>): boolean {
  const source = file.replace(/\.([mc]?)js$/, ".$1ts");
  return source !== file && all.has(source);
}

/** As TypeORM does it: what is exported, and what lies in exported arrays and objects. */
function models(value: unknown, seen: Set<unknown>): readonly unknown[] {
  if (typeof value === "function" || isEntitySchema(value)) return [value];
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = Array.isArray(value) || prototype === Object.prototype || prototype === null;
  return isPlain ? Object.values(value).flatMap((inner) => models(inner, seen)) : [];
}

function isEntitySchema(value: unknown): boolean {
  return Object(value)["@instanceof"] === Symbol.for("EntitySchema");
}

function empty(patterns: readonly string[], file: string): RemodelError {
  const built = patterns.some((pattern) => /\.[mc]?js$|\bdist\b/.test(pattern));
  return new RemodelError(
    "MODELS_EMPTY",
    patterns.length === 0
      ? `The data source in ${shown(file)} lists no entities.`
      : `The entity list in ${shown(file)} matches no file: ${patterns.join(", ")}.`,
    {
      hint: built
        ? "The patterns match compiled files only. Build the project, or list the TypeScript files instead."
        : "Correct the patterns, or list the classes.",
      details: { file, patterns },
    },
  );
}

function nothingIn(files: readonly string[], file: string): RemodelError {
  const some = files.slice(0, MOST_SHOWN).map(shown).join(", ");
  const more = files.length > MOST_SHOWN ? `, and ${files.length - MOST_SHOWN} more` : "";
  return new RemodelError(
    "MODELS_EMPTY",
    `No file of the entity list in ${shown(file)} exports a class: ${some}${more}.`,
    {
      hint: "Export the entities: `@Entity() export class …`; or correct the patterns.",
      details: { file, files },
    },
  );
}
