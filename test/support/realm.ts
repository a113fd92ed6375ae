import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

type Require = (specifier: string) => unknown;

/** What Jest takes into its realm. Its `Object`, `Date` and `Reflect` are others. */
const SHARED = [
  ...[
    "Buffer",
    "URL",
    "TextEncoder",
    "TextDecoder",
    "AbortController",
    "AbortSignal",
    "process",
    "console",
    "performance",
  ],
  ...["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "setInterval", "clearInterval", "queueMicrotask"],
];
const SCOPE = ["exports", "require", "module", "__filename", "__dirname"];

/**
 * Loads CommonJS as Jest does: every file runs in a realm of its own, and only what is built into Node comes from outside.
 * @param file the file from which modules are found
 * @returns a `require` of that realm
 */
export function requireInRealm(file: string): Require {
  const context = vm.createContext(Object.fromEntries(SHARED.map((name) => [name, Reflect.get(globalThis, name)])));
  vm.runInContext("globalThis.global = globalThis", context);
  const modules = new Map<string, { exports: unknown }>();
  return requireFrom(file);

  function requireFrom(from: string): Require & { resolve: NodeJS.RequireResolve } {
    const outer = createRequire(from);
    const load = (specifier: string) =>
      isBuiltin(specifier) ? builtIn(outer, specifier) : run(outer.resolve(specifier));
    return Object.assign(load, { resolve: outer.resolve });
  }

  function builtIn(outer: NodeJS.Require, specifier: string): unknown {
    const exports: unknown = outer(specifier);
    if (specifier.replace("node:", "") !== "module") return exports;
    return {
      ...Object(exports),
      createRequire: (from: string) => requireFrom(/^file:/.test(from) ? fileURLToPath(from) : from),
    };
  }

  function run(path: string): unknown {
    const known = modules.get(path);
    if (known !== undefined) return known.exports;
    const text = readFileSync(path, "utf8");
    const module = { exports: vm.runInContext("({})", context) as unknown };
    modules.set(path, module);
    if (path.endsWith(".json")) module.exports = vm.runInContext(`(${text})`, context);
    else {
      const code = vm.compileFunction(text, SCOPE, { filename: path, parsingContext: context });
      Reflect.apply(code, module.exports, [module.exports, requireFrom(path), module, path, dirname(path)]);
    }
    return module.exports;
  }
}
