import { realpathSync } from "node:fs";
import { createRequire, isBuiltin, SourceMap } from "node:module";
import { join, resolve } from "node:path";
import { RemodelError } from "../errors.ts";
import { awaitCode } from "./awaited.ts";
import { emitFiles } from "./emit.ts";
import type { EmittedFile, Placement } from "./emitted-file.ts";
import { explain, locate, notInstalled, type SourceLocation, showFile } from "./errors.ts";
import { listLoaderNotes } from "./loader-notes.ts";
import { createModules, forgetPlainFile, type Modules, needsCompiler, openTools, runFile } from "./modules.ts";
import { resolvePackage } from "./package.ts";
import { forgetTypeScript } from "./typescript.ts";

/** What a file exports; for `module.exports = something`, that thing itself. */
export type Exports = Readonly<Record<string, unknown>>;

/** Runs the project's own files. */
export interface Loader {
  /**
   * Compiles and runs a file of the project, and returns its exports. A file runs once.
   * @throws RemodelError `MODULE_INVALID`, `MODELS_CIRCULAR`, `PEER_MISSING`
   */
  load(file: string): Promise<Exports>;
  /** The same for many files, compiled as one program. */
  loadAll(files: readonly string[]): Promise<readonly Exports[]>;
  /**
   * Runs a loaded file a second time; the files that it imports do not run again.
   * @returns what it exports this time; undefined if it has top-level await
   */
  loadAgain(file: string): Exports | undefined;
  /**
   * Forgets a loaded file that ran without the compiler, as a revision does that remodel wrote: a long history has thousands of
   * them. If it is loaded again, it runs again.
   * @returns its path as a stack has it; undefined if it is no such file
   */
  forget(file: string): string | undefined;
  /**
   * Lets signals be seen, if they had no turn for a while: to be called after code that nothing could interrupt. A single file gets no
   * turn by itself: what it exports may be a promise that fails, which its caller is about to await.
   * @param file what was loaded
   * @throws RemodelError `CANCELLED`
   */
  takeTurn(file: string): Promise<void>;
  /** Whether a file is compiled by TypeScript. */
  needsCompiler(file: string): boolean;
  /** Lets TypeScript go, which takes much memory. It is loaded again, in a quarter of a second, when a file needs it. */
  forgetCompiler(): void;
  /**
   * Resolves and requires a package as the project would: peers such as typeorm and pg.
   * @throws RemodelError `PEER_MISSING`
   */
  require(name: string): unknown;
  /** Makes CommonJS of files and of all that they import, see {@link emitFiles}. */
  emit(files: readonly string[], place: Placement): readonly EmittedFile[];
  /** What a person should know of how the files were read, see {@link listLoaderNotes}. */
  notes(): readonly string[];
  /** Whether code of the project has run while nothing observed what it reads. */
  ranUnobserved(): boolean;
  /** Finds the line of the project's code where an error was thrown; rewrites the error's stack to such lines too. */
  locate(error: unknown): SourceLocation | undefined;
}

/**
 * Makes a loader for the project in a folder. It keeps its modules to itself and changes nothing in Node's own loader.
 * @param folder where the search for packages and tsconfig.json starts; it goes upwards
 */
export function createLoader(folder: string): Loader {
  const modules = createModules(resolve(folder));
  return {
    load: (file) => load(modules, file),
    loadAll: (files) => loadAll(modules, files),
    loadAgain: (file) => loadAgain(modules, file),
    forget: (file) => forget(modules, file),
    takeTurn: (file) => takeTurn(modules, file),
    needsCompiler: (file) => needsCompiler(modules, realFile(resolve(modules.home, file))),
    forgetCompiler: forgetTypeScript,
    require: (name) => requirePeer(modules, name),
    emit: (files, place) => emitFiles(modules, files.map(realFile), (file) => place(file)),
    notes: () => listLoaderNotes(modules),
    ranUnobserved: () => modules.unobserved === true,
    locate: (error) => locateIn(modules, error),
  };
}

async function load(modules: Modules, file: string): Promise<Exports> {
  const real = realFile(resolve(modules.home, file));
  return await compileAndRun(modules, [real], () => runEntry(modules, real));
}

async function loadAll(modules: Modules, files: readonly string[]): Promise<readonly Exports[]> {
  const real = files.map((file) => realFile(resolve(modules.home, file)));
  return await compileAndRun(modules, real, async () => {
    const all: Exports[] = [];
    for (const file of real) {
      all.push(await runEntry(modules, file));
      await takeTurn(modules, file);
    }
    return all;
  });
}

async function takeTurn(modules: Modules, file: string): Promise<void> {
  const turn = modules.takeTurn();
  if (turn !== undefined) await awaitCode(showFile(file), turn);
}

async function compileAndRun<Result>(
  modules: Modules,
  files: readonly string[],
  run: () => Promise<Result>,
): Promise<Result> {
  const { compiler } = openTools(modules);
  try {
    const sources = files.filter((file) => needsCompiler(modules, file));
    if (sources.length > 0) modules.compiled = true;
    compiler.add(sources);
    return await run();
  } finally {
    compiler.save();
  }
}

function loadAgain(modules: Modules, file: string): Exports | undefined {
  const path = realFile(resolve(modules.home, file));
  const first = modules.byFile.get(path);
  if (first === undefined || modules.pending.has(path)) return undefined;
  modules.byFile.delete(path);
  try {
    return runFile(modules, path, true).exports;
  } finally {
    modules.byFile.set(path, first);
  }
}

function forget(modules: Modules, file: string): string | undefined {
  const path = realFile(resolve(modules.home, file));
  return forgetPlainFile(modules, path) ? path : undefined;
}

async function runEntry(modules: Modules, file: string): Promise<Exports> {
  try {
    const module = runFile(modules, file, true);
    const pending = modules.pending.get(file);
    if (pending !== undefined) await awaitCode(showFile(file), pending);
    return module.exports;
  } catch (error) {
    throw explain(error, file, locateIn(modules, error));
  }
}

function requirePeer({ home }: Modules, name: string): unknown {
  const from = join(home, "_");
  const found = resolvePackage(name, from);
  if (found === undefined && !isBuiltin(name)) throw notInstalled(name, "remodel");
  return createRequire(from)(found ?? name);
}

function locateIn(modules: Modules, error: unknown): SourceLocation | undefined {
  return locate(error, (position) => translate(modules, position));
}

function translate(modules: Modules, position: SourceLocation): SourceLocation | undefined {
  if (!modules.started.has(position.file)) return undefined;
  if (modules.uncompiled.has(position.file)) return position;
  const text = modules.tools?.compiler.mapOf(position.file);
  if (text === undefined) return position;
  const entry = readMap(modules, text).findEntry(position.line - 1, position.column - 1);
  if (!("originalLine" in entry)) return position;
  return { file: position.file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

function readMap({ maps }: Modules, text: string): SourceMap {
  const map = maps.get(text) ?? new SourceMap(JSON.parse(text));
  maps.set(text, map);
  return map;
}

function realFile(file: string): string {
  try {
    return realpathSync.native(file);
  } catch (cause) {
    throw new RemodelError("MODULE_INVALID", `${showFile(file)} cannot be read.`, {
      hint: "Restore the file, or correct its permissions.",
      cause,
      details: { file },
    });
  }
}
