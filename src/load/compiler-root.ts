import { existsSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type * as Morph from "ts-morph";
import { collect } from "../collect.ts";
import { mapGiven } from "../given.ts";
import { requireTypeScript } from "./typescript.ts";

/** Nest compiles with the first of these that exists. */
const NAMES = ["tsconfig.build.json", "tsconfig.json"];

/**
 * The folder that the project's compiler takes for the root of its sources: all that it compiles is below it, and the
 * layout of its output begins there. A new file elsewhere would move it, and every path in the output with it.
 * @param folder the folder of the project
 * @returns its absolute path; undefined if nothing is compiled there
 */
export function findCompilerRoot(folder: string): string | undefined {
  return mapGiven(readConfig(folder), ({ parsed }) => rootOf(parsed));
}

/** What a new file would move. */
export interface MovedRoot {
  /** The configuration of the compiler. */
  readonly file: string;
  /** The root as it is now. */
  readonly root: string;
}

/**
 * Whether the compiler would take a new file of a folder too, although the folder is outside of its root.
 * @param project the folder of the project
 * @param folder the absolute path of the folder of the new file
 * @returns what it would move; undefined if the output keeps its layout
 */
export function findMovedRoot(project: string, folder: string): MovedRoot | undefined {
  const read = readConfig(project);
  const root = mapGiven(read, ({ parsed }) => rootOf(parsed));
  if (read === undefined || root === undefined || isWithin(folder, root)) return undefined;
  const { file, parsed } = read;
  const included = Object.keys(parsed.wildcardDirectories ?? {});
  const excluded: readonly string[] = [...(parsed.raw?.exclude ?? []), ...collect(parsed.options.outDir)];
  const isIn = (name: string) => isWithin(folder, resolve(dirname(file), name));
  return included.some(isIn) && !excluded.some(isIn) ? { file, root } : undefined;
}

interface ReadConfig {
  readonly file: string;
  readonly parsed: Morph.ts.ParsedCommandLine;
}

function readConfig(folder: string): ReadConfig | undefined {
  const file = NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) return undefined;
  const ts = requireTypeScript();
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  return { file, parsed: ts.parseJsonConfigFileContent(config ?? {}, ts.sys, dirname(file)) };
}

function rootOf({ options, fileNames }: Morph.ts.ParsedCommandLine): string | undefined {
  if (options.rootDir !== undefined) return options.rootDir;
  const compiled = fileNames.filter((name) => !/\.d\.[mc]?ts$/.test(name)).map((name) => dirname(name));
  return commonFolder(compiled);
}

/** Whether a folder is another one, or is below it. */
export function isWithin(folder: string, other: string): boolean {
  return folder === other || folder.startsWith(other.endsWith(sep) ? other : other + sep);
}

function commonFolder(folders: readonly string[]): string | undefined {
  const [first, ...others] = folders.map((folder) => folder.split("/"));
  if (first === undefined) return undefined;
  const common = others.reduce((left, right) => {
    const end = left.findIndex((part, at) => part !== right[at]);
    return end < 0 ? left : left.slice(0, end);
  }, first);
  return common.join(sep) || sep;
}
