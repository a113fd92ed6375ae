import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { isOurs, isTypeScript, type Resolver } from "./resolve.ts";

/** A file of the project as it stands on disk. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** Whether TypeScript has to make CommonJS of it. */
  readonly compiled: boolean;
}

/** The project's files, each read once. */
export interface Sources {
  readonly read: (file: string) => Source;
  /** These files and everything they import that decides how they compile, sorted. */
  readonly reach: (roots: readonly string[]) => readonly Source[];
  /** What a file imports, of the files that TypeScript reads. */
  readonly importsOf: (file: string) => readonly string[];
  /** The file that an import means, if it is one that TypeScript reads. */
  readonly imported: (specifier: string, from: string) => string | undefined;
}

/** May find more than there is (in comments), which costs nothing; what it misses is found when the code runs. */
const IMPORT = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*(["'])([^"'\n]+)\1/g;

/** Reads the files of a project. */
export function createSources(resolve: Resolver, isModule: (file: string) => boolean): Sources {
  const sources = new Map<string, Source>();
  const links = new Map<string, readonly string[]>();
  return { read, reach, importsOf, imported };

  function read(file: string): Source {
    const known = sources.get(file);
    if (known !== undefined) return known;
    const text = readFileSync(file, "utf8")
      .replace(/^\uFEFF/, "")
      .replace(/^#!/, "//");
    const source = { file, text, compiled: isTypeScript(file) || needsCompiling(file, text) };
    sources.set(file, source);
    return source;
  }

  function needsCompiling(file: string, text: string): boolean {
    if (![".js", ".mjs", ".jsx"].includes(extname(file))) return false;
    return isModule(file) || /^\s*(?:import|export)\b/m.test(text);
  }

  function imported(specifier: string, from: string): string | undefined {
    const file = resolve(specifier, from);
    return file !== undefined && isOurs(file) && read(file).compiled ? file : undefined;
  }

  function importsOf(file: string): readonly string[] {
    const known = links.get(file);
    if (known !== undefined) return known;
    const { text, compiled } = read(file);
    if (!compiled) return [];
    const found = new Set<string>();
    for (const [, , specifier = ""] of text.matchAll(IMPORT)) {
      const target = imported(specifier, file);
      if (target !== undefined) found.add(target);
    }
    links.set(file, [...found]);
    return [...found];
  }

  function reach(roots: readonly string[]): readonly Source[] {
    const reached = new Set(roots);
    for (const file of reached) for (const target of importsOf(file)) reached.add(target);
    return [...reached].sort().map(read);
  }
}
