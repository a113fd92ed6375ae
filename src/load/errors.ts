import { isAbsolute, relative } from "node:path";
import { RemodelError } from "../errors.ts";
import { isObject } from "./objects.ts";
import { fileOfFrame } from "./platform-paths.ts";

/** A position in the project's own code. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Finds the position in a source file that a position in its JavaScript was compiled from. */
export type Translate = (position: SourceLocation) => SourceLocation | undefined;

const FRAME = /^(?<before>\s+at (?:.* \()?)(?<file>.+?):(?<line>\d+):(?<column>\d+)(?<after>\)?)$/;
const SYNTAX_ERROR = /^(?<file>\/.+|[A-Z]:.+):(?<line>\d+)$/;

/** A path relative to the current folder, or the absolute path if it is outside. */
export function showFile(file: string): string {
  const path = relative(process.cwd(), file);
  if (path.startsWith("..") || isAbsolute(path) || path === "") return file;
  return path;
}

/**
 * Rewrites an error's stack to positions in the project's own files.
 * @returns the first of them
 */
export function locate(error: unknown, translate: Translate): SourceLocation | undefined {
  if (!(isErrorLike(error) && typeof error.stack === "string")) return undefined;
  let first: SourceLocation | undefined;
  const lines = error.stack.split("\n").map((line, index) => {
    const { before = "", file, line: row, column = "1", after = "" } = parseFrame(line, index);
    if (!file) return line;
    const position = translate({ file: fileOfFrame(file), line: Number(row), column: Number(column) });
    if (position === undefined) return line;
    first ??= position;
    return `${before}${position.file}:${position.line}:${position.column}${after}`;
  });
  error.stack = lines.join("\n");
  return first;
}

/** The parts of one line of a stack. V8 puts the position of a syntax error before its message, in the first line. */
function parseFrame(line: string, index: number): Partial<Record<string, string>> {
  const frame = FRAME.exec(line) ?? (index === 0 ? SYNTAX_ERROR.exec(line) : null);
  return frame?.groups ?? {};
}

/** An error of a file of the project, and where it was thrown. */
interface Failure {
  readonly name: string | undefined;
  readonly message: string;
  readonly code: string | undefined;
  readonly requireStack: readonly string[] | undefined;
  /** The position as a person reads it: `ormconfig.ts:3`. */
  readonly place: string;
  /** The file that was loaded. */
  readonly file: string;
  /** The file that threw the error, if it is known. */
  readonly thrownIn: string | undefined;
  readonly options: { readonly cause: unknown; readonly details: Readonly<Record<string, unknown>> };
}

/**
 * Turns what a file of the project threw into an error that says what to do.
 * @param file the file that was loaded
 * @param at where in the project's code it was thrown, if that is known
 */
export function explain(error: unknown, file: string, at: SourceLocation | undefined): RemodelError {
  if (isRemodelError(error)) return error;
  const { name, message = String(error), code, requireStack }: Partial<ErrorLike> = isErrorLike(error) ? error : {};
  const place = at === undefined ? showFile(file) : `${showFile(at.file)}:${at.line}`;
  const options = { cause: error, details: { ...(at ?? { file }) } };
  const failure = { name, message, code, requireStack, place, file, thrownIn: at?.file, options };
  return (
    explainCircularImport(failure) ??
    explainMissingModule(failure) ??
    explainMissingDriver(failure) ??
    explainTopLevelAwait(failure) ??
    otherFailure(failure)
  );
}

function explainCircularImport({ message, place, options }: Failure): RemodelError | undefined {
  const [, name] = /^Cannot access '(.+)' before initialization$/.exec(message) ?? [];
  if (name !== undefined)
    return new RemodelError("MODELS_CIRCULAR", `${place} uses ${name} before it is initialized.`, {
      ...options,
      hint:
        `Where a property's type is ${name}, write Relation<${name}> ` +
        '(`import type { Relation } from "typeorm"`): it is removed at run time.',
    });
  if (!/^Class extends value undefined /.test(message)) return undefined;
  return new RemodelError("MODELS_CIRCULAR", `${place} extends a class that is not initialized yet.`, {
    ...options,
    hint: "Two files import each other. Import the base class directly from its file, not through an index file.",
  });
}

function explainMissingModule({ message, code, requireStack, file, options }: Failure): RemodelError | undefined {
  if (code !== "MODULE_NOT_FOUND") return undefined;
  const [, missing] = /^Cannot find module '(.+?)'/.exec(message) ?? [];
  if (missing === undefined) return undefined;
  return absent(missing, requireStack?.[0] ?? file, options);
}

function explainMissingDriver({ name, message, place, file, thrownIn, options }: Failure): RemodelError | undefined {
  if (name !== "DriverPackageNotInstalledError") return undefined;
  const [, driver] = /npm install (\S+?)[`"'.]*(?:\s|$)/.exec(message) ?? [];
  if (driver === undefined) return undefined;
  if (driver === "pg") return absent(driver, thrownIn ?? file, options);
  return new RemodelError("CONFIG_INVALID", `${place} creates a data source that needs the driver ${driver}.`, {
    ...options,
    hint: 'Only "postgres" is supported.',
  });
}

function explainTopLevelAwait({ code, place, options }: Failure): RemodelError | undefined {
  if (code !== "ERR_REQUIRE_ASYNC_MODULE") return undefined;
  return new RemodelError("MODULE_INVALID", `${place} imports a package that uses top-level await.`, {
    ...options,
    hint: "Import it with `await import(…)` where it is used.",
  });
}

function otherFailure({ message, place, options }: Failure): RemodelError {
  return new RemodelError("MODULE_INVALID", `${place} threw an error while it was loaded: ${message}`, {
    ...options,
    hint: "Correct that line, or add what is missing (an environment variable, a file). Then run the command again.",
  });
}

/**
 * Makes the error for an import of a package that is not installed, or of a file that does not exist.
 * @param name what is imported
 * @param from the file that imports it
 */
function absent(name: string, from: string, options: Failure["options"]): RemodelError {
  if (/^(?:\.|\/|[A-Z]:|file:)/.test(name))
    return new RemodelError("MODULE_INVALID", `${showFile(from)} imports "${name}", which does not exist.`, {
      ...options,
      hint: "Correct the import, or restore the file.",
    });
  return notInstalled(name, showFile(from), options);
}

/**
 * The error for a package that is not there.
 * @param name what is imported
 * @param by who needs it
 */
export function notInstalled(name: string, by: string, options: Partial<Failure["options"]> = {}): RemodelError {
  const id = /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
  return new RemodelError("PEER_MISSING", `The package ${id} is not installed (${by} needs it).`, {
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
  return isObject(error) && typeof error["message"] === "string";
}

/** Whether it is an error of this package, by name: the project may have another copy. */
export function isRemodelError(error: unknown): error is RemodelError {
  return isErrorLike(error) && error.name === "RemodelError";
}
