import type { ts as Ts } from "ts-morph";
import { collect } from "../collect.ts";
import { hashTexts } from "./cache-folder.ts";

/** The part of a file that other files depend on when they are compiled. It is kept, so it is plain data. */
export interface Surface {
  /** A hash of everything but the members of its classes: those count only where a type reads them. */
  readonly hash: string;
  /** Whether files that import it also depend on what it imports: it has re-exports, aliases, anything but classes. */
  readonly passesImportsOn: boolean;
  /** What it imports for the classes that its classes extend, as it is written: they decide what its classes can be made with. */
  readonly bases: readonly string[];
  /** Whether one of its types may depend on the members of another type. */
  readonly readsMembers: boolean;
  /** Whether that may be a type of a class or an imported one, and not only one of what else the file has. */
  readonly readsOthers: boolean;
  /** The same of the types inside of its classes: only the JavaScript of the file itself depends on those. */
  readonly readsInside: boolean;
  /** Whether it declares global names. */
  readonly isGlobal: boolean;
}

/** Files that are compiled together. */
export interface CompiledFiles {
  readonly surfaces: ReadonlyMap<string, Surface>;
  readonly textOf: (file: string) => string;
  readonly importsOf: (file: string) => readonly string[];
  /** Finds the file that one import means. */
  readonly imported: (specifier: string, from: string) => string | undefined;
  /** Says what each import of a file means. */
  readonly describeImports: (file: string) => string;
}

/** By file, whether its whole text counts, or only its surface. The order follows from the imports. */
export type Reached = ReadonlyMap<string, boolean>;

/**
 * Makes a function that finds everything that a file's JavaScript depends on. A changed class does not change that of the files
 * that refer to it: the metadata of a property depends only on whether its type is a class, an enum or an alias, and of what.
 */
export function createReach(compiled: CompiledFiles): (file: string) => Reached {
  const { surfaces, importsOf } = compiled;
  const global = [...surfaces].filter(([, { isGlobal }]) => isGlobal).map(([file]) => file);
  return (file) => {
    const reached = new Map<string, boolean>();
    const visit = (target: string, isRead: boolean) => {
      const whole = isRead || surfaces.get(target)?.readsOthers === true;
      if (reached.get(target) === true || reached.get(target) === whole) return;
      reached.set(target, whole);
      for (const next of listNext(compiled, target, whole)) visit(next, whole);
    };
    const readsInside = surfaces.get(file)?.readsInside === true;
    for (const one of [file, ...importsOf(file)]) visit(one, readsInside);
    for (const one of global) visit(one, false);
    // A global name can be read without an import.
    const readsMembers = [...reached].some(([one, isRead]) => isRead || surfaces.get(one)?.readsMembers === true);
    if (readsMembers) for (const one of global) visit(one, true);
    for (const one of [file, ...global]) reached.set(one, true);
    return reached;
  };
}

/** Lists the files that one depends on for what others see of it. */
function listNext({ surfaces, importsOf, imported }: CompiledFiles, file: string, isRead: boolean): readonly string[] {
  const { passesImportsOn = false, bases = [] } = surfaces.get(file) ?? {};
  if (isRead || passesImportsOn) return importsOf(file);
  return bases.flatMap((specifier) => imported(specifier, file) ?? []);
}

/** Hashes what a file's JavaScript depends on: the same hash means the same JavaScript. */
export function hashReached({ surfaces, textOf, describeImports }: CompiledFiles, reached: Reached): string {
  const texts: string[] = [];
  for (const [target, isRead] of reached) {
    const { hash = "", passesImportsOn = false, bases = [] } = surfaces.get(target) ?? {};
    texts.push(target, isRead ? textOf(target) : hash);
    // The text says how a file calls what it imports, and not what that is.
    if (isRead || passesImportsOn || bases.length > 0) texts.push(describeImports(target));
  }
  return hashTexts(texts);
}

interface Head {
  readonly text: string;
  readonly names: readonly string[];
}

/** Reads the surface of a file from its syntax tree. */
export function readSurface(ts: typeof Ts, tree: Ts.SourceFile): Surface {
  const classes = tree.statements.filter(ts.isClassDeclaration);
  const imports = tree.statements.filter(ts.isImportDeclaration);
  const rest = tree.statements.filter((node) => !ts.isClassDeclaration(node) && !ts.isImportDeclaration(node));
  const heads = classes.map((node) => readHead(ts, tree, node));
  const inherited = new Set(heads.flatMap(({ names }) => names));
  const ofBases = imports.filter((node) => listIdentifiers(ts, node).some((name) => inherited.has(name)));
  const visible = rest.length === 0 ? ofBases : [...imports, ...rest];
  const text = [...heads.map((head) => head.text), ...visible.map((node) => node.getText(tree))].join("\n");
  const readsMembers =
    rest.some((node) => contains(ts, node, (one) => mayReadMembers(ts, one))) || namesTwice(ts, rest);
  return {
    hash: hashTexts([text]),
    passesImportsOn: rest.length > 0,
    bases: ofBases.flatMap(({ moduleSpecifier }) =>
      collect(ts.isStringLiteral(moduleSpecifier) && moduleSpecifier.text),
    ),
    readsMembers,
    readsOthers: readsMembers && namesOthers(ts, tree, rest),
    readsInside: classes.some((node) => mayReadInside(ts, node)),
    isGlobal: !ts.isExternalModule(tree) || rest.some((node) => isAmbient(ts, node)),
  };
}

/** Reads what others see of a class, and the names in the class that it extends. */
function readHead(ts: typeof Ts, tree: Ts.SourceFile, node: Ts.ClassDeclaration): Head {
  const kinds = node.modifiers?.filter((modifier) => !ts.isDecorator(modifier)).map(({ kind }) => kind);
  const bases = node.heritageClauses?.filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword) ?? [];
  const texts = [...(node.typeParameters ?? []), ...bases].map((one) => one.getText(tree));
  return {
    text: `class ${node.name?.text} ${kinds ?? ""} ${texts.join()}`,
    names: bases.flatMap((one) => listIdentifiers(ts, one)),
  };
}

function isAmbient(ts: typeof Ts, node: Ts.Node): boolean {
  if (!ts.isModuleDeclaration(node)) return ts.isNamespaceExportDeclaration(node);
  return ts.isStringLiteral(node.name) || (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}

/** Whether a node, or one inside of it, is such a node. */
function contains(ts: typeof Ts, node: Ts.Node, isSuch: (node: Ts.Node) => boolean): boolean {
  return isSuch(node) || ts.forEachChild(node, (inner) => contains(ts, inner, isSuch) || undefined) === true;
}

function listIdentifiers(ts: typeof Ts, node: Ts.Node): readonly string[] {
  const found: string[] = [];
  contains(ts, node, (one) => {
    if (ts.isIdentifier(one)) found.push(one.text);
    return false;
  });
  return found;
}

/** Whether declarations name a class of the file, or something imported. */
function namesOthers(ts: typeof Ts, { statements }: Ts.SourceFile, rest: readonly Ts.Statement[]): boolean {
  const imports = statements.filter((node) => ts.isImportDeclaration(node) || ts.isImportEqualsDeclaration(node));
  const classes = statements.filter(ts.isClassDeclaration).map(({ name }) => name?.text);
  const others = new Set([...classes, ...imports.flatMap((node) => listIdentifiers(ts, node))]);
  const isOther = (node: Ts.Node) => ts.isImportTypeNode(node) || (ts.isIdentifier(node) && others.has(node.text));
  return rest.some((node) => !ts.isImportEqualsDeclaration(node) && contains(ts, node, isOther));
}

/** Whether a type in a node may depend on the members of another type. */
function mayReadMembers(ts: typeof Ts, node: Ts.Node): boolean {
  const { SyntaxKind: Kind } = ts;
  const reading = [
    Kind.IndexedAccessType,
    Kind.TypeOperator,
    Kind.ConditionalType,
    Kind.MappedType,
    Kind.TypeQuery,
    Kind.ImportType,
    Kind.ExpressionWithTypeArguments,
    // Nothing can have two types whose members exclude each other.
    Kind.IntersectionType,
  ];
  return reading.includes(node.kind) || (ts.isTypeReferenceNode(node) && node.typeArguments !== undefined);
}

/** Whether a class has types of its own that may depend on the members of another type. */
function mayReadInside(ts: typeof Ts, node: Ts.ClassDeclaration): boolean {
  const isType = (one: Ts.Node) =>
    ts.isTypeParameterDeclaration(one) || ts.isTypeAliasDeclaration(one) || ts.isInterfaceDeclaration(one);
  const isReading = (one: Ts.Node) => isType(one) && contains(ts, one, (inner) => mayReadMembers(ts, inner));
  return contains(ts, node, isReading) || namesTwice(ts, [node]);
}

/** Whether nodes give one name to a type and to a value, whose own type may depend on anything. */
function namesTwice(ts: typeof Ts, nodes: readonly Ts.Node[]): boolean {
  const types = new Set<string>();
  const values = new Set<string>();
  const note = (node: Ts.Node) => {
    if (ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) types.add(node.name.text);
    const isValue = ts.isVariableDeclaration(node) || ts.isBindingElement(node);
    if (isValue && ts.isIdentifier(node.name)) values.add(node.name.text);
    return false;
  };
  for (const node of nodes) contains(ts, node, note);
  return [...types].some((name) => values.has(name));
}
