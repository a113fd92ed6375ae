import { basename, extname } from "node:path";
import type { Revision } from "../history/revision.ts";

/** What the top of a revision file declares, not yet checked. */
export interface Header {
  /** The exported constants by name, with {@link NOT_PLAIN} for what is not a literal; `undefined` reads as `null`. */
  readonly values: ReadonlyMap<string, unknown>;
  /** The first comment before the constants, with its slashes and stars; "" without one. */
  readonly comment: string;
}

/** Stands for a value that only running the file would tell. */
export const NOT_PLAIN = Symbol("not plain");

const COMMENT = /\/\*[\s\S]*?\*\/|(?:\/\/[^\n]*(?:\n[ \t]*(?=\/\/))?)+/y;
const IMPORT = /import\b[^;"']*(?:"[^"\n]*"|'[^'\n]*')(?:\s*with\s*\{[^}]*\})?[ \t]*(?:;|(?=\r?\n|$))/y;
const DECLARATION = /export\s+(?:const|let|var)\s+(\w+)\s*(?::[^=;]*)?=\s*/y;
const STRING = /"([^"\\\n]*)"|'([^'\\\n]*)'|`([^`\\$]*)`/y;
const NUMBER = /\d[\d_]*\b/y;
const WORD = /(?:null|undefined|true|false)\b/y;
const END = /[ \t]*(?:(?:as|satisfies)\b[\w \t.|<>,"'[\]]*)?(?:;|[ \t]*(?=\/\/|\r?\n|$))/y;
const SAME_LINE = /[ \t]*(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/)/y;
const BODY = /(?:export|async|function|class|const|let|var|type|interface)\b|$/y;
const LATER = /\bexport\s*(?:[{*]|(?:const|let|var)\s+(?:revision|downRevision|branchLabels|dependsOn|transaction)\b)/;

/** Comments that speak to a tool. */
const DIRECTIVE =
  /^(?:\/\/+|\/\*(?!\*))\s*(?:eslint-|biome-|prettier-|tslint:|(?:istanbul|c8|v8) ignore|@ts-|<reference)/;

/**
 * Reads the header of a revision file without a parser.
 * @param text the file
 * @returns the header, or undefined where only a parser can tell
 */
export function quickHeader(text: string): Header | undefined {
  const scan = scanner(text);
  const values = new Map<string, unknown>();
  const comments: string[] = [];
  for (;;) {
    const comment = scan.skipSpace().take(COMMENT)?.[0];
    if (comment !== undefined) {
      if (values.size === 0) comments.push(comment);
      continue;
    }
    const name = scan.take(DECLARATION)?.[1];
    if (name !== undefined) {
      const value = quickValue(scan);
      if (value === NOT_PLAIN || scan.take(END) === undefined) return undefined;
      values.set(name, value);
    } else if (scan.take(IMPORT) === undefined) break;
    while (scan.take(SAME_LINE) !== undefined);
  }
  if (scan.take(BODY) === undefined || LATER.test(text.slice(scan.start()))) return undefined;
  return { values, comment: fileComment(comments) };
}

/** The first comment that a person wrote for the reader. */
export function fileComment(comments: readonly string[]): string {
  return comments.find((comment) => !DIRECTIVE.test(comment)) ?? "";
}

/** What keeps a header from being a revision: which constant, and why. */
export function headerProblem({ values }: Header): { readonly name: string; readonly text: string } | undefined {
  const wrong = (name: string, text: string) => ({ name, text: `${name} ${text}` });
  const is = (name: string, ...tests: ((value: unknown) => boolean)[]) =>
    !values.has(name) || tests.some((test) => test(values.get(name)));
  if (!values.has("revision")) return wrong("revision", "is missing");
  if (!is("revision", isText)) return wrong("revision", "must be a plain string");
  if (!values.has("downRevision")) return wrong("downRevision", "is missing (the first revision has null)");
  if (!is("downRevision", isNull, isText, isTexts))
    return wrong("downRevision", "must be null, a plain string or an array of them");
  for (const name of ["branchLabels", "dependsOn"])
    if (!is(name, isNull, isText, isTexts)) return wrong(name, "must be a plain string or an array of them");
  if (!is("transaction", (value) => typeof value === "boolean")) return wrong("transaction", "must be true or false");
  return undefined;
}

/** A header without problems, as a revision. */
export function toRevision(file: string, { values, comment }: Header): Revision {
  const texts = (name: string): string[] => [values.get(name) ?? []].flat() as string[];
  const [labels, needs] = [texts("branchLabels"), texts("dependsOn")];
  const id = values.get("revision") as string;
  return {
    id,
    down: texts("downRevision"),
    ...(labels.length > 0 && { branchLabels: labels }),
    ...(needs.length > 0 && { dependsOn: needs }),
    message: firstSentence(comment) || wordsOf(file, id),
    file,
    ...(values.get("transaction") === false && { transaction: false }),
  };
}

/** The first sentence of a comment, without its full stop. */
export function firstSentence(comment: string): string {
  const lines = comment
    .replace(/\*\/$/, "")
    .replaceAll("*\\/", "*/")
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*(?:\/\*+|\/\/+|\*+)?/, "").trim());
  const start = lines.findIndex((line) => line !== "");
  const end = lines.findIndex((line, index) => index > start && (line === "" || line.startsWith("@")));
  const paragraph = start < 0 ? "" : lines.slice(start, end < 0 ? undefined : end).join(" ");
  const stop = /[.!?](?=\s+[^\p{Ll}\s]|\s*$)|[。！？]/u.exec(paragraph);
  const sentence = stop === null ? paragraph : paragraph.slice(0, stop.index + 1);
  return sentence.replace(/[.。]$/, "");
}

/** Without a comment, the file name has to do. */
function wordsOf(file: string, id: string): string {
  const name = basename(file, extname(file));
  return (name.startsWith(id) ? name.slice(id.length) : name).replace(/[_-]+/g, " ").trim();
}

interface Scanner {
  /** Takes what matches here, if it does. */
  readonly take: (pattern: RegExp) => RegExpExecArray | undefined;
  readonly skipSpace: () => Scanner;
  /** Where the last match began. */
  readonly start: () => number;
}

function scanner(text: string): Scanner {
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

function quickValue(scan: Scanner): unknown {
  const string = scan.take(STRING);
  if (string !== undefined) return string[1] ?? string[2] ?? string[3];
  const word = scan.take(WORD)?.[0];
  if (word !== undefined) return word === "true" ? true : word === "false" ? false : null;
  const number = scan.take(NUMBER)?.[0];
  if (number !== undefined) return Number(number.replaceAll("_", ""));
  if (scan.take(/\[/y) === undefined) return NOT_PLAIN;
  const items: unknown[] = [];
  for (;;) {
    while (scan.skipSpace().take(COMMENT) !== undefined);
    if (scan.take(/\]/y) !== undefined) return items;
    const item = scan.take(STRING);
    if (item === undefined) return NOT_PLAIN;
    items.push(item[1] ?? item[2] ?? item[3]);
    while (scan.skipSpace().take(COMMENT) !== undefined);
    if (scan.take(/,/y) === undefined) return scan.take(/\]/y) === undefined ? NOT_PLAIN : items;
  }
}

function isNull(value: unknown): boolean {
  return value === null;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}
