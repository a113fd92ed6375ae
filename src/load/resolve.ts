import { readFileSync, realpathSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, extname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { collect } from "../collect.ts";
import { resolvePackage } from "./package.ts";
import { findNearestFile, type TsConfig } from "./tsconfig.ts";

/**
 * Finds the file that an import means, as an absolute path without symbolic links; undefined for what Node has built
 * in and for what does not exist. `from` is the absolute path of the file with the import.
 */
export type Resolver = (specifier: string, from: string) => string | undefined;

/** The name of this package in the imports of the project's files. */
export const OWN_NAME = "typeorm-remodel";

const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx", ".json", ".d.ts", ".d.mts", ".d.cts"];

/** Matches an import that is a path. */
const PATH = /^(?:\.|\/|[A-Z]:|file:)/;

/** Matches the name of a package, with or without a path in it. */
const PACKAGE = /^(?:@[a-z0-9][a-z0-9._~-]*\/)?[a-z0-9][a-z0-9._~-]*(?:\/|$)/i;

/** What a file may be called in TypeScript, by the extension in the import. */
const SOURCE_EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

/** Whether a file belongs to the project: then the loader runs it, and not Node. */
export function isOurs(file: string): boolean {
  return !file.includes(`${sep}node_modules${sep}`) && EXTENSIONS.includes(extname(file));
}

/** Whether a file is TypeScript. */
export function isTypeScript(file: string): boolean {
  return /\.(?:tsx|[mc]?ts)$/.test(file);
}

/** Makes a resolver that uses the project's `paths` and remembers its results. */
export function createResolver(config: TsConfig): Resolver {
  const found = new Map<string, string | undefined>();
  const files = new Map<string, string | undefined>();
  const findFile = (path: string) => remember(files, path, () => realFile(path));
  const findSource = (path: string, from: string) => first(candidates(path, from), findFile);
  return (specifier, from) =>
    remember(found, `${dirname(from)}\0${extname(from)}\0${specifier}`, () => {
      const path = pathIn(specifier, from);
      if (path !== undefined) return findSource(path, from);
      if (specifier === OWN_NAME) return undefined;
      const alias = first(aliases(specifier, config), (target) => findSource(target, from));
      return alias ?? resolvePackage(specifier, from);
    });
}

/** Makes the test whether Node takes a file for an ES module: by its extension, else by the nearest package.json. */
export function createFormat(): (file: string) => boolean {
  const folders = new Map<string, boolean>();
  return (file) => {
    if (/\.m[jt]s$/.test(file)) return true;
    if (/\.c[jt]s$/.test(file)) return false;
    const folder = dirname(file);
    const isModule = folders.get(folder) ?? isModuleFolder(folder);
    folders.set(folder, isModule);
    return isModule;
  };
}

function isModuleFolder(folder: string): boolean {
  const path = findNearestFile(folder, "package.json");
  if (path === undefined) return false;
  const { type }: { readonly type?: string } = JSON.parse(readFileSync(path, "utf8"));
  return type === "module";
}

/** The absolute path of an import that is a path. */
function pathIn(specifier: string, from: string): string | undefined {
  if (specifier.startsWith("file:")) return fileURLToPath(specifier);
  if (/^\.{0,2}\//.test(specifier) || /^\.\.?$/.test(specifier)) return resolve(dirname(from), specifier);
  if (/^[A-Za-z]:[\\/]/.test(specifier)) return specifier;
  return undefined;
}

/** The files that an import may mean, best first. In TypeScript, `./x.js` is x.ts if there is one; in JavaScript, x.js. */
function candidates(path: string, from: string): string[] {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  const sources = (SOURCE_EXTENSIONS[extension] ?? []).map((other) => stem + other);
  const named = isTypeScript(from) ? [...sources, path] : [path, ...sources];
  return [...named, ...EXTENSIONS.map((end) => path + end), ...EXTENSIONS.map((end) => join(path, `index${end}`))];
}

/** Whether an import is an alias of the project: no package can have the name, or a pattern of `paths` but `*` matches. */
export function isAlias(specifier: string, { paths }: TsConfig): boolean {
  if (isBuiltin(specifier) || PATH.test(specifier)) return false;
  const patterns = paths.filter(({ pattern }) => pattern !== "*");
  return !PACKAGE.test(specifier) || match(specifier, patterns).length > 0;
}

function aliases(specifier: string, { paths, baseUrl }: TsConfig): string[] {
  const [best] = match(specifier, paths).toSorted((a, b) => b.rank - a.rank);
  const targets = best?.targets ?? [];
  if (baseUrl === undefined) return [...targets];
  return [...targets, resolve(baseUrl, specifier)];
}

interface Match {
  /** The longer the text before the `*`, the better. */
  readonly rank: number;
  readonly targets: readonly string[];
}

function match(specifier: string, paths: TsConfig["paths"]): readonly Match[] {
  return paths.flatMap(({ pattern, targets }): readonly Match[] => {
    const [before = "", after] = pattern.split("*");
    if (after === undefined) return collect(pattern === specifier && { rank: Infinity, targets });
    if (specifier.length < before.length + after.length) return [];
    if (!specifier.startsWith(before) || !specifier.endsWith(after)) return [];
    const star = specifier.slice(before.length, specifier.length - after.length);
    return [{ rank: before.length, targets: targets.map((target) => target.replace("*", () => star)) }];
  });
}

function realFile(path: string): string | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  return realpathSync.native(path);
}

function first<From, To>(list: readonly From[], find: (item: From) => To | undefined): To | undefined {
  for (const item of list) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function remember(
  memory: Map<string, string | undefined>,
  key: string,
  make: () => string | undefined,
): string | undefined {
  const known = memory.get(key);
  if (known !== undefined || memory.has(key)) return known;
  const value = make();
  memory.set(key, value);
  return value;
}
