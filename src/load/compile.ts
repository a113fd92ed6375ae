import { createRequire } from "node:module";
import type { ts as Ts } from "ts-morph";
import { collect } from "../collect.ts";
import { hashTexts } from "./cache-folder.ts";
import { type Cache, openCache } from "./compile-cache.ts";
import { type CompiledFile, createProgram, EMIT_VERSION, type Program } from "./compile-program.ts";
import type { Source, Sources } from "./compile-sources.ts";
import { createReach, hashReached, type Surface } from "./compile-surface.ts";
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
  /** By file, its surface, and the hash of the text that has it. */
  readonly surfaces: Readonly<Record<string, Surface & { readonly of: string }>>;
}

/** Source maps by file. */
type Maps = Record<string, { readonly fingerprint: string; readonly map: string }>;

/** Files that are compiled as one program. */
interface Unit extends Omit<CachedUnit, "surfaces"> {
  readonly name: string;
  surfaces: CachedUnit["surfaces"];
  readonly files: readonly Source[];
  /** JavaScript of an earlier state of the files. */
  readonly earlier: Readonly<Record<string, Compiled>>;
  readonly maps: Maps;
  /** The source maps of the cache, once they were read. */
  keptMaps?: Maps;
  /** What has to be compiled, once that was found out. */
  work?: Work;
  /** A file of it does not compile, so the cache keeps what it has. */
  broken?: boolean;
}

/** How the files of a unit are compiled. */
interface Work {
  /** By file, a hash of everything that its JavaScript depends on. */
  readonly fingerprints: ReadonlyMap<string, string>;
  readonly emit: Program["emit"];
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
  const key = hashTexts(files.flatMap(({ file, text }) => [file, text, sources.describeImports(file)]));
  const name = hashTexts([JSON.stringify([readVersions(), EMIT_VERSION, strictNullChecks]), first]);
  const kept = readCachedUnit(cache, name);
  const [outputs, earlier] = kept.key === key ? [kept.outputs, {}] : [{}, kept.outputs];
  const unit: Unit = { name, key, files, outputs, earlier, surfaces: kept.surfaces, maps: {} };
  for (const { file } of files) if (!units.has(file)) units.set(file, unit);
  return unit;
}

function compile(state: State, file: string): Compiled {
  const unit = state.units.get(file) ?? addUnit(state, file);
  unit.outputs[file] ??= make(state, unit, file);
  return unit.outputs[file];
}

function make(state: State, unit: Unit, file: string): Compiled {
  unit.work ??= prepare(state, unit);
  unit.broken = true;
  const output = reuseOrEmit(unit.work, unit, file);
  state.changed.add(unit);
  unit.broken = false;
  return output;
}

function reuseOrEmit(work: Work, { earlier, maps }: Unit, file: string): Compiled {
  const fingerprint = work.fingerprints.get(file) ?? "";
  const known = earlier[file];
  if (known?.fingerprint === fingerprint) return known;
  const { map, ...output } = work.emit(file);
  maps[file] = { fingerprint, map };
  return { ...output, fingerprint };
}

/** Finds out what has to be compiled. Only what has changed is parsed, with what its JavaScript depends on. */
function prepare({ sources, strictNullChecks, parsed }: State, unit: Unit): Work {
  const files = unit.files.flatMap(({ file, compiled }) => collect(compiled && file));
  const program = (of: readonly string[]) => createProgram(of, sources, strictNullChecks, parsed);
  unit.surfaces = readSurfaces(unit, files, sources, program);
  const { importsOf, imported, describeImports } = sources;
  const textOf = (file: string) => sources.read(file).text;
  const compiled = { surfaces: new Map(Object.entries(unit.surfaces)), textOf, importsOf, imported, describeImports };
  const reach = createReach(compiled);
  const fingerprints = new Map(files.map((file) => [file, hashReached(compiled, reach(file))]));
  const isCompiled = (file: string) =>
    (unit.outputs[file] ?? unit.earlier[file])?.fingerprint === fingerprints.get(file);
  const listRead = () => {
    const changed = files.filter((file) => !isCompiled(file));
    return [...new Set(changed.flatMap((file) => [...reach(file).keys()]))].sort();
  };
  let made: Program | undefined;
  return {
    fingerprints,
    emit: (file) => {
      made ??= program(listRead());
      return made.emit(file);
    },
  };
}

function readSurfaces(
  { surfaces }: Unit,
  files: readonly string[],
  sources: Sources,
  program: (files: readonly string[]) => Program,
): CachedUnit["surfaces"] {
  const texts = files.map((file) => [file, hashTexts([sources.read(file).text])] as const);
  const changed = texts.filter(([file, of]) => surfaces[file]?.of !== of);
  if (changed.length === 0) return surfaces;
  const { readSurface } = program(changed.map(([file]) => file));
  const found = new Map(changed.map(([file, of]) => [file, { of, ...readSurface(file) }]));
  const all = texts.flatMap(([file]) => {
    const surface = found.get(file) ?? surfaces[file];
    return collect(surface !== undefined && ([file, surface] as const));
  });
  return Object.fromEntries(all);
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
    delete unit.work;
    parsed.clear();
    const maps = Object.entries({ ...readMaps(cache, unit), ...unit.maps }).filter(([file]) => file in unit.outputs);
    cache.write(`${unit.name}.map`, Object.fromEntries(maps));
    const { key, outputs, surfaces } = unit;
    cache.write(unit.name, { key, outputs, surfaces } satisfies CachedUnit);
  }
}

function readCachedUnit(cache: Cache, name: string): CachedUnit {
  const value = cache.read(name);
  return isCachedUnit(value) ? value : { key: "", outputs: {}, surfaces: {} };
}

function isCachedUnit(value: unknown): value is CachedUnit {
  if (!isObject(value) || typeof value["key"] !== "string") return false;
  return isObject(value["outputs"]) && isObject(value["surfaces"]);
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

let versions: readonly string[] | undefined;

/** Reads our own version, and that of the compiler without loading it. */
export function readVersions(): readonly string[] {
  versions ??= [readOwnVersion(), readPackageVersion(createRequire(import.meta.url).resolve("ts-morph/package.json"))];
  return versions;
}
