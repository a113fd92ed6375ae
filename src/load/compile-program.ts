import { existsSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import type { ts as Ts } from "ts-morph";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import type { Sources } from "./compile-sources.ts";
import { readSurface, type Surface } from "./compile-surface.ts";
import { requireTypeScript, type TypeScript } from "./typescript.ts";

/** JavaScript made of one file, and the way back to its lines. */
export interface CompiledFile {
  readonly code: string;
  readonly map: string;
  /** The line of the first `await` outside of all functions. */
  readonly awaits?: number;
}

/** Files of the project, parsed by TypeScript. */
export interface Program {
  /** Compiles one of them. */
  readonly emit: (file: string) => CompiledFile;
  readonly readSurface: (file: string) => Surface;
}

/**
 * Raise it whenever a change gives other JavaScript for the same source, or finds more that this depends on: it is part of the
 * cache's key.
 */
export const EMIT_VERSION = 3;

/** Names that compiled code has in its scope, see wrap.ts. */
export const IMPORT_META = "__importMeta";
export const REQUIRE = "__require";

/** Types of TypeScript's library that can decide the metadata of a property. */
const LIBRARY = "/remodel-library.d.ts";
const LIBRARY_TEXT = `
interface Array<T> { [index: number]: T }
interface ReadonlyArray<T> { readonly [index: number]: T }
type Partial<T> = { [P in keyof T]?: T[P] };
type Required<T> = { [P in keyof T]-?: T[P] };
type Readonly<T> = { readonly [P in keyof T]: T[P] };
type Pick<T, K extends keyof T> = { [P in K]: T[P] };
type Record<K extends keyof any, T> = { [P in K]: T };
type Exclude<T, U> = T extends U ? never : T;
type Extract<T, U> = T extends U ? T : never;
type Omit<T, K extends keyof any> = Pick<T, Exclude<keyof T, K>>;
type NonNullable<T> = T & {};
type Parameters<T extends (...args: any) => any> = T extends (...args: infer P) => any ? P : never;
type ReturnType<T extends (...args: any) => any> = T extends (...args: any) => infer R ? R : any;
`;

/** Matches the metadata of an imported type that may be a value, with the name that TypeScript has given to its module. */
const TYPE_OF_IMPORT = /\btypeof \(_\w+ = (?:\(_\w+ = )?typeof (\w+_\d+)\./g;

/** Matches the first line of the JavaScript of a module. What is added to it moves no line. */
const USE_STRICT = /^"use strict";$/m;

const OWN_REQUIRE = /\b(?:const|let|var|function)\s+require\b/;

/**
 * Makes one program of files of the project alone: neither TypeScript's library nor any package's types are read, which
 * gives the same decorator metadata as tsc (measured) in a fraction of its time. All files become CommonJS, ES modules
 * too: CommonJS looks imports up when they are used, so classes may refer to each other in circles.
 * @param files the files to compile, and all that their JavaScript depends on; what else they import is not read
 * @param parsed syntax trees to share between programs
 * @throws RemodelError `MODULE_INVALID` from `emit`, with file, line and column
 */
export function createProgram(
  files: readonly string[],
  sources: Sources,
  strictNullChecks: boolean,
  parsed: Map<string, Ts.SourceFile>,
): Program {
  const ts = requireTypeScript();
  const options = { ...compilerOptions(ts), strictNullChecks };
  const host = createHost(ts, { files: new Set(files), sources, parsed });
  const program = ts.createProgram({ rootNames: [LIBRARY, ...files], options, host });
  const treeOf = (file: string) => {
    const tree = program.getSourceFile(file);
    if (tree === undefined) throw new Error(`${file} is not in the program`);
    return tree;
  };
  return {
    emit: (file) => emit(ts, program, treeOf(file)),
    readSurface: (file) => readSurface(ts, treeOf(file)),
  };
}

function compilerOptions(ts: TypeScript): Ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    ignoreDeprecations: "6.0",
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    esModuleInterop: true,
    useDefineForClassFields: false,
    strict: false,
    noLib: true,
    types: [],
    noCheck: true,
    allowJs: true,
    jsx: ts.JsxEmit.ReactJSX,
    sourceMap: true,
    outDir: "/remodel-output",
    allowImportingTsExtensions: true,
    preserveConstEnums: true,
  };
}

/** What a program may read. */
interface Readable {
  readonly files: ReadonlySet<string>;
  readonly sources: Sources;
  readonly parsed: Map<string, Ts.SourceFile>;
}

function createHost(ts: TypeScript, readable: Readable): Ts.CompilerHost {
  const { files, parsed } = readable;
  return {
    getSourceFile(file, version) {
      if (file !== LIBRARY && !files.has(file)) return undefined;
      const tree = parsed.get(file) ?? parse(ts, readable.sources, file, version);
      parsed.set(file, tree);
      return tree;
    },
    resolveModuleNameLiterals: (literals, from) => literals.map(({ text }) => resolveModule(readable, text, from)),
    resolveTypeReferenceDirectiveReferences: (references) =>
      references.map(() => ({ resolvedTypeReferenceDirective: undefined })),
    fileExists: existsSync,
    readFile: (file) => readFileSync(file, "utf8"),
    writeFile() {},
    getDefaultLibFileName: () => "lib.d.ts",
    getCanonicalFileName: (file) => file,
    getCurrentDirectory: () => "/",
    getNewLine: () => "\n",
    useCaseSensitiveFileNames: () => true,
  };
}

function parse(
  ts: TypeScript,
  sources: Sources,
  file: string,
  version: Ts.ScriptTarget | Ts.CreateSourceFileOptions,
): Ts.SourceFile {
  const text = file === LIBRARY ? LIBRARY_TEXT : sources.read(file).text;
  // A format implied by .mts or .mjs would be emitted as an ES module.
  const { impliedNodeFormat: _, ...settings } = typeof version === "object" ? version : { languageVersion: version };
  return ts.createSourceFile(file, text, { ...settings, jsDocParsingMode: ts.JSDocParsingMode.ParseNone });
}

function resolveModule(
  { files, sources }: Readable,
  name: string,
  from: string,
): Ts.ResolvedModuleWithFailedLookupLocations {
  const file = sources.imported(name, from);
  if (file === undefined || !files.has(file)) return { resolvedModule: undefined };
  const extension = /\.d\.[mc]?ts$/.exec(file)?.[0] ?? extname(file);
  return { resolvedModule: { resolvedFileName: file, extension, isExternalLibraryImport: false } };
}

function emit(ts: TypeScript, program: Ts.Program, tree: Ts.SourceFile): CompiledFile {
  const [error] = program.getSyntacticDiagnostics(tree);
  if (error !== undefined) throw syntaxError(ts, tree, error);
  const output = { code: "", map: "" };
  const write = (name: string, text: string) => {
    if (name.endsWith(".map")) output.map = text;
    else output.code = declareTypes(text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"), tree.text);
  };
  program.emit(tree, write, undefined, false, transformersFor(ts, tree));
  const awaits = findTopLevelAwait(ts, tree);
  return { ...output, ...dropUndefined({ awaits }) };
}

/**
 * Declares the modules of which a file imports types alone. Metadata names them where what such a type means was not read, as with
 * an alias of `Date`; TypeScript takes that for a value, and has removed the import. Without the value the metadata is `Object`.
 */
function declareTypes(code: string, source: string): string {
  const named = [...code.matchAll(TYPE_OF_IMPORT)].map(([, name = ""]) => name);
  const missing = [...new Set(named)].filter((name) => !source.includes(name) && !code.includes(`const ${name} = `));
  if (missing.length === 0) return code;
  const declared = missing.map((name) => `${name} = {}`).join(", ");
  return code.replace(USE_STRICT, (line) => `${line} const ${declared};`);
}

/** The transformers that a file needs: most need none. */
function transformersFor(ts: TypeScript, { text }: Ts.SourceFile): Ts.CustomTransformers {
  return {
    ...(text.includes("import.meta") && { before: [replaceNodes(ts, (node) => replaceImportMeta(ts, node))] }),
    ...(OWN_REQUIRE.test(text) && { after: [replaceNodes(ts, (node) => replaceAddedRequire(ts, node))] }),
  };
}

function syntaxError(ts: TypeScript, tree: Ts.SourceFile, error: Ts.Diagnostic): RemodelError {
  const { line, character } = tree.getLineAndCharacterOfPosition(error.start ?? 0);
  const text = ts.flattenDiagnosticMessageText(error.messageText, "\n");
  return new RemodelError("MODULE_INVALID", `${tree.fileName}:${line + 1}:${character + 1}: ${text}`, {
    hint: "Correct the syntax error.",
    details: { file: tree.fileName, line: line + 1, column: character + 1 },
  });
}

function replaceNodes(
  ts: TypeScript,
  replacement: (node: Ts.Node) => Ts.Node | undefined,
): Ts.TransformerFactory<Ts.SourceFile> {
  return (context) => {
    const visit = (node: Ts.Node): Ts.Node => replacement(node) ?? ts.visitEachChild(node, visit, context);
    return (tree) => ts.visitEachChild(tree, visit, context);
  };
}

function replaceImportMeta(ts: TypeScript, node: Ts.Node): Ts.Node | undefined {
  if (!ts.isMetaProperty(node) || node.keywordToken !== ts.SyntaxKind.ImportKeyword) return undefined;
  return ts.factory.createIdentifier(IMPORT_META);
}

/** Replaces the `require` that TypeScript writes, not the one in the file: an ES module may declare its own. */
function replaceAddedRequire(ts: TypeScript, node: Ts.Node): Ts.Node | undefined {
  if (!ts.isIdentifier(node) || node.text !== "require" || ts.getOriginalNode(node).pos >= 0) return undefined;
  return ts.factory.createIdentifier(REQUIRE);
}

/** Finds the line of the first `await` outside of all functions. */
function findTopLevelAwait(ts: TypeScript, tree: Ts.SourceFile): number | undefined {
  if (!tree.text.includes("await")) return undefined;
  const find = (node: Ts.Node): Ts.Node | undefined => {
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) return node;
    if (ts.isFunctionLike(node) || ts.isPropertyDeclaration(node) || ts.isClassStaticBlockDeclaration(node)) return;
    return ts.forEachChild(node, find);
  };
  const found = ts.forEachChild(tree, find);
  return found && tree.getLineAndCharacterOfPosition(found.getStart(tree)).line + 1;
}
