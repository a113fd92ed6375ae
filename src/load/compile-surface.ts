import { createHash } from "node:crypto";
import type { ts as Ts } from "ts-morph";

/** What other files can see of a file when they are compiled. */
interface Surface {
  /** Everything but the insides of its classes: those only count where a type looks into them. */
  readonly text: string;
  /** Whether it hands on what it imports: by re-exports, aliases, anything that is no class. */
  readonly handsOn: boolean;
  /** Whether one of its types may depend on the members of a class. */
  readonly looksInside: boolean;
  /** Whether it declares names for everybody. */
  readonly isGlobal: boolean;
}

/** What the surfaces are taken from. */
export interface Unit {
  readonly files: readonly string[];
  readonly treeOf: (file: string) => Ts.SourceFile | undefined;
  readonly importsOf: (file: string) => readonly string[];
}

/**
 * Tells for each file what its JavaScript depends on, so that a changed class does not recompile all that refer to it:
 * the metadata of a property only asks whether its type is a class, an enum or an alias, and of what.
 * @returns a hash for a file; the same hash means the same JavaScript
 */
export function fingerprints(ts: typeof Ts, unit: Unit): (file: string) => string {
  const surfaces = new Map<string, Surface | undefined>();
  const everybody = unit.files
    .map((file) => [file, surfaceOf(file)] as const)
    .filter(([, surface]) => surface?.isGlobal);
  return fingerprint;

  function surfaceOf(file: string): Surface | undefined {
    if (!surfaces.has(file)) {
      const tree = unit.treeOf(file);
      surfaces.set(file, tree && surface(ts, tree));
    }
    return surfaces.get(file);
  }

  function fingerprint(file: string): string {
    const seen = new Map<string, boolean>();
    const visit = (target: string, asked: boolean) => {
      const { handsOn = false, looksInside = false } = surfaceOf(target) ?? {};
      const whole = asked || looksInside;
      if (seen.get(target) === true || seen.get(target) === whole) return;
      seen.set(target, whole);
      if (whole || handsOn || target === file) for (const next of unit.importsOf(target)) visit(next, whole);
    };
    visit(file, false);
    seen.set(file, true);
    for (const [global] of everybody) seen.set(global, true);
    const hash = createHash("sha1");
    for (const [target, whole] of [...seen].sort(([a], [b]) => (a < b ? -1 : 1)))
      hash.update(`\0${target}\0${whole ? unit.treeOf(target)?.text : surfaceOf(target)?.text}`);
    return hash.digest("hex");
  }
}

function surface(ts: typeof Ts, tree: Ts.SourceFile): Surface {
  const classes = tree.statements.filter(ts.isClassDeclaration);
  const imports = tree.statements.filter(ts.isImportDeclaration);
  const rest = tree.statements.filter((node) => !ts.isClassDeclaration(node) && !ts.isImportDeclaration(node));
  const heads = classes.map(({ modifiers = [], name }) => {
    const kinds = modifiers.filter((modifier) => !ts.isDecorator(modifier)).map(({ kind }) => kind);
    return `class ${name?.text} ${kinds}`;
  });
  const shown = rest.length === 0 ? rest : [...imports, ...rest];
  const foreign = new Set(classes.map(({ name }) => name?.text));
  for (const node of imports) for (const name of identifiers(ts, node)) foreign.add(name);
  return {
    text: [...heads, ...shown.map((node) => node.getText(tree))].join("\n"),
    handsOn: rest.length > 0,
    looksInside:
      rest.some((node) => peeks(ts, node)) &&
      rest.some((node) => identifiers(ts, node).some((name) => foreign.has(name))),
    isGlobal: !ts.isExternalModule(tree) || rest.some((node) => ts.isModuleDeclaration(node) && isAmbient(ts, node)),
  };
}

function isAmbient(ts: typeof Ts, node: Ts.ModuleDeclaration): boolean {
  return ts.isStringLiteral(node.name) || (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}

function identifiers(ts: typeof Ts, node: Ts.Node): string[] {
  const found: string[] = [];
  const visit = (inner: Ts.Node) => {
    if (ts.isIdentifier(inner)) found.push(inner.text);
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return found;
}

function peeks(ts: typeof Ts, node: Ts.Node): boolean {
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
  return ts.forEachChild(node, (inner) => peeks(ts, inner) || undefined) ?? false;
}
