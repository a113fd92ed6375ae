import { ts } from "ts-morph";
import { expect, test } from "vitest";
import { parse, readFiles } from "../../scripts/measure.mjs";

/** A command to copy, up to the end of its line; "another run:" is about durations. */
const COMMAND = /(?<!another )\brun: ([^\n]*)/gi;
/** In a hint, what `--json` gives programs as the command to type next, up to the end of its line. */
const NEXT = /: ((?:remodel|npm|npx) [^\n]*)/g;
/** A mark of a sentence that would be copied with the command, also in the middle of a line. */
const STUCK = /[.,;:)](?:\s|$)| \(/;

type File = ReturnType<typeof parse>;

/** Where a text has a mark of a sentence after a command, as `path:line: text`. */
function findStuck(files: readonly File[]): readonly string[] {
  return files.flatMap(({ path, tree }) =>
    listTexts(tree).flatMap(({ text, node }) => {
      const commands = [...text.matchAll(COMMAND), ...(isHint(node) ? text.matchAll(NEXT) : [])];
      const isStuck = commands.some(([, command = ""]) => STUCK.test(command));
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
      return isStuck ? [`${path}:${line + 1}: ${text}`] : [];
    }),
  );
}

/** Whether something around a text says that it is a hint: a property, a constant or a function. */
function isHint(node: ts.Node): boolean {
  if (ts.isSourceFile(node)) return false;
  const name = "name" in node ? (node.name as ts.Node | undefined) : undefined;
  return (name !== undefined && ts.isIdentifier(name) && /hint$/i.test(name.text)) || isHint(node.parent);
}

/** The texts of a file, with `…` for what is put into them. */
function listTexts(node: ts.Node): readonly { readonly text: string; readonly node: ts.Node }[] {
  if (ts.isStringLiteralLike(node)) return [{ text: node.text, node }];
  if (!ts.isTemplateExpression(node)) {
    const below: { text: string; node: ts.Node }[] = [];
    node.forEachChild((child) => void below.push(...listTexts(child)));
    return below;
  }
  const text = node.templateSpans.reduce((all, { literal }) => `${all}…${literal.text}`, node.head.text);
  return [{ text, node }, ...node.templateSpans.flatMap(({ expression }) => listTexts(expression))];
}

test("a command that a user copies is the end of its line", () => {
  expect(findStuck(readFiles())).toEqual([]);
});

test.each([
  ["a full stop at the end", `const hint = "Run: remodel resolve.";`],
  ["another sentence", `const hint = "To see it, run: remodel current. Then go on.";`],
  ["a full stop after a name", `const hint = \`To finish it, run: \${finish}. To undo it, run: \${undo}\`;`],
  ["a comma", `const hint = "Run: remodel current, then go on";`],
  ["a bracket", `const hint = "First (run: remodel upgrade) go on";`],
  ["a bracket behind it", `const hint = "Run: remodel merge heads (or another one)";`],
  ["another sentence of a hint", `fail({ hint: "Build it: remodel build. Or name the file" });`],
  ["a second command of a hint", `function joinHint() { return "Do both: remodel heads, remodel merge heads"; }`],
])("%s is found", (_, text) => expect(findStuck([parse("a.ts", text)])).toHaveLength(1));

test.each([
  ["a command at the end", `const hint = "To see it, run: remodel current";`],
  ["two commands on two lines", `const hint = \`To finish it, run: \${finish}\\nTo undo it, run: \${undo}\`;`],
  ["a sentence about a command", `const text = "To build it: remodel build. Or name the file.";`],
  ["a name with a dot", `const hint = "Run: npx tsc -p tsconfig.json --noEmit";`],
  ["a full stop elsewhere", `const hint = "It is lost. To see it, run: remodel current";`],
])("%s is allowed", (_, text) => expect(findStuck([parse("a.ts", text)])).toEqual([]));
