import { createHash, hash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { findFilesAgain } from "./entities.ts";
import { type Inquiry, type InquiryKind, unobserved } from "./observers.ts";
import { describeState, kindOf } from "./on-disk.ts";
import { resolvePackage } from "./package.ts";

/** The answer for a variable that is not set. */
export const MISSING = "\0missing";

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How each sort of question is answered. */
const READERS: Readonly<Record<InquiryKind, (name: string, from: string, env: Environment) => string>> = {
  /** The content of a file. */
  file: hashFile,
  /** A file of an installed package: whether it is still the one that was installed. */
  installed: describeState,
  /** What is at a path. */
  kind: (path) => kindOf(statSync(path)),
  /** The same without following a link. */
  linkKind: (path) => kindOf(lstatSync(path)),
  target: (path) => readlinkSync(path),
  real: (path) => realpathSync.native(path),
  /** The names in a folder. */
  folder: (path) => listEntries(path, { withFileTypes: true }),
  /** The same with those below it. */
  tree: (path) => listEntries(path, { withFileTypes: true, recursive: true }),
  /** The files that a pattern of the data source matches. */
  pattern: (pattern, file) => findFilesAgain(pattern, file).join("\0"),
  /** The file that an import of a package means. */
  package: (name, from) => resolvePackage(name, from) ?? "",
  variable: (name, _, env) => env[name] ?? MISSING,
  environment: (_, __, env) => JSON.stringify(Object.entries(env).sort()),
};

/** Asks a question. What cannot be read has an answer too. */
export function answer([how, name = "", from = ""]: Inquiry, env: Environment = process.env): string {
  return unobserved(() => {
    try {
      return READERS[how](name, from, env);
    } catch {
      return "\0failed";
    }
  });
}

/** Reads a question from JSON. */
export function parseInquiry(text: string): Inquiry {
  return JSON.parse(text);
}

/** A hash of questions and answers. It is the same only where all of them are. */
export function hashAnswers(answers: Iterable<readonly [question: string, answer: string]>): Buffer {
  const texts = Array.from(answers, ([question, text]) => `${question.length} ${text.length} ${question}${text}`);
  // One call: each has a cost of its own.
  return createHash("sha256").update(texts.join("")).digest();
}

/** A hash of the content of a file. */
export function hashContent(content: string | Buffer): string {
  return hash("sha256", content);
}

/** A text is read faster than bytes. */
function hashFile(path: string): string {
  const text = readFileSync(path, "utf8");
  return hashContent(text.includes("\uFFFD") ? readFileSync(path) : text);
}

function listEntries(path: string, options: { readonly withFileTypes: true; readonly recursive?: boolean }): string {
  const entries = readdirSync(path, options);
  return entries
    .map((entry) => `${join(entry.parentPath, entry.name)} ${kindOf(entry)}`)
    .sort()
    .join("\0");
}
