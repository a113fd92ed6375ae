import { compileFunction, constants, runInThisContext } from "node:vm";
import { IMPORT_META, REQUIRE } from "./compile-program.ts";

/** A file's code as a function of the values of SCOPE; its `this` has TypeScript's helpers. */
export type CompiledCode = ReturnType<typeof compileFunction>;

const SCOPE = ["exports", "require", REQUIRE, "module", "__filename", "__dirname", IMPORT_META];

/** What else is known of a file's code. */
interface CodeOptions {
  /** It has top-level await; the result is a promise then. */
  readonly awaits?: boolean;
  /** It is code of an ES module, which is always strict; TypeScript says so in the code itself. */
  readonly strict?: boolean;
}

/**
 * Puts a file's code into a function of its own, so that it may declare `require` or `__dirname` itself.
 * @throws SyntaxError if it is no JavaScript
 */
export function wrap(code: string, file: string, { awaits = false, strict = false }: CodeOptions = {}): CompiledCode {
  const head = `return (${awaits ? "async function" : "function"} () {${strict ? '"use strict";' : ""}`;
  const end = "\n}).call(this);";
  if (!isMainRealm()) return evaluate(`${head} ${code}${end}`, file);
  return compileFunction(`${head}\n${code}${end}`, SCOPE, {
    filename: file,
    lineOffset: -1,
    ...(/\bimport\b/.test(code) && { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }),
  });
}

/** Jest runs tests, and the packages that they use, in a realm of their own: its `Object` and `Reflect` are others. */
function isMainRealm(): boolean {
  return runInThisContext("Object") === Object;
}

/** Compiles for the realm in which this code runs; `compileFunction` always compiles for the main one. */
function evaluate(body: string, file: string): CompiledCode {
  // biome-ignore lint/security/noGlobalEval: nothing else of Node compiles for a realm without its context object
  const evalHere: (text: string) => CompiledCode = globalThis.eval;
  return evalHere(`(function (${SCOPE.join(", ")}) { ${body}\n})\n//# sourceURL=${file}`);
}
