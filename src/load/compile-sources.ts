import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { dropUndefined } from "../given.ts";
import { hashTexts } from "./cache-folder.ts";
import { isOurs, isTypeScript, type Resolver } from "./resolve.ts";

/** A file of the project, as it is on disk. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** Whether TypeScript compiles it to CommonJS. */
  readonly compiled: boolean;
  /** Set for the JavaScript of `remodel build`: what its source was. */
  readonly built?: Built;
}

/** Which imports a compiled file has: those of an ES module, or those of CommonJS. */
export type Built = "module" | "commonjs";

/** The first line of the JavaScript of `remodel build`. */
export function describeBuilt(built: Built): string {
  return `// remodel build: ${built}`;
}

const KINDS_OF_BUILT: readonly Built[] = ["module", "commonjs"];

/** The project's files, each read once. */
export interface Sources {
  readonly read: (file: string) => Source;
  /** Forgets a file. It is read again when it is needed. */
  readonly forget: (file: string) => void;
  /** Returns these files and everything they import that decides how they compile, sorted. */
  readonly reach: (roots: readonly string[]) => readonly Source[];
  /** Returns the files that a file imports, of those that TypeScript reads. */
  readonly importsOf: (file: string) => readonly string[];
  /** The same for one of its imports, as it is written. */
  readonly imported: (specifier: string, from: string) => string | undefined;
  /** Another hash for each set of files that the imports of a file mean. */
  readonly describeImports: (file: string) => string;
}

/** The imports of a file that mean files which TypeScript reads. */
interface Imports {
  /** By what an import says, the file that it means. */
  readonly meant: ReadonlyMap<string, string>;
  /** These files, each once. */
  readonly files: readonly string[];
  /** A hash of `meant`. */
  readonly hash: string;
}

interface State {
  readonly resolve: Resolver;
  readonly isModule: (file: string) => boolean;
  readonly sources: Map<string, Source>;
  readonly imports: Map<string, Imports>;
}

/** Matches what may be between the words of an import. */
const SPACE = String.raw`(?:\s|/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*\n)*`;

/**
 * Matches imports, and modules to which a file adds declarations. Those in comments match too, which does no harm; one that it does
 * not match is found when the code runs, and means nothing to TypeScript.
 */
const IMPORT = new RegExp(
  String.raw`\b(?:from|module|(?:import|require)(?:${SPACE}\()?)${SPACE}("(?:[^"\\\n]|\\.)+"|'(?:[^'\\\n]|\\.)+')`,
  "g",
);

/** Makes a reader of a project's files. */
export function createSources(resolve: Resolver, isModule: (file: string) => boolean): Sources {
  const state: State = { resolve, isModule, sources: new Map(), imports: new Map() };
  return {
    read: (file) => read(state, file),
    forget: (file) => forget(state, file),
    reach: (roots) => reach(state, roots),
    importsOf: (file) => readImports(state, file).files,
    imported: (specifier, from) => readImports(state, from).meant.get(specifier),
    describeImports: (file) => readImports(state, file).hash,
  };
}

function read(state: State, file: string): Source {
  const known = state.sources.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(file, "utf8")
    .replace(/^\uFEFF/, "")
    .replace(/^#!/, "//");
  const built = KINDS_OF_BUILT.find((one) => text.startsWith(`${describeBuilt(one)}\n`));
  const compiled = built === undefined && (isTypeScript(file) || isModuleCode(state, file, text));
  const source = { file, text, compiled, ...dropUndefined({ built }) };
  state.sources.set(file, source);
  return source;
}

function forget({ sources, imports }: State, file: string): void {
  sources.delete(file);
  imports.delete(file);
}

function isModuleCode({ isModule }: State, file: string, text: string): boolean {
  if (![".js", ".mjs", ".jsx"].includes(extname(file))) return false;
  return isModule(file) || /^\s*(?:import|export)\b/m.test(text);
}

function resolveImport(state: State, specifier: string, from: string): string | undefined {
  const file = state.resolve(specifier, from);
  if (file === undefined || !isOurs(file) || !read(state, file).compiled) return undefined;
  return file;
}

/** An index file may import all others, and all of them may ask about it. */
function readImports(state: State, file: string): Imports {
  const known = state.imports.get(file);
  if (known !== undefined) return known;
  const meant = findImports(state, file);
  const imports = { meant, files: [...new Set(meant.values())], hash: hashTexts([...meant].flat()) };
  state.imports.set(file, imports);
  return imports;
}

function findImports(state: State, file: string): ReadonlyMap<string, string> {
  const { text, compiled } = read(state, file);
  const found = new Map<string, string>();
  for (const [, quoted = ""] of compiled ? text.matchAll(IMPORT) : []) {
    const specifier = quoted.slice(1, -1).replace(/\\(.)/g, "$1");
    const target = resolveImport(state, specifier, file);
    if (target !== undefined) found.set(specifier, target);
  }
  return found;
}

function reach(state: State, roots: readonly string[]): readonly Source[] {
  const reached = new Set(roots);
  for (const file of reached) for (const target of readImports(state, file).files) reached.add(target);
  return [...reached].sort().map((file) => read(state, file));
}
