import { types } from "node:util";

/** What TypeScript's `__importDefault` and `__importStar` do; compiled code takes them from `this` if they are there. */
export interface Interop {
  readonly __importDefault: (module: unknown) => { readonly default?: unknown };
  readonly __importStar: (module: unknown) => unknown;
}

type Names = Readonly<Record<string, unknown>>;

/**
 * How imports of CommonJS packages look inside a file.
 * @param isModule whether Node takes the file for an ES module: there, `default` is always all of `module.exports`
 * @param ours the exports of compiled files, which are ES modules whatever they were compiled to
 */
export function createInterop(isModule: boolean, ours: WeakSet<object>): Interop {
  const isEsm = (module: unknown): module is Names =>
    isObject(module) &&
    (ours.has(module) || types.isModuleNamespaceObject(module) || (!isModule && module["__esModule"] === true));
  return {
    __importDefault: (module) => (isEsm(module) && (isModule || "default" in module) ? module : { default: module }),
    __importStar(module) {
      if (isEsm(module)) return module;
      if (typeof module === "function" && !isModule) return callable(module);
      const all = { default: module };
      for (const name of isObject(module) ? Object.keys(module) : [])
        if (name !== "default")
          Object.defineProperty(all, name, { enumerable: true, get: () => (module as Names)[name] });
      return all;
    },
  };
}

/** Without esModuleInterop, what `import * as moment` gives can be called. */
function callable(module: object): unknown {
  return new Proxy(module, {
    get: (target, name) => (name === "default" && !("default" in target) ? target : Reflect.get(target, name)),
  });
}

function isObject(value: unknown): value is Names {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
