import { basename, extname } from "node:path";
import { dropUndefined } from "../given.ts";
import type { Revision } from "../history/revision.ts";

/** The declarations at the top of a revision file, not checked yet. */
export interface Header {
  /** The exported constants by name, with {@link NOT_PLAIN} for what is not a literal. `undefined` is read as `null`. */
  readonly values: ReadonlyMap<string, unknown>;
  /** The first comment before the constants, with its slashes and stars; "" without one. */
  readonly comment: string;
}

/** A value that is known only after the file has run. */
export const NOT_PLAIN = Symbol("not plain");

/** The constants of a header. */
export const CONSTANTS: readonly string[] = [
  "revision",
  "downRevision",
  "branchLabels",
  "dependsOn",
  "replaces",
  "transaction",
];

const COMMENT = /\/\*[\s\S]*?\*\/|(?:\/\/[^\n]*(?:\n[ \t]*(?=\/\/))?)+/y;
const IMPORT = /import\b[^;"']*(?:"[^"\n]*"|'[^'\n]*')(?:\s*with\s*\{[^}]*\})?[ \t]*(?:;|(?=\r?\n|$))/y;
const DECLARATION =
  /(?:export\s+(?:const|let|var)\s+(\w+)\s*(?::[^=;]*)?|exports\.(revision|downRevision|branchLabels|dependsOn|replaces|transaction)\s*)=(?!\s*(?:exports\.|void\b))\s*/y;
/** What tsc prints before the first constant. */
const PREAMBLE =
  /(?:["']use strict["']|Object\.defineProperty\(exports, "__esModule", \{ value: true \}\)|(?:exports\.\w+ = )+void 0|exports\.(upgrade|downgrade) = \1);/y;
const STRING = /"([^"\\\n]*)"|'([^'\\\n]*)'|`([^`\\$]*)`/y;
const NUMBER = /\d[\d_]*\b/y;
const WORD = /(?:null|undefined|true|false)\b/y;
const END = /[ \t]*(?:(?:as|satisfies)\b[\w \t.|<>,"'[\]]*)?(?:;|[ \t]*(?=\/\/|\r?\n|$))/y;
const SAME_LINE = /[ \t]*(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/)/y;
const BODY = /(?:export|async|function|class|const|let|var|type|interface)\b|$/y;
const LATER = new RegExp(
  `\\bexport\\s*(?:[{*]|(?:const|let|var)\\s+(?:${CONSTANTS.join("|")})\\b)|\\bmodule\\.exports\\b|\\bexports\\.(?:${CONSTANTS.join("|")})\\s*=`,
);

/** Comments for a tool, such as a linter. */
const DIRECTIVE =
  /^(?:\/\/+|\/\*(?!\*))\s*(?:eslint-|biome-|prettier-|tslint:|(?:istanbul|c8|v8) ignore|@ts-|<reference)/;

/**
 * Reads the header of a revision file without a parser.
 * @param text the file
 * @returns the header, or undefined if only a parser can read it
 */
export function quickHeader(text: string): Header | undefined {
  const scan = createScanner(text);
  const values = new Map<string, unknown>();
  const comments: string[] = [];
  let found: Found;
  do {
    const before = takeComments(scan);
    if (values.size === 0) comments.push(...before);
    found = takeStatement(scan, values);
    while (found === "statement" && scan.take(SAME_LINE) !== undefined);
  } while (found === "statement");
  if (found === "unreadable" || scan.take(BODY) === undefined) return undefined;
  return LATER.test(text.slice(scan.start())) ? undefined : { values, comment: findFileComment(comments) };
}

/** What is next in a file: a statement of its header, a value that only a parser can read, or something else. */
type Found = "statement" | "unreadable" | "else";

function takeComments(scan: Scanner): readonly string[] {
  const comments: string[] = [];
  for (;;) {
    const comment = scan.skipSpace().take(COMMENT)?.[0];
    if (comment === undefined) return comments;
    comments.push(comment);
  }
}

/** Takes a declaration, whose value it adds to the values, or an import. */
function takeStatement(scan: Scanner, values: Map<string, unknown>): Found {
  const [, exported, assigned] = scan.take(DECLARATION) ?? [];
  const name = exported ?? assigned;
  if (name === undefined) return (scan.take(IMPORT) ?? scan.take(PREAMBLE)) === undefined ? "else" : "statement";
  const value = readDeclared(scan);
  if (value === NOT_PLAIN) return "unreadable";
  values.set(name, value);
  return "statement";
}

/** Reads the value of a declaration, which is a literal only if the statement ends after it. */
function readDeclared(scan: Scanner): unknown {
  const value = readQuickValue(scan);
  if (scan.take(END) === undefined) return NOT_PLAIN;
  return value;
}

/** Finds the first comment that is not for a tool. */
export function findFileComment(comments: readonly string[]): string {
  return comments.find((comment) => !DIRECTIVE.test(comment)) ?? "";
}

/** Finds the first constant that is missing or wrong, with the reason. */
export function headerProblem({ values }: Header): { readonly name: string; readonly text: string } | undefined {
  for (const rule of RULES) {
    const problem = findProblem(values, rule);
    if (problem !== undefined) return { name: rule.name, text: `${rule.name} ${problem}` };
  }
  return undefined;
}

/** What a constant of the header must be. */
interface Rule {
  readonly name: string;
  /** What to say if it is missing; absent if it may be. */
  readonly missing?: string;
  /** One of them holds. */
  readonly tests: readonly ((value: unknown) => boolean)[];
  /** What to say if none of them holds. */
  readonly wrong: string;
}

const NAMES = { tests: [isNull, isText, isTexts], wrong: "must be a plain string or an array of them" };
const RULES: readonly Rule[] = [
  { name: "revision", missing: "is missing", tests: [isText], wrong: "must be a plain string" },
  {
    name: "downRevision",
    missing: "is missing (the first revision has null)",
    tests: NAMES.tests,
    wrong: "must be null, a plain string or an array of them",
  },
  { name: "branchLabels", ...NAMES },
  { name: "dependsOn", ...NAMES },
  { name: "replaces", ...NAMES },
  { name: "transaction", tests: [isBoolean], wrong: "must be true or false" },
];

function findProblem(values: Header["values"], { name, missing, tests, wrong }: Rule): string | undefined {
  if (!values.has(name)) return missing;
  const isValid = tests.some((test) => test(values.get(name)));
  return isValid ? undefined : wrong;
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

/** Makes a revision of a header without problems. */
export function toRevision(file: string, { values, comment }: Header): Revision {
  const readTexts = (name: string) => [values.get(name) ?? []].flat().filter(isText);
  const readIfAny = (name: string) => {
    const texts = readTexts(name);
    return texts.length > 0 ? texts : undefined;
  };
  const [id = ""] = readTexts("revision");
  return {
    id,
    down: readTexts("downRevision"),
    ...dropUndefined({
      branchLabels: readIfAny("branchLabels"),
      dependsOn: readIfAny("dependsOn"),
      replaces: readIfAny("replaces"),
    }),
    message: firstSentence(comment) || readMessage(file, id),
    file,
    ...(values.get("transaction") === false && { transaction: false }),
  };
}

/** Reads the first sentence of a comment, without its full stop. */
export function firstSentence(comment: string): string {
  const paragraph = readFirstParagraph(comment);
  const stop = /[.!?](?=\s+[^\p{Ll}\s]|\s*$)|[。！？]/u.exec(paragraph);
  return paragraph.slice(0, stop === null ? undefined : stop.index + 1).replace(/[.。]$/, "");
}

function readFirstParagraph(comment: string): string {
  const lines = comment
    .replace(/\*\/$/, "")
    .replaceAll("*\\/", "*/")
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*(?:\/\*+|\/\/+|\*+)?/, "").trim());
  const start = lines.findIndex((line) => line !== "");
  if (start < 0) return "";
  const end = lines.findIndex((line, index) => index > start && (line === "" || line.startsWith("@")));
  return lines.slice(start, end < 0 ? undefined : end).join(" ");
}

/** Reads the message of a revision without a comment from the name of its file. */
function readMessage(file: string, id: string): string {
  const name = basename(file, extname(file));
  const words = name.startsWith(id) ? name.slice(id.length) : name;
  return words.replace(/[_-]+/g, " ").trim();
}

interface Scanner {
  /** Matches a pattern at the current position and moves behind the match. */
  readonly take: (pattern: RegExp) => RegExpExecArray | undefined;
  readonly skipSpace: () => Scanner;
  /** The position at which the last match began. */
  readonly start: () => number;
}

function createScanner(text: string): Scanner {
  let [start, at] = [0, 0];
  const take: Scanner["take"] = (pattern) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text) ?? undefined;
    if (match !== undefined) [start, at] = [at, pattern.lastIndex];
    return match;
  };
  const self: Scanner = {
    take,
    skipSpace: () => {
      take(/\s*/y);
      return self;
    },
    start: () => start,
  };
  return self;
}

const WORDS = new Map<string, unknown>([
  ["true", true],
  ["false", false],
]);

function readQuickValue(scan: Scanner): unknown {
  const text = readQuickText(scan);
  if (text !== undefined) return text;
  const [word] = scan.take(WORD) ?? [];
  if (word !== undefined) return WORDS.get(word) ?? null;
  const [number] = scan.take(NUMBER) ?? [];
  if (number !== undefined) return Number(number.replaceAll("_", ""));
  if (scan.take(/\[/y) === undefined) return NOT_PLAIN;
  return readQuickTexts(scan);
}

function readQuickText(scan: Scanner): string | undefined {
  const [, ...groups] = scan.take(STRING) ?? [];
  return groups.find((group) => group !== undefined);
}

/** Reads a list of strings after its opening bracket. */
function readQuickTexts(scan: Scanner): unknown {
  const texts: string[] = [];
  for (;;) {
    skipComments(scan);
    if (scan.take(/\]/y) !== undefined) return texts;
    const text = readQuickText(scan);
    if (text === undefined) return NOT_PLAIN;
    texts.push(text);
    skipComments(scan);
    if (scan.take(/,/y) === undefined) return scan.take(/\]/y) === undefined ? NOT_PLAIN : texts;
  }
}

function skipComments(scan: Scanner): void {
  while (scan.skipSpace().take(COMMENT) !== undefined);
}

function isNull(value: unknown): boolean {
  return value === null;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}
