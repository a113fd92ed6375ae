import { readFileSync, realpathSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, extname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { resolvePackage } from "./package.ts";
import { findNearestFile, type TsConfig } from "./tsconfig.ts";

/**
 * Finds the file that an import means, from the absolute path of the file it stands in.
 * Gives an absolute path without symbolic links; nothing for what Node has built in and what does not exist.
 */
export type Resolver = (specifier: string, from: string) => string | undefined;

/** This package, as the project's files call it. */
export const OWN_NAME = "typeorm-remodel";

const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx", ".json", ".d.ts", ".d.mts", ".d.cts"];

/** What says itself where a file is. */
const PATH = /^(?:\.|\/|[A-Z]:|file:)/;

/** The name of a package, and what may be meant in it. */
const PACKAGE = /^(?:@[a-z0-9][a-z0-9._~-]*\/)?[a-z0-9][a-z0-9._~-]*(?:\/|$)/i;

const WRITTEN_AS: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

/** Whether a file belongs to the project, so that the loader runs it and not Node. */
export function isOurs(file: string): boolean {
  return !file.includes(`${sep}node_modules${sep}`) && EXTENSIONS.includes(extname(file));
}

/** Whether a file is TypeScript. */
export function isTypeScript(file: string): boolean {
  return /\.(?:tsx|[mc]?ts)$/.test(file);
}

/** Makes a resolver that knows the project's `paths` and remembers what it found. */
export function createResolver(config: TsConfig): Resolver {
  const found = new Map<string, string | undefined>();
  const files = new Map<string, string | undefined>();
  const file = (path: string) => remember(files, path, () => realFile(path));
  const source = (path: string, from: string) => first(candidates(path, from), file);
  return (specifier, from) =>
    remember(found, `${dirname(from)}\0${extname(from)}\0${specifier}`, () => {
      const path = location(specifier, from);
      if (path !== undefined) return source(path, from);
      if (specifier === OWN_NAME) return undefined;
      const alias = first(aliases(specifier, config), (target) => source(target, from));
      return alias ?? resolvePackage(specifier, from);
    });
}

/** Whether Node takes a file for an ES module: by its extension, else by the nearest package.json. */
export function createFormat(): (file: string) => boolean {
  const folders = new Map<string, boolean>();
  return (file) => {
    if (/\.m[jt]s$/.test(file)) return true;
    if (/\.c[jt]s$/.test(file)) return false;
    return remember(folders, dirname(file), () => {
      const manifest = findNearestFile(dirname(file), "package.json");
      return (
        manifest !== undefined && (JSON.parse(readFileSync(manifest, "utf8")) as { type?: string }).type === "module"
      );
    });
  };
}

function location(specifier: string, from: string): string | undefined {
  if (specifier.startsWith("file:")) return fileURLToPath(specifier);
  if (/^\.{0,2}\//.test(specifier) || /^\.\.?$/.test(specifier)) return resolve(dirname(from), specifier);
  return /^[A-Za-z]:[\\/]/.test(specifier) ? specifier : undefined;
}

/** TypeScript's order: `./x.js` is x.ts where there is one. JavaScript means what it says. */
function candidates(path: string, from: string): string[] {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  const written = (WRITTEN_AS[extension] ?? []).map((other) => stem + other);
  const named = isTypeScript(from) ? [...written, path] : [path, ...written];
  return [...named, ...EXTENSIONS.map((end) => path + end), ...EXTENSIONS.map((end) => join(path, `index${end}`))];
}

/** What no package can be called, or what a pattern of `paths` other than `*` means: an alias of the project. */
export function isAlias(specifier: string, { paths }: TsConfig): boolean {
  if (isBuiltin(specifier) || PATH.test(specifier)) return false;
  const named = paths.filter(({ pattern }) => pattern !== "*");
  return !PACKAGE.test(specifier) || matching(specifier, named).length > 0;
}

function aliases(specifier: string, { paths, baseUrl }: TsConfig): string[] {
  const best = matching(specifier, paths).sort((a, b) => b.rank - a.rank)[0]?.targets ?? [];
  return baseUrl === undefined ? [...best] : [...best, resolve(baseUrl, specifier)];
}

interface Match {
  readonly rank: number;
  readonly targets: readonly string[];
}

function matching(specifier: string, paths: TsConfig["paths"]): Match[] {
  return paths.flatMap(({ pattern, targets }): Match[] => {
    const [before = "", after] = pattern.split("*");
    if (after === undefined) return pattern === specifier ? [{ rank: Infinity, targets }] : [];
    if (specifier.length < before.length + after.length) return [];
    if (!specifier.startsWith(before) || !specifier.endsWith(after)) return [];
    const star = specifier.slice(before.length, specifier.length - after.length);
    return [{ rank: before.length, targets: targets.map((target) => target.replace("*", () => star)) }];
  });
}

function realFile(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? realpathSync.native(path) : undefined;
}

function first<From, To>(list: readonly From[], find: (item: From) => To | undefined): To | undefined {
  for (const item of list) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function remember<Key, Value>(memory: Map<Key, Value>, key: Key, make: () => Value): Value {
  if (memory.has(key)) return memory.get(key) as Value;
  const value = make();
  memory.set(key, value);
  return value;
}
