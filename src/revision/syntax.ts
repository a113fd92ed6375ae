import type { ts as TypeScript } from "ts-morph";
import { collect } from "../collect.ts";
import { type ExportedConstant, findCommonJsExports } from "./commonjs.ts";
import { CONSTANTS, findFileComment, type Header, NOT_PLAIN } from "./header.ts";

/** A header with the line of each constant, and the first syntax error. */
export interface ExactHeader extends Header {
  readonly lines: ReadonlyMap<string, number>;
  /** The position of each constant's literal in the text, without `as` or `satisfies`. */
  readonly places: ReadonlyMap<string, { readonly start: number; readonly end: number }>;
  readonly error?: { readonly line: number; readonly text: string };
}

/**
 * Reads the header of a revision file with TypeScript's own parser.
 * @param ts TypeScript
 * @param file its ending says which language it is
 * @param text the file
 */
export function exactHeader(ts: typeof TypeScript, file: string, text: string): ExactHeader {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext);
  const readLine = (at: number): number => source.getLineAndCharacterOfPosition(at).line + 1;
  const found = findExports(ts, source);
  const error = syntaxError(ts, source);
  return {
    values: new Map(found.map(({ name, initializer }) => [name, plainValue(ts, initializer)])),
    lines: new Map(found.map(({ name, at }) => [name, readLine(at.end)])),
    places: new Map(
      found.flatMap(({ name, initializer }) => {
        if (initializer === undefined) return [];
        const node = unwrap(ts, initializer);
        return [[name, { start: node.getStart(source), end: node.end }] as const];
      }),
    ),
    comment: findFileComment(listComments(ts, source, found)),
    ...(error !== undefined && { error: { line: readLine(error.at), text: error.text } }),
  };
}

/** Finds the exported constants by the names under which they are exported. */
function findExports(ts: typeof TypeScript, source: TypeScript.SourceFile): readonly ExportedConstant[] {
  const exported = new Map(source.statements.flatMap((statement) => listExportedNames(ts, statement)));
  if (exported.size === 0 && /\bexports\b/.test(source.text)) return findCommonJsExports(ts, source, CONSTANTS);
  const constants = new Map(source.statements.flatMap((statement) => listDeclared(ts, statement)));
  return [...exported].flatMap(([name, local]): readonly ExportedConstant[] => {
    const declared = constants.get(local);
    return collect(declared !== undefined && { name, at: declared.name, initializer: declared.initializer });
  });
}

function listDeclared(
  ts: typeof TypeScript,
  statement: TypeScript.Statement,
): readonly (readonly [name: string, declaration: TypeScript.VariableDeclaration])[] {
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap((one): readonly (readonly [string, typeof one])[] =>
    collect(ts.isIdentifier(one.name) && ([one.name.text, one] as const)),
  );
}

/** Lists the names that a statement exports, each with its name in the file. */
function listExportedNames(
  ts: typeof TypeScript,
  statement: TypeScript.Statement,
): readonly (readonly [name: string, local: string])[] {
  if (ts.isVariableStatement(statement)) return listExportedVariables(ts, statement);
  if (!ts.isExportDeclaration(statement)) return [];
  const { exportClause } = statement;
  if (exportClause === undefined || !ts.isNamedExports(exportClause)) return [];
  return exportClause.elements.map(({ name, propertyName }) => [name.text, (propertyName ?? name).text]);
}

function listExportedVariables(
  ts: typeof TypeScript,
  { modifiers, declarationList }: TypeScript.VariableStatement,
): readonly (readonly [name: string, local: string])[] {
  if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  const names = declarationList.declarations.map(({ name }) => name).filter(ts.isIdentifier);
  return names.map(({ text }) => [text, text]);
}

/** Reads the value of a literal; {@link NOT_PLAIN} for everything that is known only after the file has run. */
export function plainValue(ts: typeof TypeScript, node: TypeScript.Expression | undefined): unknown {
  if (node === undefined) return NOT_PLAIN;
  const inner = unwrap(ts, node);
  if (ts.isStringLiteralLike(inner)) return inner.text;
  if (ts.isNumericLiteral(inner)) return Number(inner.text);
  if (ts.isArrayLiteralExpression(inner)) return inner.elements.map((element) => plainValue(ts, element));
  if (ts.isObjectLiteralExpression(inner))
    return Object.fromEntries(inner.properties.flatMap((one) => readEntry(ts, one)));
  return readKeyword(ts, inner);
}

function readKeyword(ts: typeof TypeScript, node: TypeScript.Expression): unknown {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  const isNull = node.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(node) && node.text === "undefined");
  if (isNull) return null;
  return NOT_PLAIN;
}

/** Removes `as`, `satisfies` and parentheses around an expression. */
function unwrap(ts: typeof TypeScript, node: TypeScript.Expression): TypeScript.Expression {
  const isWrapped =
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isTypeAssertionExpression(node);
  return isWrapped ? unwrap(ts, node.expression) : node;
}

function readEntry(ts: typeof TypeScript, property: TypeScript.ObjectLiteralElementLike): [string, unknown][] {
  if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name)) return [];
  return [[property.name.text, plainValue(ts, property.initializer)]];
}

/** Parses a text that is one statement; `undefined` if it has an error or another number of statements. */
export function parseStatement(ts: typeof TypeScript, text: string): TypeScript.Statement | undefined {
  const source = ts.createSourceFile("line.ts", text, ts.ScriptTarget.ESNext);
  if (source.statements.length !== 1 || syntaxError(ts, source) !== undefined) return undefined;
  return source.statements[0];
}

/** Lists the comments down to the first constant. Consecutive `//` lines are one comment. */
function listComments(
  ts: typeof TypeScript,
  source: TypeScript.SourceFile,
  found: readonly ExportedConstant[],
): string[] {
  const isCommonJs = !source.statements.some((one) => listExportedNames(ts, one).length > 0);
  const header = found.filter(({ name }) => CONSTANTS.includes(name)).map(({ at }) => at.end);
  const end = source.statements.findIndex((statement) =>
    isCommonJs ? header.some((at) => at <= statement.end) : !ts.isImportDeclaration(statement),
  );
  return source.statements.slice(0, end + 1).flatMap(({ pos }) => listCommentsAt(ts, source.text, pos));
}

function listCommentsAt(ts: typeof TypeScript, source: string, at: number): readonly string[] {
  const texts: string[] = [];
  let last = 0;
  for (const { pos, end } of ts.getLeadingCommentRanges(source, at) ?? []) {
    const text = source.slice(pos, end);
    const isNextLine = /^\r?\n[ \t]*$/.test(source.slice(last, pos));
    const continues = isNextLine && text.startsWith("//") && texts.at(-1)?.startsWith("//");
    texts.push(continues ? `${texts.pop()}\n${text}` : text);
    last = end;
  }
  return texts;
}

/** Finds the first syntax error. TypeScript's public API for it would compile the file, which takes ten times as long. */
export function syntaxError(
  ts: typeof TypeScript,
  source: TypeScript.SourceFile,
): { at: number; text: string } | undefined {
  const { parseDiagnostics: [first] = [] }: Parsed = Object(source);
  return first && { at: first.start, text: ts.flattenDiagnosticMessageText(first.messageText, "\n") };
}

/** What TypeScript keeps private of a parsed file. */
interface Parsed {
  readonly parseDiagnostics?: readonly TypeScript.DiagnosticWithLocation[];
}
