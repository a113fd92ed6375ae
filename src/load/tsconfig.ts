import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { resolvePackage } from "./package.ts";

/** The settings of the project's tsconfig.json that change how its files run. */
export interface TsConfig {
  readonly strictNullChecks: boolean;
  readonly baseUrl?: string;
  /** `paths`: a pattern with at most one `*`, and absolute targets. */
  readonly paths: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
}

const STRING_OR_COMMENT = /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const STRING_OR_LAST_COMMA = /("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g;

interface Options {
  readonly strict?: boolean;
  readonly strictNullChecks?: boolean;
  readonly baseUrl?: string;
  readonly paths?: TsConfig["paths"];
}

interface Json {
  readonly extends?: string | readonly string[];
  readonly references?: readonly { readonly path?: string }[];
  readonly compilerOptions?: Omit<Options, "paths"> & { readonly paths?: Readonly<Record<string, readonly string[]>> };
}

/**
 * Reads the nearest tsconfig.json at or above a folder, with the files that it extends and refers to, without
 * TypeScript. A file that it extends may be missing, as in an installation without development packages: it is ignored.
 * @throws RemodelError `CONFIG_INVALID` if it cannot be read
 */
export function readTsConfig(folder: string): TsConfig {
  const file = findNearestFile(folder, "tsconfig.json");
  const projects = file === undefined ? [] : listProjects(file, []);
  const all = projects.map((one) => readOptions(one, dirname(one), []));
  const strict = all.map((one) => one.strictNullChecks ?? one.strict).find((value) => value !== undefined);
  const baseUrl = all.map((one) => one.baseUrl).find((value) => value !== undefined);
  return {
    strictNullChecks: strict ?? strictByDefault(folder),
    ...dropUndefined({ baseUrl }),
    paths: joinPaths(all.flatMap(({ paths = [] }) => paths)),
  };
}

/** A project and those in its `references`, each a file or a folder with a tsconfig.json. */
function listProjects(file: string, above: readonly string[]): readonly string[] {
  if (above.includes(file) || !existsSync(file)) return [];
  const referred = (parse(file).references ?? []).flatMap(({ path }) => {
    if (typeof path !== "string") return [];
    const target = resolve(dirname(file), path);
    return listProjects(target.endsWith(".json") ? target : join(target, "tsconfig.json"), [...above, file]);
  });
  return [...new Set([file, ...referred])];
}

/** Projects may use one pattern for different folders: it gets all their targets. */
function joinPaths(paths: TsConfig["paths"]): TsConfig["paths"] {
  const all = new Map<string, readonly string[]>();
  for (const { pattern, targets } of paths) all.set(pattern, [...(all.get(pattern) ?? []), ...targets]);
  return [...all].map(([pattern, targets]) => ({ pattern, targets: [...new Set(targets)] }));
}

/** The nearest file of that name at or above a folder. */
export function findNearestFile(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, name);
    if (existsSync(file)) return file;
    if (at === dirname(at)) return undefined;
  }
}

function readOptions(file: string, configDir: string, above: readonly string[]): Options {
  if (above.includes(file))
    throw new RemodelError("CONFIG_INVALID", `${file} extends itself.`, {
      hint: 'Correct "extends" in that file and in the files that it extends.',
    });
  const json = parse(file);
  const bases = [json.extends ?? []]
    .flat()
    .flatMap((name) => findBase(file, name) ?? [])
    .map((found) => readOptions(found, configDir, [...above, file]));
  const inherited: Options = Object.assign({}, ...bases);
  return { ...inherited, ...ownOptions(json, inherited, (path) => resolvePath(path, dirname(file), configDir)) };
}

/** The files that the nearest tsconfig.json extends and that cannot be found, each with the file that names it. */
export function findMissingBases(folder: string): readonly { readonly file: string; readonly name: string }[] {
  const file = findNearestFile(folder, "tsconfig.json");
  return file === undefined ? [] : listMissingBases(file);
}

function listMissingBases(file: string): readonly { readonly file: string; readonly name: string }[] {
  return [parse(file).extends ?? []].flat().flatMap((name) => {
    const base = findBase(file, name);
    return base === undefined ? [{ file, name }] : listMissingBases(base);
  });
}

/** The options that a file sets itself; its paths may be relative to a `baseUrl` that it inherits. */
function ownOptions({ compilerOptions = {} }: Json, inherited: Options, toAbsolute: (path: string) => string): Options {
  const { paths, strict, strictNullChecks } = compilerOptions;
  const baseUrl = compilerOptions.baseUrl === undefined ? inherited.baseUrl : toAbsolute(compilerOptions.baseUrl);
  const findTarget = (target: string) =>
    baseUrl === undefined || target.startsWith("$") ? toAbsolute(target) : resolve(baseUrl, target);
  return {
    ...dropUndefined({ strict, strictNullChecks, baseUrl }),
    ...(paths !== undefined && {
      paths: Object.entries(paths).map(([pattern, targets]) => ({ pattern, targets: targets.map(findTarget) })),
    }),
  };
}

function resolvePath(path: string, folder: string, configDir: string): string {
  return resolve(folder, path.replace(/^\$\{configDir\}/, configDir));
}

function findBase(file: string, name: string): string | undefined {
  const path = /^(?:\.\.?\/|\/)/.test(name) ? resolve(dirname(file), name) : name;
  for (const candidate of [path, `${path}.json`, `${path}/tsconfig.json`]) {
    const found = resolvePackage(candidate, file);
    if (found?.endsWith(".json")) return found;
  }
  return undefined;
}

function parse(file: string): Json {
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  const json = text.replace(STRING_OR_COMMENT, keepString).replace(STRING_OR_LAST_COMMA, keepString);
  try {
    return JSON.parse(json || "{}");
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new RemodelError("CONFIG_INVALID", `${file} is not valid JSON: ${cause.message}`, {
      hint: "Correct it. To see where, run: npx tsc --showConfig",
      cause,
    });
  }
}

function keepString(_match: string, string?: string): string {
  return string ?? "";
}

/** `strict` became the default in TypeScript 6. */
function strictByDefault(folder: string): boolean {
  const file = resolvePackage("typescript/package.json", join(folder, "_"));
  if (file === undefined) return true;
  try {
    const { version }: { readonly version: string } = JSON.parse(readFileSync(file, "utf8"));
    return Number.parseInt(version, 10) >= 6;
  } catch {
    return true;
  }
}
