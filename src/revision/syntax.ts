import type { ts as TypeScript } from "ts-morph";
import { fileComment, type Header, NOT_PLAIN } from "./header.ts";

/** A header with the line of each constant, or of the syntax error that hides it. */
export interface ExactHeader extends Header {
  readonly lines: ReadonlyMap<string, number>;
  /** Where each constant's literal stands in the text, without what only types it. */
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
  const line = (at: number): number => source.getLineAndCharacterOfPosition(at).line + 1;
  const constants = new Map<string, TypeScript.VariableDeclaration>();
  const exported = new Map<string, string>();
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) {
      const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
      for (const declaration of statement.declarationList.declarations) {
        if (!ts.isIdentifier(declaration.name)) continue;
        constants.set(declaration.name.text, declaration);
        if (isExported) exported.set(declaration.name.text, declaration.name.text);
      }
    } else if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause))
      for (const { name, propertyName } of statement.exportClause.elements)
        exported.set(name.text, (propertyName ?? name).text);
  }
  const found = [...exported].flatMap(([name, local]) => {
    const declaration = constants.get(local);
    return declaration === undefined ? [] : [{ name, declaration }];
  });
  const error = syntaxError(ts, source);
  return {
    values: new Map(found.map(({ name, declaration }) => [name, plainValue(ts, declaration.initializer)])),
    lines: new Map(found.map(({ name, declaration }) => [name, line(declaration.name.end)])),
    places: new Map(
      found.flatMap(({ name, declaration: { initializer } }) => {
        if (initializer === undefined) return [];
        const node = untyped(ts, initializer);
        return [[name, { start: node.getStart(source), end: node.end }] as const];
      }),
    ),
    comment: fileComment(comments(ts, source)),
    ...(error !== undefined && { error: { line: line(error.at), text: error.text } }),
  };
}

/** The value of a literal, {@link NOT_PLAIN} for everything that only running the file would tell. */
export function plainValue(ts: typeof TypeScript, node: TypeScript.Expression | undefined): unknown {
  if (node === undefined) return NOT_PLAIN;
  const inner = untyped(ts, node);
  if (inner !== node) return plainValue(ts, inner);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isArrayLiteralExpression(node)) return node.elements.map((element) => plainValue(ts, element));
  if (ts.isObjectLiteralExpression(node)) return Object.fromEntries(node.properties.flatMap((one) => entry(ts, one)));
  if (node.kind === ts.SyntaxKind.NullKeyword) return null;
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword)
    return node.kind === ts.SyntaxKind.TrueKeyword;
  return ts.isIdentifier(node) && node.text === "undefined" ? null : NOT_PLAIN;
}

/** An expression without `as`, `satisfies` and parentheses around it. */
function untyped(ts: typeof TypeScript, node: TypeScript.Expression): TypeScript.Expression {
  const wrapped =
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isTypeAssertionExpression(node);
  return wrapped ? untyped(ts, node.expression) : node;
}

function entry(ts: typeof TypeScript, property: TypeScript.ObjectLiteralElementLike): [string, unknown][] {
  if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name)) return [];
  return [[property.name.text, plainValue(ts, property.initializer)]];
}

/** The one statement that a text is, if it is one and without an error. */
export function parseStatement(ts: typeof TypeScript, text: string): TypeScript.Statement | undefined {
  const source = ts.createSourceFile("line.ts", text, ts.ScriptTarget.ESNext);
  return source.statements.length === 1 && syntaxError(ts, source) === undefined ? source.statements[0] : undefined;
}

/** The comments down to the first constant, those of consecutive `//` lines as one. */
function comments(ts: typeof TypeScript, source: TypeScript.SourceFile): string[] {
  const end = source.statements.findIndex((statement) => !ts.isImportDeclaration(statement));
  return source.statements.slice(0, end + 1).flatMap((statement) => {
    const texts: string[] = [];
    let last = 0;
    for (const { pos, end: to } of ts.getLeadingCommentRanges(source.text, statement.pos) ?? []) {
      const text = source.text.slice(pos, to);
      const isNextLine = /^\r?\n[ \t]*$/.test(source.text.slice(last, pos));
      const continues = isNextLine && text.startsWith("//") && texts.at(-1)?.startsWith("//");
      texts.push(continues ? `${texts.pop()}\n${text}` : text);
      last = to;
    }
    return texts;
  });
}

/** TypeScript keeps these to itself; the public way to them compiles the file, which takes ten times as long. */
export function syntaxError(
  ts: typeof TypeScript,
  source: TypeScript.SourceFile,
): { at: number; text: string } | undefined {
  const { parseDiagnostics } = source as unknown as { parseDiagnostics?: readonly TypeScript.DiagnosticWithLocation[] };
  const first = parseDiagnostics?.[0];
  return first && { at: first.start, text: ts.flattenDiagnosticMessageText(first.messageText, "\n") };
}
