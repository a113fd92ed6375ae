import { collect } from "../collect.ts";

/** Matches comments and texts. A template with `${…}` is no text: it has code inside. */
const TOKENS =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\r\n]|\\[\s\S])*"|'(?:[^'\\\r\n]|\\[\s\S])*'|`(?:[^`\\$]|\\[\s\S]|\$(?!\{))*`/g;

const NAME = "[A-Za-z_$][\\w$]*";
const ONE_TYPE = `${NAME}(?:\\.${NAME})*(?:\\[\\])*`;
const TYPE = `\\s*:\\s*${ONE_TYPE}(?:\\s*\\|\\s*${ONE_TYPE})*`;
const IMPORTED = `${NAME}(?:\\s+as\\s+${NAME})?`;

/** Matches an import of types, which TypeScript removes. */
const TYPE_IMPORT = new RegExp(
  `import\\s+type\\s*\\{\\s*${IMPORTED}(?:\\s*,\\s*${IMPORTED})*\\s*,?\\s*\\}\\s*from\\s*" *"(?:\\s*;|(?=\\s))`,
  "y",
);
/** Matches a declaration up to its value or its code. The groups `export` and those of types are no JavaScript. */
const CONSTANT = new RegExp(`(?<export>export\\s+)?const\\s+(?<name>${NAME})(?<type>${TYPE})?\\s*=(?!=)`, "dy");
const FUNCTION = new RegExp(
  `(?<export>export\\s+)?function\\s+(?<name>${NAME})\\s*\\(\\s*(?:${NAME}(?<type>${TYPE})?)?\\s*\\)(?<result>${TYPE})?\\s*(?=\\{)`,
  "dy",
);
const SPACE = /\s*/y;
const MARKS = /[([{)\]};\n]/g;
/** Matches what may come after a constant that no semicolon ends. */
const NEXT = /\n\s*(?:$|(?:export|import|const|function)\b)/y;

/**
 * Matches code that TypeScript reads in another way than JavaScript, or that needs more than a look to find its end: generics,
 * divisions and regular expressions, templates with code, classes. And functions: their text counts for the checksum of a
 * revision, and TypeScript prints it in its own way.
 */
const NOT_PLAIN = /[<>/`@#\\]|\)\s*\{|\b(?:import|export|exports|module|class|function|async|await)\b/;

/** Where a text is: from one index to another. */
type Range = readonly [start: number, end: number];

/** A statement of a file. */
interface Statement {
  readonly end: number;
  /** What is no JavaScript in it. */
  readonly removed: readonly Range[];
  /** The name that it exports. */
  readonly exported?: string | undefined;
}

/**
 * Makes JavaScript of a file that is written as remodel writes revisions, without TypeScript, which takes most of the time of
 * a long history: types become spaces, so every line stays where it is. Whether the rest is JavaScript, only an engine can say.
 * @returns undefined if it takes TypeScript to read the file
 */
export function readPlainCode(text: string): string | undefined {
  const code = text.replace(TOKENS, blankToken);
  const statements: Statement[] = [];
  for (let at = skipSpace(code, 0); at < code.length; at = skipSpace(code, statements.at(-1)?.end ?? 0)) {
    const next = takeImport(code, at) ?? takeConstant(code, at) ?? takeFunction(code, at);
    if (next === undefined) return undefined;
    statements.push(next);
  }
  const exported = statements.flatMap(({ exported: name }) =>
    collect(name !== undefined && `exports.${name} = ${name};`),
  );
  return `${blankRanges(
    text,
    statements.flatMap(({ removed }) => removed),
  )}\n${exported.join(" ")}`;
}

/** Texts keep their quotes, so that it is seen where one is. */
function blankToken(token: string): string {
  return token.startsWith("/") ? " ".repeat(token.length) : `"${" ".repeat(token.length - 2)}"`;
}

function blankRanges(text: string, ranges: readonly Range[]): string {
  const parts = ranges.map(([start, end], at) => {
    const before = ranges[at - 1]?.[1] ?? 0;
    return text.slice(before, start) + text.slice(start, end).replace(/[^\r\n]/g, " ");
  });
  return parts.join("") + text.slice(ranges.at(-1)?.[1] ?? 0);
}

function skipSpace(code: string, at: number): number {
  return at + (matchAt(SPACE, code, at)?.[0].length ?? 0);
}

function matchAt(pattern: RegExp, code: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(code) ?? undefined;
}

function takeImport(code: string, at: number): Statement | undefined {
  const found = matchAt(TYPE_IMPORT, code, at);
  if (found === undefined) return undefined;
  const end = at + found[0].length;
  return { end, removed: [[at, end]] };
}

function takeConstant(code: string, at: number): Statement | undefined {
  const head = matchAt(CONSTANT, code, at);
  return head && takeRest(code, head, findEndOfValue(code, at + head[0].length));
}

function takeFunction(code: string, at: number): Statement | undefined {
  const head = matchAt(FUNCTION, code, at);
  return head && takeRest(code, head, findEndOfCode(code, at + head[0].length));
}

function takeRest(code: string, head: RegExpExecArray, end: number | undefined): Statement | undefined {
  const { name = "" } = head.groups ?? {};
  if (end === undefined || NOT_PLAIN.test(name) || NOT_PLAIN.test(code.slice(head.index + head[0].length, end)))
    return undefined;
  const found = collect(...["export", "type", "result"].map((group) => head.indices?.groups?.[group]));
  return { end, removed: found, exported: head.groups?.["export"] === undefined ? undefined : name };
}

/** Finds the end of a value: a semicolon, or the end of a line after which a statement begins. */
function findEndOfValue(code: string, start: number): number | undefined {
  return findOutside(code, start, (at) => {
    if (code[at] === ";") return at + 1;
    return matchAt(NEXT, code, at) === undefined ? undefined : at;
  });
}

/** Finds the end of the code between two braces. */
function findEndOfCode(code: string, start: number): number | undefined {
  return findOutside(code, start, (at) => (code[at] === "}" ? at + 1 : undefined));
}

/** Tries the closing brackets and ends of statements that are in no brackets, until one of them gives an end. */
function findOutside(code: string, start: number, endAt: (at: number) => number | undefined): number | undefined {
  let depth = 0;
  MARKS.lastIndex = start;
  for (let found = MARKS.exec(code); found !== null; found = MARKS.exec(code)) {
    const [mark] = found;
    depth += Number("([{".includes(mark)) - Number(")]}".includes(mark));
    const end = depth === 0 ? endAt(found.index) : undefined;
    if (end !== undefined) return end;
  }
  return undefined;
}
