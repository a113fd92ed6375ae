import { existsSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { join } from "node:path";

/** Node's conditions for `import`; those for `require` were tried before. */
const CONDITIONS = ["node", "import", "module-sync", "default"];

type Target = string | null | readonly Target[] | { readonly [condition: string]: Target };

/**
 * Resolves a package as a file of the project would, also one that is published for `import` alone.
 * @param name a package, with or without a path in it, or `#internal`
 * @param from the absolute path of the file that asks
 * @returns an absolute path, or nothing if Node has it built in or it is not installed
 */
export function resolvePackage(name: string, from: string): string | undefined {
  if (isBuiltin(name)) return undefined;
  const require = createRequire(from);
  try {
    return require.resolve(name);
  } catch {
    const [, id, path] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(name) ?? [];
    if (id === undefined) return undefined;
    for (const folder of require.resolve.paths(name) ?? []) {
      const manifest = join(folder, id, "package.json");
      if (!existsSync(manifest)) continue;
      const { exports } = JSON.parse(readFileSync(manifest, "utf8")) as { exports?: Target };
      const found = exports === undefined ? undefined : exported(exports, `.${path}`);
      return found !== undefined && existsSync(join(folder, id, found)) ? join(folder, id, found) : undefined;
    }
    return undefined;
  }
}

function exported(exports: Target, path: string): string | undefined {
  const map = isMap(exports) && Object.keys(exports).every((key) => key.startsWith(".")) ? exports : { ".": exports };
  const exact = map[path];
  if (exact !== undefined) return conditional(exact);
  for (const [key, target] of Object.entries(map).sort(([a], [b]) => b.length - a.length)) {
    const [before = "", after] = key.split("*");
    if (after === undefined || !path.startsWith(before) || !path.endsWith(after)) continue;
    return conditional(target)?.replaceAll("*", path.slice(before.length, path.length - after.length));
  }
  return undefined;
}

function conditional(target: Target): string | undefined {
  if (typeof target === "string") return target;
  const options = Array.isArray(target)
    ? target
    : isMap(target)
      ? Object.entries(target).flatMap(([condition, inner]) => (CONDITIONS.includes(condition) ? [inner] : []))
      : [];
  for (const option of options) {
    const found = conditional(option);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isMap(target: Target): target is { readonly [condition: string]: Target } {
  return typeof target === "object" && target !== null && !Array.isArray(target);
}
