import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { RemodelError } from "../errors.ts";

/** What the project's tsconfig.json says of the things that change how its files run. */
export interface TsConfig {
  readonly strictNullChecks: boolean;
  readonly baseUrl?: string;
  /** `paths`: a pattern with at most one `*`, and absolute targets. */
  readonly paths: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
}

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
 * Reads the nearest tsconfig.json at or above a folder, with what it extends and refers to, without TypeScript. A file
 * that it extends and that is not there, as where the packages for development are left out, says nothing.
 * @throws RemodelError `CONFIG_INVALID` if it cannot be read
 */
export function readTsConfig(folder: string): TsConfig {
  const file = findNearestFile(folder, "tsconfig.json");
  const all = file === undefined ? [] : projects(file, []).map((one) => options(one, dirname(one), []));
  const strict = all.map((one) => one.strictNullChecks ?? one.strict).find((value) => value !== undefined);
  const baseUrl = all.map((one) => one.baseUrl).find((value) => value !== undefined);
  return {
    strictNullChecks: strict ?? strictByDefault(folder),
    ...(baseUrl !== undefined && { baseUrl }),
    paths: joined(all.flatMap(({ paths = [] }) => paths)),
  };
}

/** A project and those that it refers to: a file, or a folder with a tsconfig.json. */
function projects(file: string, above: readonly string[]): readonly string[] {
  if (above.includes(file) || !existsSync(file)) return [];
  const referred = (parse(file).references ?? []).flatMap(({ path }) => {
    if (typeof path !== "string") return [];
    const target = resolve(dirname(file), path);
    return projects(target.endsWith(".json") ? target : join(target, "tsconfig.json"), [...above, file]);
  });
  return [...new Set([file, ...referred])];
}

/** Projects may give one pattern to different folders: all of them are looked into. */
function joined(paths: TsConfig["paths"]): TsConfig["paths"] {
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

function options(file: string, configDir: string, above: readonly string[]): Options {
  if (above.includes(file))
    throw new RemodelError("CONFIG_INVALID", `${file} extends itself.`, {
      hint: 'Correct "extends" in that file and in the files that it extends.',
    });
  const json = parse(file);
  const folder = dirname(file);
  const at = (path: string) => resolve(folder, path.replace(/^\$\{configDir\}/, configDir));
  const bases = [json.extends ?? []]
    .flat()
    .flatMap((name) => base(file, name) ?? [])
    .map((found) => options(found, configDir, [...above, file]));
  const { baseUrl, paths, strict, strictNullChecks } = json.compilerOptions ?? {};
  const inherited: Options = Object.assign({}, ...bases);
  const root = baseUrl === undefined ? inherited.baseUrl : at(baseUrl);
  return {
    ...inherited,
    ...(strict !== undefined && { strict }),
    ...(strictNullChecks !== undefined && { strictNullChecks }),
    ...(root !== undefined && { baseUrl: root }),
    ...(paths !== undefined && {
      paths: Object.entries(paths).map(([pattern, targets]) => ({
        pattern,
        targets: targets.map((target) =>
          root === undefined || target.startsWith("$") ? at(target) : resolve(root, target),
        ),
      })),
    }),
  };
}

function base(file: string, name: string): string | undefined {
  const { resolve: find } = createRequire(file);
  const path = /^(?:\.\.?\/|\/)/.test(name) ? resolve(dirname(file), name) : name;
  for (const candidate of [path, `${path}.json`, `${path}/tsconfig.json`])
    try {
      const found = find(candidate);
      if (found.endsWith(".json")) return found;
    } catch {
      // the next spelling
    }
  return undefined;
}

function parse(file: string): Json {
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  const bare = text.replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string?: string) => string ?? "");
  try {
    return JSON.parse(bare.replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, string?: string) => string ?? "") || "{}");
  } catch (cause) {
    throw new RemodelError("CONFIG_INVALID", `${file} is not valid JSON: ${(cause as Error).message}`, {
      hint: "Correct it. To see where, run: npx tsc --showConfig",
      cause,
    });
  }
}

/** `strict` became the default in TypeScript 6. */
function strictByDefault(folder: string): boolean {
  try {
    const file = createRequire(join(folder, "_")).resolve("typescript/package.json");
    return Number.parseInt((JSON.parse(readFileSync(file, "utf8")) as { version: string }).version, 10) >= 6;
  } catch {
    return true;
  }
}
