import { createHash } from "node:crypto";
import type { ts as Ts } from "ts-morph";
import { byCodeUnit } from "../code-units.ts";

/** The part of a file that other files depend on when they are compiled. It is kept, so it is plain data. */
export interface Surface {
  /** A hash of everything but the members of its classes: those count only where a type reads them. */
  readonly hash: string;
  /** Whether files that import it also depend on what it imports: it has re-exports, aliases, anything but classes. */
  readonly passesImportsOn: boolean;
  /** Whether one of its types may depend on the members of a class. */
  readonly readsMembers: boolean;
  /** Whether it declares global names. */
  readonly isGlobal: boolean;
}

/** Files that are compiled together. */
export interface CompiledFiles {
  readonly surfaces: ReadonlyMap<string, Surface>;
  readonly textOf: (file: string) => string;
  readonly importsOf: (file: string) => readonly string[];
}

/** By file, whether its whole text counts, or only its surface. */
export type Reached = ReadonlyMap<string, boolean>;

/**
 * Makes a function that finds everything that a file's JavaScript depends on. A changed class does not change that of the files
 * that refer to it: the metadata of a property depends only on whether its type is a class, an enum or an alias, and of what.
 */
export function createReach({ surfaces, importsOf }: CompiledFiles): (file: string) => Reached {
  const global = [...surfaces].filter(([, { isGlobal }]) => isGlobal).map(([file]) => file);
  return (file) => {
    const reached = reach(file, surfaces, importsOf);
    for (const one of [file, ...global]) reached.set(one, true);
    return reached;
  };
}

/** Hashes what a file's JavaScript depends on: the same hash means the same JavaScript. */
export function hashReached({ surfaces, textOf }: CompiledFiles, reached: Reached): string {
  const hash = createHash("sha1");
  for (const [target, isRead] of [...reached].sort(([a], [b]) => byCodeUnit(a, b)))
    hash.update(`\0${target}\0${isRead ? textOf(target) : surfaces.get(target)?.hash}`);
  return hash.digest("hex");
}

function reach(
  file: string,
  surfaces: ReadonlyMap<string, Surface>,
  importsOf: CompiledFiles["importsOf"],
): Map<string, boolean> {
  const reached = new Map<string, boolean>();
  const visit = (target: string, isRead: boolean) => {
    const { passesImportsOn = false, readsMembers = false } = surfaces.get(target) ?? {};
    const whole = isRead || readsMembers;
    if (reached.get(target) === true || reached.get(target) === whole) return;
    reached.set(target, whole);
    if (whole || passesImportsOn || target === file) for (const next of importsOf(target)) visit(next, whole);
  };
  visit(file, false);
  return reached;
}

/** Reads the surface of a file from its syntax tree. */
export function readSurface(ts: typeof Ts, tree: Ts.SourceFile): Surface {
  const classes = tree.statements.filter(ts.isClassDeclaration);
  const imports = tree.statements.filter(ts.isImportDeclaration);
  const rest = tree.statements.filter((node) => !ts.isClassDeclaration(node) && !ts.isImportDeclaration(node));
  const heads = classes.map(({ modifiers = [], name }) => {
    const kinds = modifiers.filter((modifier) => !ts.isDecorator(modifier)).map(({ kind }) => kind);
    return `class ${name?.text} ${kinds}`;
  });
  const visible = rest.length === 0 ? rest : [...imports, ...rest];
  const foreign = new Set(classes.map(({ name }) => name?.text));
  for (const node of imports) for (const name of findIdentifiers(ts, node)) foreign.add(name);
  const namesForeign = () => rest.some((node) => findIdentifiers(ts, node).some((name) => foreign.has(name)));
  const text = [...heads, ...visible.map((node) => node.getText(tree))].join("\n");
  return {
    hash: createHash("sha1").update(text).digest("hex"),
    passesImportsOn: rest.length > 0,
    readsMembers: rest.some((node) => mayReadMembers(ts, node)) && namesForeign(),
    isGlobal: !ts.isExternalModule(tree) || rest.some((node) => ts.isModuleDeclaration(node) && isAmbient(ts, node)),
  };
}

function isAmbient(ts: typeof Ts, node: Ts.ModuleDeclaration): boolean {
  return ts.isStringLiteral(node.name) || (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}

function findIdentifiers(ts: typeof Ts, node: Ts.Node): string[] {
  const found: string[] = [];
  const visit = (inner: Ts.Node) => {
    if (ts.isIdentifier(inner)) found.push(inner.text);
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return found;
}

/** Whether a type in a node may depend on the members of another type. */
function mayReadMembers(ts: typeof Ts, node: Ts.Node): boolean {
  const { SyntaxKind: Kind } = ts;
  const inside = [
    Kind.IndexedAccessType,
    Kind.TypeOperator,
    Kind.ConditionalType,
    Kind.MappedType,
    Kind.TypeQuery,
    Kind.ImportType,
    Kind.ExpressionWithTypeArguments,
  ];
  if (inside.includes(node.kind) || (ts.isTypeReferenceNode(node) && node.typeArguments !== undefined)) return true;
  return ts.forEachChild(node, (inner) => mayReadMembers(ts, inner) || undefined) ?? false;
}
