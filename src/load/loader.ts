import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire, isBuiltin, Module, SourceMap } from "node:module";
import { resolve as absolute, dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { defineConfig } from "../config.ts";
import { RemodelError } from "../errors.ts";
import { type Compiler, createCompiler } from "./compile.ts";
import { createSources, type Sources } from "./compile-sources.ts";
import { absent, explain, locate, type SourceLocation, shown } from "./errors.ts";
import { createInterop } from "./interop.ts";
import { resolvePackage } from "./package.ts";
import { createFormat, createResolver, isAlias, isOurs, OWN_NAME, type Resolver } from "./resolve.ts";
import { readTsConfig, type TsConfig } from "./tsconfig.ts";
import { wrap } from "./wrap.ts";

/** What a file exports; for `module.exports = something`, that thing itself. */
export type Exports = Readonly<Record<string, unknown>>;

/** Runs the project's own files. */
export interface Loader {
  /**
   * Compiles and runs a file of the project, gives its exports. A file runs once.
   * @throws RemodelError `MODULE_INVALID`, `MODELS_CIRCULAR`, `PEER_MISSING`
   */
  load(file: string): Promise<Exports>;
  /** The same for many files, compiled in one go. */
  loadAll(files: readonly string[]): Promise<readonly Exports[]>;
  /**
   * Runs a file that was loaded before once more; what it imports is not run again.
   * @returns what it exports this time; nothing if it has top-level await
   */
  loadAgain(file: string): Exports | undefined;
  /**
   * Resolves and requires a package as the project would: peers such as typeorm and pg.
   * @throws RemodelError `PEER_MISSING`
   */
  require(name: string): unknown;
  /** The line of the project's code that an error comes from; turns the error's stack to the project's lines too. */
  locate(error: unknown): SourceLocation | undefined;
}

interface Tools {
  readonly config: TsConfig;
  readonly resolve: Resolver;
  readonly isModule: (file: string) => boolean;
  readonly sources: Sources;
  readonly compiler: Compiler;
}

/** What `import … from "typeorm-remodel"` gives to the project's files: this copy of us, never a second one. */
const OWN = Object.freeze(Object.defineProperty({ defineConfig, RemodelError }, "__esModule", { value: true }));

/**
 * Makes a loader for the project in a folder. It keeps its modules to itself: nothing in Node's own loader is changed.
 * @param folder where packages and tsconfig.json are looked for, upwards
 */
export function createLoader(folder: string): Loader {
  const home = absolute(folder);
  const packages = createRequire(join(home, "_"));
  const modules = new Map<string, Module>();
  const pending = new Map<string, Promise<void>>();
  const known = new Set<string>();
  const ours = new WeakSet<object>([OWN]);
  let tools: Tools | undefined;
  return { load, loadAll, loadAgain, require: peer, locate: (error) => locate(error, translate) };

  async function load(file: string): Promise<Exports> {
    return (await loadAll([file]))[0] as Exports;
  }

  async function loadAll(files: readonly string[]): Promise<readonly Exports[]> {
    tools ??= open();
    const all: Exports[] = [];
    const real = files.map((file) => realFile(absolute(home, file)));
    try {
      tools.compiler.add(real.filter(isOurs));
      for (const file of real) all.push(await attempt(file));
    } finally {
      tools.compiler.save();
    }
    return all;
  }

  function loadAgain(file: string): Exports | undefined {
    const path = realFile(absolute(home, file));
    const first = modules.get(path);
    if (first === undefined || pending.has(path)) return undefined;
    modules.delete(path);
    try {
      return run(path, true).exports as Exports;
    } finally {
      modules.set(path, first);
    }
  }

  async function attempt(file: string): Promise<Exports> {
    try {
      const module = run(file, true);
      await pending.get(file);
      return module.exports as Exports;
    } catch (error) {
      throw explain(error, file, locate(error, translate));
    }
  }

  function open(): Tools {
    const config = readTsConfig(home);
    const resolve = createResolver(config);
    const isModule = createFormat();
    const sources = createSources(resolve, isModule);
    const compiler = createCompiler(home, sources, config.strictNullChecks);
    const metadata = resolvePackage("reflect-metadata", join(home, "_"));
    createRequire(import.meta.url)(metadata ?? "reflect-metadata");
    return { config, resolve, isModule, sources, compiler };
  }

  /** Runs a file, or gives what it exports so far if it is running. An entry may use top-level await. */
  function run(file: string, entry = false): Module {
    const started = modules.get(file);
    if (started !== undefined) return started;
    const module = Object.assign(new Module(file), { filename: file, paths: [] });
    modules.set(file, module);
    try {
      if (extname(file) === ".json") module.exports = JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
      else if (isOurs(file)) execute(module, file, entry);
      else module.exports = createRequire(file)(file);
    } catch (error) {
      modules.delete(file);
      throw error;
    }
    return module;
  }

  function execute(module: Module, file: string, entry: boolean): void {
    const { compiler, sources, isModule } = tools as Tools;
    known.add(file);
    const { text, compiled } = sources.read(file);
    const { code, awaits } = compiled ? compiler.compile(file) : { code: text, awaits: undefined };
    if (awaits !== undefined && !entry) throw awaiting(file, awaits);
    if (compiled) ours.add(module.exports);
    const interop = compiled ? createInterop(isModule(file), ours) : module.exports;
    const result = wrap(code, file, awaits !== undefined).call(interop, ...scopeOf(module, file));
    if (awaits !== undefined) pending.set(file, forgetting(result, file));
    module.loaded = true;
  }

  async function forgetting(result: unknown, file: string): Promise<void> {
    try {
      await result;
    } catch (error) {
      modules.delete(file);
      throw error;
    }
  }

  function scopeOf(module: Module, file: string): unknown[] {
    const require = requireOf(file);
    const folder = dirname(file);
    const url = pathToFileURL(file).href;
    const resolve = (name: string) => pathToFileURL(require.resolve(name)).href;
    const meta = Object.assign(Object.create(null), { url, filename: file, dirname: folder, resolve });
    return [module.exports, require, require, module, file, folder, meta];
  }

  function requireOf(file: string): NodeJS.Require {
    const native = () => createRequire(file); // dear, and seldom needed
    const { resolve, config } = tools as Tools;
    const find = (name: string) => (isBuiltin(name) ? undefined : resolve(name, file));
    const require = (name: string): unknown => {
      if (name === OWN_NAME) return OWN;
      const found = find(name);
      if (found === undefined && (isAlias(name, config) || isFolderOf(home, name))) throw unresolved(name, file);
      if (found === undefined) return native()(name);
      return isOurs(found) ? run(found).exports : packages(found);
    };
    const resolveName = Object.assign((name: string) => find(name) ?? native().resolve(name), {
      paths: (name: string) => native().resolve.paths(name),
    });
    return Object.assign(require, packages, { resolve: resolveName });
  }

  function peer(name: string): unknown {
    const from = join(home, "_");
    const found = resolvePackage(name, from);
    if (found === undefined && !isBuiltin(name)) throw absent(name, home);
    return createRequire(from)(found ?? name);
  }

  function translate(position: SourceLocation): SourceLocation | undefined {
    if (!known.has(position.file)) return undefined;
    const map = tools?.compiler.mapOf(position.file);
    if (map === undefined) return position;
    const entry = new SourceMap(JSON.parse(map)).findEntry(position.line - 1, position.column - 1);
    if (!("originalLine" in entry)) return position;
    return { file: position.file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  }
}

function awaiting(file: string, line: number): RemodelError {
  return new RemodelError(
    "MODULE_INVALID",
    `${shown(file)}:${line} uses top-level await, but another file imports it.`,
    {
      hint: "Only the data source file may use it. Move the await there, or into a function.",
      details: { file, line },
    },
  );
}

function realFile(file: string): string {
  try {
    return realpathSync.native(file);
  } catch (cause) {
    throw new RemodelError("MODULE_INVALID", `${shown(file)} cannot be read.`, {
      hint: "Restore the file, or correct its permissions.",
      cause,
      details: { file },
    });
  }
}

/** `src/models/shop` without a base: there is a folder of that name, so no package is meant. */
function isFolderOf(home: string, name: string): boolean {
  return /^[^./]+\//.test(name) && existsSync(join(home, name.split("/")[0] ?? ""));
}

function unresolved(name: string, file: string): RemodelError {
  return new RemodelError("MODULE_INVALID", `${shown(file)} imports "${name}", but there is no such file.`, {
    hint: name.startsWith("#")
      ? 'Correct the import, or "imports" in package.json.'
      : 'Correct the import, or "paths" or "baseUrl" in tsconfig.json.',
    details: { file },
  });
}
