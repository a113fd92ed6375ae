import type { ts as TypeScript } from "ts-morph";

/** An exported constant: its name, where the name is in the file, and its value. */
export interface ExportedConstant {
  readonly name: string;
  readonly at: TypeScript.Node;
  readonly initializer: TypeScript.Expression | undefined;
}

/**
 * Finds what a CommonJS file exports, in the forms that people write and that compilers print: `exports.a = …` (tsc),
 * `const a = exports.a = …` (Babel), `module.exports = { a }`, and constants that a getter returns (swc, esbuild). A
 * constant with a getter is found by its name alone, since each compiler prints getters in another way.
 * @param names the constants that may have a getter
 */
export function findCommonJsExports(
  ts: typeof TypeScript,
  source: TypeScript.SourceFile,
  names: readonly string[],
): readonly ExportedConstant[] {
  const constants = source.statements.flatMap((statement) => listConstants(ts, statement));
  const locals = new Map(constants.map((constant) => [constant.name, constant]));
  const found = new Map(
    constants.filter(({ name }) => names.includes(name)).map((constant) => [constant.name, constant]),
  );
  for (const assigned of source.statements.flatMap((statement) => listAssigned(ts, statement))) {
    const { name, initializer } = assigned;
    const local = initializer && ts.isIdentifier(initializer) ? locals.get(initializer.text) : undefined;
    found.set(name, local === undefined ? assigned : { ...local, name });
  }
  return [...found.values()];
}

function listConstants(ts: typeof TypeScript, statement: TypeScript.Statement): readonly ExportedConstant[] {
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
    ts.isIdentifier(name)
      ? [{ name: name.text, at: name, initializer: initializer && findValue(ts, initializer) }]
      : [],
  );
}

/** Lists what the assignments of a statement export: `exports.a = exports.b = void 0` exports nothing yet. */
function listAssigned(ts: typeof TypeScript, statement: TypeScript.Statement): readonly ExportedConstant[] {
  const expressions = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ initializer }) => initializer)
    : [ts.isExpressionStatement(statement) ? statement.expression : undefined];
  return expressions.flatMap((expression) => {
    if (expression === undefined) return [];
    const initializer = findValue(ts, expression);
    if (ts.isVoidExpression(initializer)) return [];
    return listTargets(ts, expression).flatMap((target) => listExported(ts, target, initializer));
  });
}

/** The value behind all assignments of `a = b = value`. */
function findValue(ts: typeof TypeScript, expression: TypeScript.Expression): TypeScript.Expression {
  const assignment = readAssignment(ts, expression);
  return assignment === undefined ? expression : findValue(ts, assignment.right);
}

function listTargets(ts: typeof TypeScript, expression: TypeScript.Expression): readonly TypeScript.Expression[] {
  const assignment = readAssignment(ts, expression);
  return assignment === undefined ? [] : [assignment.left, ...listTargets(ts, assignment.right)];
}

function readAssignment(
  ts: typeof TypeScript,
  expression: TypeScript.Expression,
): TypeScript.BinaryExpression | undefined {
  if (!ts.isBinaryExpression(expression)) return undefined;
  return expression.operatorToken.kind === ts.SyntaxKind.EqualsToken ? expression : undefined;
}

function listExported(
  ts: typeof TypeScript,
  target: TypeScript.Expression,
  initializer: TypeScript.Expression,
): readonly ExportedConstant[] {
  if (isModuleExports(ts, target))
    return ts.isObjectLiteralExpression(initializer)
      ? initializer.properties.flatMap((one) => listProperty(ts, one))
      : [];
  if (!ts.isPropertyAccessExpression(target) || !isExports(ts, target.expression)) return [];
  return [{ name: target.name.text, at: target.name, initializer }];
}

function listProperty(
  ts: typeof TypeScript,
  property: TypeScript.ObjectLiteralElementLike,
): readonly ExportedConstant[] {
  if (ts.isShorthandPropertyAssignment(property))
    return [{ name: property.name.text, at: property.name, initializer: property.name }];
  if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name)) return [];
  return [{ name: property.name.text, at: property.name, initializer: property.initializer }];
}

function isExports(ts: typeof TypeScript, node: TypeScript.Expression): boolean {
  return (ts.isIdentifier(node) && node.text === "exports") || isModuleExports(ts, node);
}

function isModuleExports(ts: typeof TypeScript, node: TypeScript.Expression): boolean {
  if (!ts.isPropertyAccessExpression(node) || node.name.text !== "exports") return false;
  return ts.isIdentifier(node.expression) && node.expression.text === "module";
}
