import { types } from "node:util";

/** TypeScript's helpers `__importDefault` and `__importStar`; compiled code takes them from `this` if they are there. */
export interface Interop {
  readonly __importDefault: (module: unknown) => { readonly default?: unknown };
  readonly __importStar: (module: unknown) => unknown;
}

type Names = Readonly<Record<string, unknown>>;

/**
 * Makes the helpers that decide what imports of CommonJS packages give inside a file.
 * @param isModule whether Node takes the file for an ES module: there, `default` is always all of `module.exports`
 * @param compiledExports the exports of compiled files: ES modules, though they are compiled to CommonJS
 */
export function createInterop(isModule: boolean, compiledExports: WeakSet<object>): Interop {
  const isEsm = (module: unknown): module is Names => {
    if (!hasNames(module)) return false;
    if (compiledExports.has(module) || types.isModuleNamespaceObject(module)) return true;
    return !isModule && module["__esModule"] === true;
  };
  return {
    __importDefault(module) {
      if (isEsm(module) && (isModule || "default" in module)) return module;
      return { default: module };
    },
    __importStar(module) {
      if (isEsm(module)) return module;
      if (typeof module === "function" && !isModule) return makeCallable(module);
      return makeNamespace(module);
    },
  };
}

/** All names of a module, and the module as `default`. */
function makeNamespace(module: unknown): unknown {
  const all = { default: module };
  if (!hasNames(module)) return all;
  for (const name of Object.keys(module).filter((name) => name !== "default"))
    Object.defineProperty(all, name, { enumerable: true, get: () => module[name] });
  return all;
}

/** Without esModuleInterop, `import * as moment` may give a function that is called. */
function makeCallable(module: object): unknown {
  return new Proxy(module, {
    get(target, name) {
      if (name === "default" && !("default" in target)) return target;
      return Reflect.get(target, name);
    },
  });
}

function hasNames(value: unknown): value is Names {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
