import { readFileSync } from "node:fs";
import { createRequire, isBuiltin, Module } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { types } from "node:util";
import { isInstalled } from "./observe-files.ts";
import { observe, unobserved } from "./observers.ts";
import { answer } from "./questions.ts";
import { replace, type Undo } from "./replaced.ts";

const OWN_FOLDER = fileURLToPath(new URL("..", import.meta.url));
/** Matches the imports in the text of an ES module, and some other texts too. */
const IMPORTED = /\b(?:from|import)\s*\(?\s*["']([^"'\n]+)["']/g;

/** What a package manager writes whenever it installs something. */
const INSTALLED = [".package-lock.json", ".modules.yaml", ".yarn-state.yml", ".yarn-integrity"];

/** Observes the files that Node itself has loaded: those of packages, those that these import, and what came before. */
export function observeLoaded(): void {
  const loaded: Readonly<Record<string, NodeJS.Module>> = Object(Module)._cache;
  const files = Object.keys(loaded).filter((file) => !file.startsWith(OWN_FOLDER));
  for (const file of files) observeFile(file);
  const ofModules = new Set(files.filter((file) => types.isModuleNamespaceObject(loaded[file]?.exports)));
  for (const file of ofModules)
    for (const name of listImports(file)) {
      const found = resolveImport(name, file);
      if (found !== undefined) ofModules.add(found);
    }
  for (const file of ofModules) observeFile(file);
}

function observeFile(file: string): void {
  const question = [isInstalled(file) ? "installed" : "file", file] as const;
  observe(question, () => answer(question));
}

function listImports(file: string): readonly string[] {
  try {
    return [...unobserved(() => readFileSync(file, "utf8")).matchAll(IMPORTED)].map(([, name = ""]) => name);
  } catch {
    return [];
  }
}

/** The file that an ES module imports. A package is asked for again, since its `exports` may name another file. */
function resolveImport(name: string, from: string): string | undefined {
  if (isBuiltin(name)) return undefined;
  if (/^\.{1,2}\//.test(name)) return join(dirname(from), name);
  const question = ["package", name, from] as const;
  const found = answer(question);
  observe(question, () => found);
  return found === "" ? undefined : found;
}

/**
 * Observes what Node looks for and does not find, such as a package that another one can do without, and what code of the
 * project only looks for.
 */
export function observeResolution(): Undo {
  return replace(
    Module,
    "_resolveFilename",
    (original) =>
      new Proxy(original, {
        apply(target, self, args) {
          const [name, parent] = args;
          const from: unknown = Object(parent).filename;
          const ask = () => {
            if (typeof from !== "string" || isBuiltin(name)) return;
            const question = ["package", String(name), from] as const;
            observe(question, () => answer(question));
          };
          try {
            const found = Reflect.apply(target, self, args);
            if (typeof from === "string" && !isInstalled(from) && !isAbsolute(String(name))) ask();
            return found;
          } catch (error) {
            ask();
            throw error;
          }
        },
      }),
  );
}

/** Describes what package managers have installed for a folder: another text after each installation. */
export function describeInstallation(folder: string): readonly string[] {
  const paths = createRequire(join(folder, "_")).resolve.paths("_") ?? [];
  return paths.flatMap((path) => INSTALLED.map((name) => answer(["installed", join(path, name)])));
}
