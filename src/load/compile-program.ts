import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname } from "node:path";
import type { ts as Ts } from "ts-morph";
import { RemodelError } from "../errors.ts";
import type { Source, Sources } from "./compile-sources.ts";
import { fingerprints } from "./compile-surface.ts";

/** JavaScript made of one file, and the way back to its lines. */
export interface CompiledFile {
  readonly code: string;
  readonly map: string;
  /** The line of the first `await` that stands in no function. */
  readonly awaits?: number;
}

/** The project's files as TypeScript sees them. */
export interface Program {
  /** Compiles one of them. */
  readonly emit: (file: string) => CompiledFile;
  /** A hash of all that the JavaScript of one of them depends on. */
  readonly fingerprint: (file: string) => string;
}

type TypeScript = typeof Ts;

/** Changes whenever the same source would give other JavaScript. */
export const EMIT_VERSION = 1;

/** The names that compiled code finds in its scope, see the loader. */
export const IMPORT_META = "__importMeta";
export const REQUIRE = "__require";

/** The types of TypeScript's library that a property's type may turn out to be. */
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

const OWN_REQUIRE = /\b(?:const|let|var|function)\s+require\b/;

/**
 * Makes one program of the project's files alone: neither TypeScript's library nor any package's types are read, which
 * gives the same decorator metadata as tsc (measured) in a fraction of its time. Everything becomes CommonJS, ES modules
 * too: its imports are looked up when they are used, so classes may refer to each other in circles.
 * @param parsed syntax trees to share between programs
 * @throws RemodelError `MODULE_INVALID` from `emit`, with file, line and column
 */
export function createProgram(
  files: readonly Source[],
  sources: Sources,
  strictNullChecks: boolean,
  parsed: Map<string, Ts.SourceFile>,
): Program {
  const { ts } = createRequire(import.meta.url)("ts-morph") as { ts: TypeScript };
  const options: Ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    ignoreDeprecations: "6.0",
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    esModuleInterop: true,
    useDefineForClassFields: false,
    strict: false,
    strictNullChecks,
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
  const host: Ts.CompilerHost = {
    getSourceFile(file, version) {
      const known = parsed.get(file);
      if (known !== undefined) return known;
      if (file !== LIBRARY && !existsSync(file)) return undefined;
      // A format implied by .mts or .mjs would be emitted as an ES module.
      const { impliedNodeFormat: _, ...settings } =
        typeof version === "object" ? version : { languageVersion: version };
      const tree = ts.createSourceFile(file, file === LIBRARY ? LIBRARY_TEXT : sources.read(file).text, {
        ...settings,
        jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
      });
      parsed.set(file, tree);
      return tree;
    },
    resolveModuleNameLiterals: (literals, from) =>
      literals.map(({ text }) => {
        const file = sources.imported(text, from);
        if (file === undefined) return { resolvedModule: undefined };
        const extension = /\.d\.[mc]?ts$/.exec(file)?.[0] ?? extname(file);
        return { resolvedModule: { resolvedFileName: file, extension, isExternalLibraryImport: false } };
      }),
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
  const rootNames = [LIBRARY, ...files.filter(({ compiled }) => compiled).map(({ file }) => file)];
  const program = ts.createProgram({ rootNames, options, host });
  const unit = { files: files.map(({ file }) => file), treeOf: program.getSourceFile, importsOf: sources.importsOf };
  return { emit: (file) => emit(ts, program, file), fingerprint: fingerprints(ts, unit) };
}

function emit(ts: TypeScript, program: Ts.Program, file: string): CompiledFile {
  const tree = program.getSourceFile(file);
  if (tree === undefined) throw new Error(`${file} is not in the program`);
  const [error] = program.getSyntacticDiagnostics(tree);
  if (error !== undefined) throw invalid(ts, tree, error);
  const written = { code: "", map: "" };
  const write = (name: string, text: string) => {
    if (name.endsWith(".map")) written.map = text;
    else written.code = text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
  };
  program.emit(tree, write, undefined, false, {
    before: tree.text.includes("import.meta") ? [replacing(ts, (node) => importMeta(ts, node))] : [],
    after: OWN_REQUIRE.test(tree.text) ? [replacing(ts, (node) => madeRequire(ts, node))] : [],
  });
  const awaits = tree.text.includes("await") ? firstAwait(ts, tree) : undefined;
  return { ...written, ...(awaits !== undefined && { awaits }) };
}

function invalid(ts: TypeScript, tree: Ts.SourceFile, error: Ts.Diagnostic): RemodelError {
  const { line, character } = tree.getLineAndCharacterOfPosition(error.start ?? 0);
  const text = ts.flattenDiagnosticMessageText(error.messageText, "\n");
  return new RemodelError("MODULE_INVALID", `${tree.fileName}:${line + 1}:${character + 1}: ${text}`, {
    hint: "Correct the syntax error.",
    details: { file: tree.fileName, line: line + 1, column: character + 1 },
  });
}

function replacing(
  ts: TypeScript,
  replacement: (node: Ts.Node) => Ts.Node | undefined,
): Ts.TransformerFactory<Ts.SourceFile> {
  return (context) => {
    const visit = (node: Ts.Node): Ts.Node => replacement(node) ?? ts.visitEachChild(node, visit, context);
    return (tree) => ts.visitEachChild(tree, visit, context);
  };
}

function importMeta(ts: TypeScript, node: Ts.Node): Ts.Node | undefined {
  const is = ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword;
  return is ? ts.factory.createIdentifier(IMPORT_META) : undefined;
}

/** The `require` that TypeScript writes, not the one in the file: an ES module may declare its own. */
function madeRequire(ts: TypeScript, node: Ts.Node): Ts.Node | undefined {
  const is = ts.isIdentifier(node) && node.text === "require" && ts.getOriginalNode(node).pos < 0;
  return is ? ts.factory.createIdentifier(REQUIRE) : undefined;
}

function firstAwait(ts: TypeScript, tree: Ts.SourceFile): number | undefined {
  const find = (node: Ts.Node): Ts.Node | undefined => {
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) return node;
    const closed = ts.isFunctionLike(node) || ts.isPropertyDeclaration(node) || ts.isClassStaticBlockDeclaration(node);
    return closed ? undefined : ts.forEachChild(node, find);
  };
  const found = ts.forEachChild(tree, find);
  return found && tree.getLineAndCharacterOfPosition(found.getStart(tree)).line + 1;
}
