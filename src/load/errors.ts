import { isAbsolute, relative } from "node:path";
import { RemodelError } from "../errors.ts";

/** A place in the project's own code. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Finds the place in a source file that a place in its JavaScript came from. */
export type Translate = (position: SourceLocation) => SourceLocation | undefined;

const FRAME = /^(?<before>\s+at (?:.* \()?)(?:file:\/\/)?(?<file>.+?):(?<line>\d+):(?<column>\d+)(?<after>\)?)$/;

/** Shows a path as people type it. */
export function shown(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") || isAbsolute(path) || path === "" ? file : path;
}

/**
 * Turns an error's stack to the project's own lines.
 * @returns the first place in the project's code
 */
export function locate(error: unknown, translate: Translate): SourceLocation | undefined {
  if (!(isErrorLike(error) && typeof error.stack === "string")) return undefined;
  let first: SourceLocation | undefined;
  const lines = error.stack.split("\n").map((line, index) => {
    // V8 puts the place of a syntax error before its message.
    const frame =
      FRAME.exec(line)?.groups ?? (index === 0 ? /^(?<file>\/.+|[A-Z]:.+):(?<line>\d+)$/.exec(line)?.groups : null);
    if (!frame?.["file"]) return line;
    const { before = "", file, line: row, column = "1", after = "" } = frame;
    const position = translate({ file, line: Number(row), column: Number(column) });
    if (position === undefined) return line;
    first ??= position;
    return `${before}${position.file}:${position.line}:${position.column}${after}`;
  });
  error.stack = lines.join("\n");
  return first;
}

/**
 * Says what happened when a file of the project was run.
 * @param file the file that was asked for
 * @param at the place in the project's code, if it is known
 */
export function explain(error: unknown, file: string, at: SourceLocation | undefined): RemodelError {
  if (isErrorLike(error) && error.name === "RemodelError") return error as unknown as RemodelError;
  const place = at === undefined ? shown(file) : `${shown(at.file)}:${at.line}`;
  const { message, code, requireStack } = isErrorLike(error) ? error : { message: String(error) };
  const options = { cause: error, details: { ...(at ?? { file }) } };
  const circular = /^Cannot access '(.+)' before initialization$/.exec(message);
  if (circular)
    return new RemodelError("MODELS_CIRCULAR", `${place} uses ${circular[1]} before it is initialized.`, {
      ...options,
      hint:
        `Where a property's type is ${circular[1]}, write Relation<${circular[1]}> ` +
        '(`import type { Relation } from "typeorm"`): it is removed at run time.',
    });
  if (/^Class extends value undefined /.test(message))
    return new RemodelError("MODELS_CIRCULAR", `${place} extends a class that is not initialized yet.`, {
      ...options,
      hint: "Two files import each other. Import the base class directly from its file, not through an index file.",
    });
  const missing = code === "MODULE_NOT_FOUND" ? /^Cannot find module '(.+?)'/.exec(message)?.[1] : undefined;
  if (missing !== undefined) return absent(missing, requireStack?.[0] ?? file, options);
  const driver = /npm install (\S+?)[`"'.]*(?:\s|$)/.exec(message)?.[1];
  if (isErrorLike(error) && error.name === "DriverPackageNotInstalledError" && driver !== undefined)
    return driver === "pg" ? absent(driver, at?.file ?? file, options) : otherDatabase(place, driver, options);
  if (code === "ERR_REQUIRE_ASYNC_MODULE")
    return new RemodelError("MODULE_INVALID", `${place} imports a package that uses top-level await.`, {
      ...options,
      hint: "Import it with `await import(…)` where it is used.",
    });
  return new RemodelError("MODULE_INVALID", `${place} threw an error while it was loaded: ${message}`, {
    ...options,
    hint: "Correct that line, or add what is missing (an environment variable, a file). Then run the command again.",
  });
}

function otherDatabase(place: string, driver: string, options: object): RemodelError {
  return new RemodelError("CONFIG_INVALID", `${place} creates a data source that needs the driver ${driver}.`, {
    ...options,
    hint: 'Only "postgres" is supported.',
  });
}

/** Says that a package or file is not there. */
export function absent(
  name: string,
  from: string,
  options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
): RemodelError {
  if (/^(?:\.|\/|[A-Z]:|file:)/.test(name))
    return new RemodelError("MODULE_INVALID", `${shown(from)} imports "${name}", which does not exist.`, {
      ...options,
      hint: "Correct the import, or restore the file.",
    });
  const id = /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
  return new RemodelError("PEER_MISSING", `The package ${id} is not installed (${shown(from)} needs it).`, {
    ...options,
    hint: `npm install ${id}`,
  });
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly requireStack?: readonly string[];
  stack?: string;
}

function isErrorLike(error: unknown): error is ErrorLike {
  return typeof error === "object" && error !== null && typeof (error as { message?: unknown }).message === "string";
}
