import { existsSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { join } from "node:path";
import { mapGiven } from "../given.ts";
import { observe, unobserved } from "./observers.ts";

/** Node's conditions for `import`; `require.resolve` has tried those for `require` before. */
const CONDITIONS = ["node", "import", "module-sync", "default"];

type Target = string | null | readonly Target[] | { readonly [condition: string]: Target };

/**
 * Resolves a package as a file of the project would, also one that allows only `import`.
 * @param name a package, with or without a path in it, or `#internal`
 * @param from the absolute path of the file that asks
 * @returns an absolute path; undefined if Node has it built in or it is not installed
 */
export function resolvePackage(name: string, from: string): string | undefined {
  if (isBuiltin(name)) return undefined;
  const found = unobserved(() => resolveInstalled(name, from));
  observe(["package", name, from], () => found ?? "");
  return found;
}

function resolveInstalled(name: string, from: string): string | undefined {
  const require = createRequire(from);
  try {
    return require.resolve(name);
  } catch {
    return resolveForImport(name, require.resolve.paths(name) ?? []);
  }
}

/** Resolves a package by the `exports` of its package.json, with the conditions for `import`. */
function resolveForImport(name: string, folders: readonly string[]): string | undefined {
  const [, id, path] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(name) ?? [];
  if (id === undefined) return undefined;
  const home = folders.map((folder) => join(folder, id)).find((folder) => existsSync(join(folder, "package.json")));
  if (home === undefined) return undefined;
  const { exports }: { readonly exports?: Target } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const found = mapGiven(exports, (all) => findExport(all, `.${path}`));
  if (found === undefined) return undefined;
  const file = join(home, found);
  if (!existsSync(file)) return undefined;
  return file;
}

function findExport(exports: Target, path: string): string | undefined {
  const map = isMap(exports) && Object.keys(exports).every((key) => key.startsWith(".")) ? exports : { ".": exports };
  const exact = map[path];
  if (exact !== undefined) return chooseByCondition(exact);
  for (const [key, target] of Object.entries(map).sort(([a], [b]) => b.length - a.length)) {
    const [before = "", after] = key.split("*");
    if (after === undefined || !path.startsWith(before) || !path.endsWith(after)) continue;
    return chooseByCondition(target)?.replaceAll("*", path.slice(before.length, path.length - after.length));
  }
  return undefined;
}

/** The first path in a target whose conditions hold. */
function chooseByCondition(target: Target): string | undefined {
  if (typeof target === "string") return target;
  for (const option of optionsIn(target)) {
    const found = chooseByCondition(option);
    if (found !== undefined) return found;
  }
  return undefined;
}

function optionsIn(target: Target): readonly Target[] {
  if (Array.isArray(target)) return target;
  if (!isMap(target)) return [];
  return Object.entries(target)
    .filter(([condition]) => CONDITIONS.includes(condition))
    .map(([, inner]) => inner);
}

function isMap(target: Target): target is { readonly [condition: string]: Target } {
  return typeof target === "object" && target !== null && !Array.isArray(target);
}
