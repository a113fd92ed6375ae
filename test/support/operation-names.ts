import { Node, Project, SyntaxKind } from "ts-morph";
import type { Source } from "./architecture.ts";

/** Words that are also the name of an operation, and what they mean in that room. */
const LICENSED: readonly { readonly room: string; readonly word: string; readonly why: string }[] = [
  { room: "cli", word: "sql", why: "the option --sql of a command" },
];

const TEXTS = [
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.PropertyAssignment,
  SyntaxKind.RegularExpressionLiteral,
] as const;

/**
 * Where code outside `kinds/` decides by the name of an operation: an operation says what it is about in its target.
 * @param names the names of all operations
 * @returns `src/file.ts:line: what and why`
 */
export function namesInUse(sources: readonly Source[], names: readonly string[]): string[] {
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const verbs = [...new Set(names.map((name) => name.replace(/[A-Z].*/, "")))];
  const any = [...names, ...verbs].join("|");
  // To parse every file takes a second.
  const hint = new RegExp(`["'\`](?:${any})["'\`]|\\b(?:${names.join("|")})["']?:|/\\^`);
  const outside = sources.filter(({ path, text }) => !path.startsWith("kinds/") && hint.test(text));
  return outside.flatMap(({ path, text }) => {
    const tree = project.createSourceFile(`/${path}`, text);
    const nodes = TEXTS.flatMap((kind): readonly Node[] => tree.getDescendantsOfKind(kind));
    return nodes.flatMap((node) => {
      const word = nameIn(node, names) ?? beginningIn(node, verbs);
      if (word === undefined || LICENSED.some((one) => one.word === word && path.startsWith(`${one.room}/`))) return [];
      return [
        `src/${path}:${node.getStartLineNumber()}: knows operations by the name ${word}; read the target instead`,
      ];
    });
  });
}

/** The name of an operation in quotes, or as the key of a table of names. */
function nameIn(node: Node, names: readonly string[]): string | undefined {
  if (Node.isPropertyAssignment(node)) {
    const key = node.getName();
    return /[A-Z]/.test(key) && names.includes(key) ? key : undefined;
  }
  if (!Node.isStringLiteral(node) && !Node.isNoSubstitutionTemplateLiteral(node)) return undefined;
  const text = node.getLiteralText();
  return names.includes(text) ? text : undefined;
}

/** The first word of an operation's name that another name has to begin with. */
function beginningIn(node: Node, verbs: readonly string[]): string | undefined {
  if (Node.isRegularExpressionLiteral(node)) {
    const [, first = ""] = /^\/\^(?:\((?:\?:)?)?([a-z]+)/.exec(node.getText()) ?? [];
    return verbs.find((verb) => verb === first);
  }
  const call = node.getParent();
  if (!Node.isStringLiteral(node) || !Node.isCallExpression(call)) return undefined;
  const isBeginning = /\.startsWith$/.test(call.getExpression().getText());
  return isBeginning ? verbs.find((verb) => verb === node.getLiteralText()) : undefined;
}
