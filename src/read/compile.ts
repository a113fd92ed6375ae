import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { ts as Ts } from "ts-morph";
import { openCache } from "./compile-cache.ts";
import { createProgram, EMIT_VERSION, type Emit, type Output } from "./compile-program.ts";
import type { Source, Sources } from "./compile-sources.ts";

/** Makes JavaScript of the project's files; what it made before comes from the disk, without TypeScript. */
export interface Compiler {
  /** Takes files and all they reach as one program, so that many cost one program and not many. */
  readonly add: (files: readonly string[]) => void;
  /** The CommonJS of one file. */
  readonly compile: (file: string) => Omit<Output, "map">;
  /** The source map of one file, if it is still there. */
  readonly mapOf: (file: string) => string | undefined;
  /** Keeps on disk what is new. */
  readonly save: () => void;
}

type Outputs = Record<string, Omit<Output, "map">>;
type Maps = Record<string, string>;

interface Unit {
  readonly key: string;
  readonly files: readonly Source[];
  readonly outputs: Outputs;
  readonly maps: Maps;
  emit?: Emit;
  changed?: boolean;
}

/** Opens the compiler of one project. */
export function createCompiler(folder: string, sources: Sources, strictNullChecks: boolean): Compiler {
  const cache = openCache(folder);
  const units = new Map<string, Unit>();
  const parsed = new Map<string, Ts.SourceFile>();
  return { add, compile, mapOf, save };

  function add(files: readonly string[]): void {
    const fresh = files.filter((file) => !units.has(file));
    if (fresh.length === 0) return;
    const reached = sources.reach(fresh);
    const key = keyOf(reached, strictNullChecks);
    const unit: Unit = { key, files: reached, outputs: (cache.read(key) ?? {}) as Outputs, maps: {} };
    for (const { file } of reached) if (!units.has(file)) units.set(file, unit);
  }

  function compile(file: string): Omit<Output, "map"> {
    add([file]);
    const unit = units.get(file) as Unit;
    const known = unit.outputs[file];
    if (known !== undefined) return known;
    unit.emit ??= createProgram(unit.files, sources, strictNullChecks, parsed);
    const { map, ...output } = unit.emit(file);
    unit.outputs[file] = output;
    unit.maps[file] = map;
    unit.changed = true;
    return output;
  }

  function mapOf(file: string): string | undefined {
    const unit = units.get(file);
    return unit && (unit.maps[file] ?? (cache.read(`${unit.key}.map`) as Maps | undefined)?.[file]);
  }

  function save(): void {
    for (const unit of new Set(units.values())) {
      if (unit.changed !== true) continue;
      unit.changed = false;
      cache.write(`${unit.key}.map`, { ...(cache.read(`${unit.key}.map`) as Maps | undefined), ...unit.maps });
      cache.write(unit.key, unit.outputs);
    }
  }
}

function keyOf(files: readonly Source[], strictNullChecks: boolean): string {
  const hash = createHash("sha1").update(JSON.stringify([versions(), EMIT_VERSION, strictNullChecks]));
  for (const { file, text } of files) hash.update(`\0${file}\0${text}`);
  return hash.digest("hex");
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
