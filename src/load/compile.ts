import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import type { ts as Ts } from "ts-morph";
import { type Cache, openCache } from "./compile-cache.ts";
import { type CompiledFile, createProgram, EMIT_VERSION, type Program } from "./compile-program.ts";
import type { Source, Sources } from "./compile-sources.ts";
import { isObject } from "./objects.ts";
import { readOwnVersion, readPackageVersion } from "./own-version.ts";

/** Makes JavaScript of the project's files; what is in the cache on disk needs no TypeScript. */
export interface Compiler {
  /** Takes files and all that they import as one program, so that many files cost one program and not many. */
  readonly add: (files: readonly string[]) => void;
  /** Returns the CommonJS of one file. */
  readonly compile: (file: string) => Compiled;
  /** Returns the source map of one file, if the cache still has it. */
  readonly mapOf: (file: string) => string | undefined;
  /** Writes what is new into the cache. */
  readonly save: () => void;
}

/** One file's JavaScript, and the hash of all it was made from. */
type Compiled = Omit<CompiledFile, "map"> & { readonly fingerprint: string };

/** What the cache keeps of a unit. If the key is still right, all outputs are. */
interface CachedUnit {
  readonly key: string;
  readonly outputs: Record<string, Compiled>;
}

/** Source maps by file. */
type Maps = Record<string, { readonly fingerprint: string; readonly map: string }>;

/** Files that are compiled as one program. */
interface Unit extends CachedUnit {
  readonly name: string;
  readonly files: readonly Source[];
  /** JavaScript of an earlier state of the files. */
  readonly earlier: Readonly<Record<string, Compiled>>;
  readonly maps: Maps;
  /** The source maps of the cache, once they were read. */
  keptMaps?: Maps;
  program?: Program;
  /** A file of it does not compile, so the cache keeps what it has. */
  broken?: boolean;
}

interface State {
  readonly sources: Sources;
  readonly strictNullChecks: boolean;
  readonly cache: Cache;
  /** By file. */
  readonly units: Map<string, Unit>;
  /** Those with something new. */
  readonly changed: Set<Unit>;
  /** Syntax trees by file, shared between programs. */
  readonly parsed: Map<string, Ts.SourceFile>;
}

/** Opens the compiler of one project. */
export function createCompiler(folder: string, sources: Sources, strictNullChecks: boolean): Compiler {
  const state: State = {
    sources,
    strictNullChecks,
    cache: openCache(folder),
    units: new Map(),
    changed: new Set(),
    parsed: new Map(),
  };
  return {
    add: (files) => add(state, files),
    compile: (file) => compile(state, file),
    mapOf: (file) => findMap(state, file),
    save: () => save(state),
  };
}

function add(state: State, files: readonly string[]): void {
  const [first, ...others] = files.filter((file) => !state.units.has(file)).sort();
  if (first !== undefined) addUnit(state, first, others);
}

function addUnit(state: State, first: string, others: readonly string[] = []): Unit {
  const { sources, strictNullChecks, cache, units } = state;
  const files = sources.reach([first, ...others]);
  const key = hash(files.flatMap(({ file, text }) => [file, text]));
  const name = hash([JSON.stringify([readVersions(), EMIT_VERSION, strictNullChecks]), first]);
  const kept = readCachedUnit(cache, name);
  const [outputs, earlier] = kept.key === key ? [kept.outputs, {}] : [{}, kept.outputs];
  const unit: Unit = { name, key, files, outputs, earlier, maps: {} };
  for (const { file } of files) if (!units.has(file)) units.set(file, unit);
  return unit;
}

function compile(state: State, file: string): Compiled {
  const unit = state.units.get(file) ?? addUnit(state, file);
  unit.outputs[file] ??= make(state, unit, file);
  return unit.outputs[file];
}

function make({ sources, strictNullChecks, parsed, changed }: State, unit: Unit, file: string): Compiled {
  unit.program ??= createProgram(unit.files, sources, strictNullChecks, parsed);
  unit.broken = true;
  const output = reuseOrEmit(unit.program, unit, file);
  changed.add(unit);
  unit.broken = false;
  return output;
}

function reuseOrEmit(program: Program, { earlier, maps }: Unit, file: string): Compiled {
  const fingerprint = program.fingerprint(file);
  const known = earlier[file];
  if (known?.fingerprint === fingerprint) return known;
  const { map, ...output } = program.emit(file);
  maps[file] = { fingerprint, map };
  return { ...output, fingerprint };
}

function findMap({ cache, units }: State, file: string): string | undefined {
  const unit = units.get(file);
  if (unit === undefined) return undefined;
  const found = unit.maps[file] ?? readMaps(cache, unit)[file];
  if (found?.fingerprint !== unit.outputs[file]?.fingerprint) return undefined;
  return found?.map;
}

/** Keeps what is new, and drops the syntax trees, which take more memory than all else. */
function save({ cache, changed, parsed }: State): void {
  for (const unit of changed) {
    if (unit.broken) continue;
    changed.delete(unit);
    delete unit.program;
    parsed.clear();
    const maps = Object.entries({ ...readMaps(cache, unit), ...unit.maps }).filter(([file]) => file in unit.outputs);
    cache.write(`${unit.name}.map`, Object.fromEntries(maps));
    cache.write(unit.name, { key: unit.key, outputs: unit.outputs } satisfies CachedUnit);
  }
}

function readCachedUnit(cache: Cache, name: string): CachedUnit {
  const value = cache.read(name);
  return isCachedUnit(value) ? value : { key: "", outputs: {} };
}

function isCachedUnit(value: unknown): value is CachedUnit {
  return isObject(value) && typeof value["key"] === "string" && isObject(value["outputs"]);
}

function readMaps(cache: Cache, unit: Unit): Maps {
  if (unit.keptMaps === undefined) {
    const value = cache.read(`${unit.name}.map`);
    unit.keptMaps = areMaps(value) ? value : {};
  }
  return unit.keptMaps;
}

function areMaps(value: unknown): value is Maps {
  return isObject(value) && Object.values(value).every(isObject);
}

function hash(parts: readonly string[]): string {
  const sha = createHash("sha1");
  for (const part of parts) sha.update(`${part}\0`);
  return sha.digest("hex");
}

let versions: readonly string[] | undefined;

/** Reads our own version, and that of the compiler without loading it. */
export function readVersions(): readonly string[] {
  versions ??= [readOwnVersion(), readPackageVersion(createRequire(import.meta.url).resolve("ts-morph/package.json"))];
  return versions;
}
