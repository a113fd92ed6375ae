// Measures src/ (or the folder that is given): how complex its functions are, and how often it leaves the type system.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ts } from "ts-morph";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));
const LONG_FUNCTION = 40;
const LONG_FILE = 300;
const COMPLEX = 10;

/**
 * @typedef {{ readonly path: string, readonly tree: ts.SourceFile }} File
 * @typedef {{ readonly path: string, readonly line: number, readonly name: string, readonly lines: number, readonly complexity: number }} Measured
 */

/** Where a function may go two ways. */
const BRANCHES = new Set([
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ConditionalExpression,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.CaseClause,
  ts.SyntaxKind.CatchClause,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
]);

/**
 * Reads the TypeScript files of a folder, sorted by path.
 * @returns {readonly File[]}
 */
export function readFiles(folder = SRC) {
  const known = read.get(folder);
  if (known) return known;
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  const files = paths.sort().map((path) => parse(path, readFileSync(join(folder, path), "utf8")));
  read.set(folder, files);
  return files;
}

/** The files of each folder: several tests of one process read all of src/. */
const read = new Map();

/**
 * Makes a file of its text. Of each path the last one is kept, since many rules look at the same text.
 * @param {string} path
 * @param {string} text
 * @returns {File}
 */
export function parse(path, text) {
  const known = parsed.get(path);
  if (known?.tree.text === text) return known;
  const file = { path, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
  parsed.set(path, file);
  return file;
}

/** @type {Map<string, File>} */
const parsed = new Map();

/**
 * Every function that has a name: its length in lines, and its cyclomatic complexity together with its callbacks.
 * @param {readonly File[]} files
 * @returns {readonly Measured[]}
 */
export function measureFunctions(files) {
  return files.flatMap(({ path, tree }) =>
    nodesOf(tree).flatMap((node) => {
      const name = nameOf(node);
      if (name === undefined) return [];
      const [first, last] = [lineAt(tree, node.getStart(tree)), lineAt(tree, node.getEnd())];
      return [{ path, line: first, name, lines: last - first + 1, complexity: complexityOf(node) }];
    }),
  );
}

/**
 * Names that more than one file declares and exports; re-exports are the same thing again.
 * @param {readonly File[]} files
 * @returns {ReadonlyMap<string, readonly string[]>} the paths by name
 */
export function findSharedNames(files) {
  /** @type {Map<string, Set<string>>} */
  const paths = new Map();
  for (const { path, tree } of files)
    for (const name of tree.statements.flatMap(exportedNames))
      paths.set(name, (paths.get(name) ?? new Set()).add(path));
  return new Map([...paths].filter(([, all]) => all.size > 1).map(([name, all]) => [name, [...all]]));
}

/**
 * What is written so, as `path:line`.
 * @param {readonly File[]} files
 * @param {(node: ts.Node) => boolean} matches
 * @returns {readonly string[]}
 */
export function findNodes(files, matches) {
  return files.flatMap(({ path, tree }) =>
    nodesOf(tree)
      .filter(matches)
      .map((node) => `${path}:${lineAt(tree, node.getStart(tree))}`),
  );
}

/** `x!` */
export const isNonNull = ts.isNonNullExpression;

/** `x as T`, but not `as const`. @param {ts.Node} node */
export function isCast(node) {
  return ts.isAsExpression(node) && !ts.isConstTypeReference(node.type);
}

/** `a ? b : c` */
export const isTernary = ts.isConditionalExpression;

/** A ternary as one of the three parts of another. @param {ts.Node} node */
export function isNestedTernary(node) {
  if (!isTernary(node)) return false;
  let { parent } = node;
  while (ts.isParenthesizedExpression(parent)) parent = parent.parent;
  return isTernary(parent);
}

/**
 * All measures, by name.
 * @param {readonly File[]} files
 * @returns {Readonly<Record<string, number | string>>}
 */
export function measure(files) {
  const functions = measureFunctions(files);
  const complexities = functions.map(({ complexity }) => complexity).sort((a, b) => a - b);
  const lines = files.reduce((sum, file) => sum + linesOf(file), 0);
  /** @param {(node: ts.Node) => boolean} matches */
  const per1000 = (matches) => ((findNodes(files, matches).length / lines) * 1000).toFixed(1);
  return {
    "source files": files.length,
    lines,
    functions: functions.length,
    "cyclomatic complexity, p90": complexities[Math.floor(complexities.length * 0.9)] ?? 0,
    "cyclomatic complexity, max": complexities.at(-1) ?? 0,
    [`functions with a complexity over ${COMPLEX}`]: complexities.filter((one) => one > COMPLEX).length,
    "x! per 1,000 lines": per1000(isNonNull),
    "casts (as T) per 1,000 lines": per1000(isCast),
    "ternaries per 1,000 lines": per1000(isTernary),
    "nested ternaries": findNodes(files, isNestedTernary).length,
    "exported names with several meanings": findSharedNames(files).size,
    [`functions over ${LONG_FUNCTION} lines`]: functions.filter(({ lines }) => lines > LONG_FUNCTION).length,
    [`files over ${LONG_FILE} lines`]: files.filter((file) => linesOf(file) > LONG_FILE).length,
  };
}

/** @param {File} file */
function linesOf({ tree }) {
  return tree.text.trimEnd().split("\n").length;
}

/** @param {ts.SourceFile} tree @param {number} position */
export function lineAt(tree, position) {
  return tree.getLineAndCharacterOfPosition(position).line + 1;
}

/** A node and all below it. @param {ts.Node} tree @returns {readonly ts.Node[]} */
export function nodesOf(tree) {
  /** @type {ts.Node[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    found.push(node);
    node.forEachChild(visit);
  };
  visit(tree);
  return found;
}

/** @param {ts.Node} node */
function complexityOf(node) {
  let ways = 1;
  /** @param {ts.Node} child */
  const visit = (child) => {
    if (nameOf(child) !== undefined) return;
    if (BRANCHES.has(child.kind)) ways += 1;
    child.forEachChild(visit);
  };
  node.forEachChild(visit);
  return ways;
}

/**
 * The name of a function: its own, or that of the variable or property that holds it. A callback has none.
 * @param {ts.Node} node
 * @returns {string | undefined}
 */
function nameOf(node) {
  if (!ts.isFunctionLike(node) || !("body" in node) || node.body === undefined) return undefined;
  const holder = ts.isVariableDeclaration(node.parent) || ts.isPropertyAssignment(node.parent) ? node.parent : node;
  return node.name?.getText() ?? holder.name?.getText();
}

/** @param {ts.Statement} statement @returns {readonly string[]} */
function exportedNames(statement) {
  const isExported =
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  if (!isExported) return [];
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const { name } = /** @type {{ name?: ts.Node }} */ (/** @type {unknown} */ (statement));
  return name === undefined ? [] : [name.getText()];
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, value] of Object.entries(measure(readFiles(process.argv[2]))))
    console.log(`${name.padEnd(38)} ${value}`);
