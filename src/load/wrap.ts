import { compileFunction, constants } from "node:vm";
import { IMPORT_META, REQUIRE } from "./compile-program.ts";

/** A file's code, to be called with what SCOPE names and `this` for TypeScript's helpers. */
export type CompiledCode = (this: unknown, ...scope: unknown[]) => unknown;

const SCOPE = ["exports", "require", REQUIRE, "module", "__filename", "__dirname", IMPORT_META];

/**
 * Puts a file's code into a function of its own, so that it may declare `require` or `__dirname` itself.
 * @param awaits whether it has top-level await; the result is a promise then
 */
export function wrap(code: string, file: string, awaits: boolean): CompiledCode {
  const body = `return (${awaits ? "async " : ""}function () {\n${code}\n}).call(this);`;
  return compileFunction(body, SCOPE, {
    filename: file,
    lineOffset: -1,
    ...(/\bimport\b/.test(code) && { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }),
  } as object) as CompiledCode;
}
