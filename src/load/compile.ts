import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { ts as Ts } from "ts-morph";
import { openCache } from "./compile-cache.ts";
import { type CompiledFile, createProgram, EMIT_VERSION, type Program } from "./compile-program.ts";
import type { Source, Sources } from "./compile-sources.ts";

/** Makes JavaScript of the project's files; what it made before comes from the disk, without TypeScript. */
export interface Compiler {
  /** Takes files and all they reach as one program, so that many cost one program and not many. */
  readonly add: (files: readonly string[]) => void;
  /** The CommonJS of one file. */
  readonly compile: (file: string) => Compiled;
  /** The source map of one file, if it is still there. */
  readonly mapOf: (file: string) => string | undefined;
  /** Keeps on disk what is new. */
  readonly save: () => void;
}

/** One file's JavaScript, and the hash of all it was made from. */
type Compiled = Omit<CompiledFile, "map"> & { readonly fingerprint: string };

/** What is kept of a unit; only if its key is still right is all of it still right. */
interface Kept {
  readonly key: string;
  readonly outputs: Record<string, Compiled>;
}

type Maps = Record<string, { readonly fingerprint: string; readonly map: string }>;

interface Unit extends Kept {
  readonly name: string;
  readonly files: readonly Source[];
  /** JavaScript of an earlier state of the files. */
  readonly earlier: Record<string, Compiled>;
  readonly maps: Maps;
  program?: Program;
  changed?: boolean;
  /** Something in it does not compile: what was kept before is worth more. */
  broken?: boolean;
}

/** Opens the compiler of one project. */
export function createCompiler(folder: string, sources: Sources, strictNullChecks: boolean): Compiler {
  const cache = openCache(folder);
  const units = new Map<string, Unit>();
  const parsed = new Map<string, Ts.SourceFile>();
  const settings = JSON.stringify([versions(), EMIT_VERSION, strictNullChecks]);
  return { add, compile, mapOf, save };

  function add(files: readonly string[]): void {
    const fresh = files.filter((file) => !units.has(file)).sort();
    if (fresh.length === 0) return;
    const reached = sources.reach(fresh);
    const key = hash(reached.flatMap(({ file, text }) => [file, text]));
    const name = hash([settings, fresh[0] as string]);
    const kept = cache.read(name) as Kept | undefined;
    const [outputs, earlier] = kept?.key === key ? [kept.outputs, {}] : [{}, kept?.outputs ?? {}];
    const unit: Unit = { name, key, files: reached, outputs, earlier, maps: {} };
    for (const { file } of reached) if (!units.has(file)) units.set(file, unit);
  }

  function compile(file: string): Compiled {
    add([file]);
    const unit = units.get(file) as Unit;
    unit.outputs[file] ??= make(file, unit);
    return unit.outputs[file];
  }

  function make(file: string, unit: Unit): Compiled {
    unit.program ??= createProgram(unit.files, sources, strictNullChecks, parsed);
    unit.broken = true;
    const fingerprint = unit.program.fingerprint(file);
    const earlier = unit.earlier[file];
    const isKept = earlier?.fingerprint === fingerprint;
    const { map, ...output } = isKept ? { ...earlier, map: undefined } : { ...unit.program.emit(file), fingerprint };
    if (map !== undefined) unit.maps[file] = { fingerprint, map };
    unit.changed = true;
    unit.broken = false;
    return output;
  }

  function mapOf(file: string): string | undefined {
    const unit = units.get(file);
    const found = unit && (unit.maps[file] ?? keptMaps(unit)[file]);
    return found?.fingerprint === unit?.outputs[file]?.fingerprint ? found?.map : undefined;
  }

  function keptMaps(unit: Unit): Maps {
    return (cache.read(`${unit.name}.map`) ?? {}) as Maps;
  }

  function save(): void {
    for (const unit of new Set(units.values())) {
      if (!unit.changed || unit.broken) continue;
      unit.changed = false;
      const maps = Object.entries({ ...keptMaps(unit), ...unit.maps }).filter(([file]) => file in unit.outputs);
      cache.write(`${unit.name}.map`, Object.fromEntries(maps));
      cache.write(unit.name, { key: unit.key, outputs: unit.outputs } satisfies Kept);
    }
  }
}

function hash(parts: readonly string[]): string {
  const sha = createHash("sha1");
  for (const part of parts) sha.update(`${part}\0`);
  return sha.digest("hex");
}

let known: readonly string[] | undefined;

/** Our own version and that of the compiler, read without loading it. */
function versions(): readonly string[] {
  const { resolve } = createRequire(import.meta.url);
  known ??= [resolve("../../package.json"), resolve("ts-morph/package.json")].map(
    (file) => (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version,
  );
  return known;
}
