import { compileFunction, constants } from "node:vm";
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
  const start = awaits ? "async function" : "function";
  const body = `return (${start} () {${strict ? '"use strict";' : ""}\n${code}\n}).call(this);`;
  return compileFunction(body, SCOPE, {
    filename: file,
    lineOffset: -1,
    ...(/\bimport\b/.test(code) && { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }),
  });
}
