import { ts } from "ts-morph";
import { lineAt, nodesOf, parse } from "../../scripts/measure.mjs";
import type { Source } from "./architecture.ts";

/** Words that are also the name of an operation, and what they mean in that room. */
const LICENSED: readonly { readonly room: string; readonly word: string; readonly why: string }[] = [
  { room: "cli", word: "sql", why: "the option --sql of a command" },
  { room: "shadow", word: "irreversible", why: "a grade of a downgrade" },
  { room: "fleet", word: "run", why: "an event of the journal" },
];

/**
 * Where code outside `kinds/` decides by the name of an operation: an operation says what it is about in its target.
 * @param names the names of all operations
 * @returns `src/file.ts:line: what and why`
 */
export function namesInUse(sources: readonly Source[], names: readonly string[]): string[] {
  const verbs = [...new Set(names.map((name) => name.replace(/[A-Z].*/, "")))];
  // Most files have no such text and need not be parsed.
  const hint = new RegExp(`["'\`](?:${[...names, ...verbs].join("|")})["'\`]|\\b(?:${names.join("|")}):|/\\^`);
  return sources.flatMap(({ path, text }) => {
    if (path.startsWith("kinds/") || !hint.test(text)) return [];
    const { tree } = parse(path, text);
    return nodesOf(tree).flatMap((node) => {
      const word = nameIn(node, names) ?? beginningIn(node, verbs);
      if (word === undefined || LICENSED.some((one) => one.word === word && path.startsWith(`${one.room}/`))) return [];
      return [
        `src/${path}:${lineAt(tree, node.getStart(tree))}: knows operations by the name ${word}; read the target instead`,
      ];
    });
  });
}

/** The name of an operation in quotes, or as the key of a table of names. */
function nameIn(node: ts.Node, names: readonly string[]): string | undefined {
  if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) return keyIn(node.name.text, names);
  return ts.isStringLiteralLike(node) ? names.find((name) => name === node.text) : undefined;
}

/** Keys of one word, such as `sql`, may be anything. */
function keyIn(key: string, names: readonly string[]): string | undefined {
  return /[A-Z]/.test(key) && names.includes(key) ? key : undefined;
}

/** The first word of an operation's name that another name has to begin with. */
function beginningIn(node: ts.Node, verbs: readonly string[]): string | undefined {
  if (ts.isRegularExpressionLiteral(node)) {
    const [, first = ""] = /^\/\^(?:\((?:\?:)?)?([a-z]+)/.exec(node.text) ?? [];
    return verbs.find((verb) => verb === first);
  }
  if (!ts.isStringLiteralLike(node) || !ts.isCallExpression(node.parent)) return undefined;
  const callee = node.parent.expression;
  const isBeginning = ts.isPropertyAccessExpression(callee) && callee.name.text === "startsWith";
  return isBeginning ? verbs.find((verb) => verb === node.text) : undefined;
}
