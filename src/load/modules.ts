import { existsSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin, Module, type SourceMap } from "node:module";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { defineConfig } from "../config.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import { type Compiler, createCompiler } from "./compile.ts";
import { createSources, type Sources } from "./compile-sources.ts";
import { showFile } from "./errors.ts";
import { createInterop } from "./interop.ts";
import { isObserved } from "./observers.ts";
import { resolvePackage } from "./package.ts";
import { readPlainCode } from "./plain-code.ts";
import { createFormat, createResolver, isAlias, isOurs, OWN_NAME, type Resolver } from "./resolve.ts";
import { readTsConfig, type TsConfig } from "./tsconfig.ts";
import { createTurns } from "./turns.ts";
import { runTypeormMigrations } from "./typeorm-runner.ts";
import { type CompiledCode, wrap } from "./wrap.ts";

/** The modules of one project that have been run, and what is needed to run more. */
export interface Modules {
  /** The absolute path of the project's folder. */
  readonly home: string;
  /** Requires packages from that folder. */
  readonly packages: NodeJS.Require;
  /** By file. A module is added before it runs, so that imports in a circle find it. */
  readonly byFile: Map<string, Module>;
  /** Files with top-level await that are still running. */
  readonly pending: Map<string, Promise<void>>;
  /** The project's files whose code has started. */
  readonly started: Set<string>;
  /** The code of files that are JavaScript but for a few types, by file; undefined for one that needs the compiler. */
  readonly plain: Map<string, CompiledCode | undefined>;
  /** The files of which such code has run: their lines need no source map. */
  readonly uncompiled: Set<string>;
  /** The source maps that were read, by their text: reading that of a large file takes a hundred times as long as a look into it. */
  readonly maps: Map<string, SourceMap>;
  /** The exports of compiled files. */
  readonly compiledExports: WeakSet<object>;
  /** Called after files, which are compiled and run without a pause: then signals are seen. */
  readonly takeTurn: () => Promise<void> | undefined;
  /** Set once code of the project has run while nothing observed what it reads. */
  unobserved?: true;
  /** Set once a file was given to the compiler. */
  compiled?: true;
  /** Absent until the first file is loaded: a command that only needs a package reads no tsconfig.json. */
  tools?: Tools;
}

interface Tools {
  readonly config: TsConfig;
  readonly resolve: Resolver;
  readonly isModule: (file: string) => boolean;
  readonly sources: Sources;
  readonly compiler: Compiler;
}

/** The exports of `import … from "typeorm-remodel"` in the project's files: this copy of the package, never a second one. */
const OWN = Object.freeze(
  Object.defineProperty({ defineConfig, runTypeormMigrations, RemodelError }, "__esModule", { value: true }),
);

/**
 * Makes an empty set of modules.
 * @param home the absolute path of the project's folder
 */
export function createModules(home: string): Modules {
  return {
    home,
    packages: createRequire(join(home, "_")),
    byFile: new Map(),
    pending: new Map(),
    started: new Set(),
    plain: new Map(),
    uncompiled: new Set(),
    maps: new Map(),
    compiledExports: new WeakSet([OWN]),
    takeTurn: createTurns(),
  };
}

/** Reads the project's tsconfig.json and makes the compiler, once. */
export function openTools(modules: Modules): Tools {
  if (!isObserved()) modules.unobserved = true;
  modules.tools ??= createTools(modules.home);
  return modules.tools;
}

function createTools(home: string): Tools {
  const config = readTsConfig(home);
  const resolve = createResolver(config);
  const isModule = createFormat();
  const sources = createSources(resolve, isModule);
  const compiler = createCompiler(home, sources, config.strictNullChecks);
  const metadata = resolvePackage("reflect-metadata", join(home, "_"));
  createRequire(import.meta.url)(metadata ?? "reflect-metadata");
  return { config, resolve, isModule, sources, compiler };
}

/**
 * Runs a file once. While it runs, a second call returns what it has exported so far.
 * @param file an absolute path without symbolic links
 * @param isEntry whether it may use top-level await; the promise is in `pending` then
 */
export function runFile(modules: Modules, file: string, isEntry: boolean): Module {
  const known = modules.byFile.get(file);
  if (known !== undefined) return known;
  const module = Object.assign(new Module(file), { exports: {}, filename: file, paths: [] });
  modules.byFile.set(file, module);
  try {
    if (extname(file) === ".json") module.exports = JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
    else if (isOurs(file)) execute(modules, module, file, isEntry);
    else module.exports = createRequire(file)(file);
  } catch (error) {
    modules.byFile.delete(file);
    throw error;
  }
  return module;
}

function execute(modules: Modules, module: Module, file: string, isEntry: boolean): void {
  modules.started.add(file);
  const { sources, isModule } = openTools(modules);
  const { compiled, built } = sources.read(file);
  const { code, awaits } = prepareCode(modules, file);
  if (awaits !== undefined && !isEntry) throw awaitInImported(file, awaits);
  const isCompiled = compiled || built !== undefined;
  if (isCompiled) modules.compiledExports.add(module.exports);
  const fromModule = built === undefined ? isModule(file) : built === "module";
  const interop = isCompiled ? createInterop(fromModule, modules.compiledExports) : module.exports;
  const result: unknown = Reflect.apply(code, interop, scope(modules, module, file));
  if (awaits !== undefined) modules.pending.set(file, forgetIfFailed(modules, result, file));
  module.loaded = true;
}

function prepareCode(modules: Modules, file: string): { readonly code: CompiledCode; readonly awaits?: number } {
  const { compiler, sources } = openTools(modules);
  const { text, compiled } = sources.read(file);
  if (!compiled) return { code: wrap(text, file) };
  const plain = findPlainCode(modules, file);
  if (plain !== undefined) {
    modules.uncompiled.add(file);
    return { code: plain };
  }
  const { code, awaits } = compiler.compile(file);
  return { code: wrap(code, file, { awaits: awaits !== undefined }), ...dropUndefined({ awaits }) };
}

/** Whether a file is compiled by TypeScript. */
export function needsCompiler(modules: Modules, file: string): boolean {
  const { sources } = openTools(modules);
  return isOurs(file) && sources.read(file).compiled && findPlainCode(modules, file) === undefined;
}

function findPlainCode(modules: Modules, file: string): CompiledCode | undefined {
  const { plain } = modules;
  const { sources } = openTools(modules);
  if (!plain.has(file)) plain.set(file, readPlain(sources.read(file).text, file));
  return plain.get(file);
}

/** Whether the text is JavaScript without its types, the engine says. If it is not, TypeScript says what is wrong with it. */
function readPlain(text: string, file: string): CompiledCode | undefined {
  const code = readPlainCode(text);
  try {
    return mapGiven(code, (text) => wrap(text, file, { strict: true }));
  } catch {
    return undefined;
  }
}

/**
 * Forgets a file that ran without the compiler: its module, its code and its text. If it is loaded again, it runs again.
 * @returns whether it is such a file
 */
export function forgetPlainFile(modules: Modules, file: string): boolean {
  if (!modules.uncompiled.has(file)) return false;
  modules.byFile.delete(file);
  modules.plain.delete(file);
  openTools(modules).sources.forget(file);
  return true;
}

async function forgetIfFailed(modules: Modules, result: unknown, file: string): Promise<void> {
  try {
    await result;
  } catch (error) {
    modules.byFile.delete(file);
    throw error;
  }
}

/** The values of the names that `wrap` puts into scope, in its order. */
function scope(modules: Modules, module: Module, file: string): readonly unknown[] {
  const require = createFileRequire(modules, file);
  const folder = dirname(file);
  const url = pathToFileURL(file).href;
  const resolve = (name: string) => pathToFileURL(require.resolve(name)).href;
  const meta = Object.assign(Object.create(null), { url, filename: file, dirname: folder, resolve });
  return [module.exports, require, require, module, file, folder, meta];
}

function createFileRequire(modules: Modules, file: string): NodeJS.Require {
  const native = () => createRequire(file); // slow, and seldom needed
  const require = (name: string): unknown => {
    if (name === OWN_NAME) return OWN;
    const found = find(modules, name, file);
    if (found === undefined) refuseMissing(modules, name, file);
    if (found === undefined) return native()(name);
    return isOurs(found) ? runFile(modules, found, false).exports : modules.packages(found);
  };
  const resolve = Object.assign((name: string) => find(modules, name, file) ?? native().resolve(name), {
    paths: (name: string) => native().resolve.paths(name),
  });
  return Object.assign(require, modules.packages, { resolve });
}

/** The file that an import means; undefined where Node has to find it. */
function find(modules: Modules, name: string, from: string): string | undefined {
  if (isBuiltin(name)) return undefined;
  return openTools(modules).resolve(name, from);
}

/** Node would look for a package; an alias or a folder of the project is none. */
function refuseMissing(modules: Modules, name: string, file: string): void {
  if (!isAlias(name, openTools(modules).config) && !isFolderOf(modules.home, name)) return;
  throw new RemodelError("MODULE_INVALID", `${showFile(file)} imports "${name}", but there is no such file.`, {
    hint: name.startsWith("#")
      ? 'Correct the import, or "imports" in package.json.'
      : 'Correct the import, or "paths" or "baseUrl" in tsconfig.json.',
    details: { file },
  });
}

/** Whether the project has a folder of the name before the slash, as in `src/models/shop`: then no package is meant. */
function isFolderOf(home: string, name: string): boolean {
  return /^[^./]+\//.test(name) && existsSync(join(home, name.split("/")[0] ?? ""));
}

function awaitInImported(file: string, line: number): RemodelError {
  return new RemodelError(
    "MODULE_INVALID",
    `${showFile(file)}:${line} uses top-level await, but another file imports it.`,
    {
      hint: "Only the data source file may use it. Move the await there, or into a function.",
      details: { file, line },
    },
  );
}
