import fs from "node:fs";
import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isCacheFile } from "./cache-folder.ts";
import { type InquiryKind, isObserved, observe, unobserved } from "./observers.ts";
import { answer, hashContent } from "./questions.ts";
import { type AnyFunction, refuse, refusing, refusingIf, replace, replaceValue, type Undo } from "./replaced.ts";

/** What is asked with each function of `fs` whose first argument is a path. A file that is opened is read. */
const ASKED: Readonly<Record<string, InquiryKind>> = {
  openSync: "file",
  readFileSync: "file",
  existsSync: "kind",
  statSync: "kind",
  accessSync: "kind",
  lstatSync: "linkKind",
  readlinkSync: "target",
  realpathSync: "real",
  readdirSync: "folder",
};

/** What belongs to a file that is open already, and what reads nothing. */
const HARMLESS = /^(?:Stats|Dirent|Dir|_toUnixTimestamp|(?:f?write|writev|close|f(?:data)?sync)(?:Sync)?)$/;
/** The numbers of the files that were opened, and observed; others have those of the terminal. */
const opened = new Set<unknown>();
const UNSEEN = "a file in a way that is not observed";

/** Observes what code reads of files and folders. A function that is not known here makes a result that is not kept. */
export function observeFiles(): readonly Undo[] {
  const names = Object.keys(fs).filter((name) => !HARMLESS.test(name));
  return [
    ...names.map((name) => observeFunction(name)),
    ...Object.keys(fs.promises).map((name) => replace(fs.promises, name, (original) => refusing(original, UNSEEN))),
  ];
}

function observeFunction(name: string): Undo {
  const isLazy = Object.getOwnPropertyDescriptor(fs, name)?.get !== undefined;
  if (isLazy) return name === "promises" ? () => undefined : replaceValue(fs, name, UNSEEN);
  if (name === "readSync")
    return replace(fs, name, (original) => refusingIf(original, UNSEEN, (_, [file]) => !opened.has(file)));
  const kind = ASKED[name];
  return replace(fs, name, (original) => (kind === undefined ? refusing(original, UNSEEN) : asking(original, kind)));
}

/** Whether a file belongs to a package that is installed. */
export function isInstalled(path: string): boolean {
  return path.includes(`${sep}node_modules${sep}`);
}

function asking(original: AnyFunction, kind: InquiryKind): AnyFunction {
  return new Proxy(original, {
    apply(target, self, args) {
      const path = pathOf(args[0]);
      // What Node itself calls for it is no question of the code.
      const call = () => unobserved(() => Reflect.apply(target, self, args));
      if (path === undefined && !opened.has(args[0])) refuse(UNSEEN);
      if (path === undefined || isCacheFile(path)) return call();
      const more = isObserved() ? findMore(target.name, path, args) : undefined;
      if (more !== undefined) refuse(more);
      if (kind === "file") return readAndObserve(path, isUtf8(args[1]), call);
      return askAndObserve(isRecursive(args[1]) ? "tree" : kind, path, call);
    },
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      return name === "native" ? asking(value as AnyFunction, kind) : value;
    },
  });
}

/** What is asked besides the content or the kind, which is not observed. */
function findMore(name: string, path: string, [, option]: readonly unknown[]): string | undefined {
  const { F_OK, O_RDONLY } = fs.constants;
  if (name === "accessSync" && (option ?? F_OK) !== F_OK) return "the rights of a file";
  if (name === "openSync" && !["r", O_RDONLY].includes((option ?? "r") as string)) return UNSEEN;
  const isRead = name === "openSync" || name === "readFileSync";
  return isRead && isSpecial(path) ? "what is no file, and can be read once" : undefined;
}

function isSpecial(path: string): boolean {
  return unobserved(() => fs.statSync(path, { throwIfNoEntry: false })?.isFile()) === false;
}

function isRecursive(options: unknown): boolean {
  return Object(options).recursive === true;
}

function askAndObserve(kind: InquiryKind, path: string, call: () => unknown): unknown {
  observe([kind, path], () => answer([kind, path]));
  return withoutTimes(call());
}

/** The content of a file is what the code got. */
function readAndObserve(path: string, utf8: boolean, call: () => unknown): unknown {
  const question = [isInstalled(path) ? "installed" : "file", path] as const;
  try {
    const content = call();
    if (typeof content === "number") opened.add(content);
    observe(question, () => (question[0] === "file" && hashOf(content, utf8)) || answer(question));
    return content;
  } catch (error) {
    observe(question, () => answer(question));
    throw error;
  }
}

/** The hash of what a file has; undefined for a text in another encoding, from which its bytes are not known. */
function hashOf(content: unknown, utf8: boolean): string | undefined {
  if (typeof content === "string" && utf8 && !content.includes("\uFFFD")) return hashContent(content);
  return Buffer.isBuffer(content) ? hashContent(content) : undefined;
}

function isUtf8(options: unknown): boolean {
  const encoding: unknown = typeof options === "string" ? options : Object(options).encoding;
  return /^utf-?8$/i.test(String(encoding));
}

/** Of what is at a path, only the kind is observed. */
function withoutTimes(stats: unknown): unknown {
  if (!isStats(stats)) return stats;
  return new Proxy(stats, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value === "function") return value.bind(target);
      if (value !== undefined) refuse(MORE);
      return value;
    },
    getOwnPropertyDescriptor(target, name) {
      refuse(MORE);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
  });
}

const MORE = "the size or the time of a file";

/** Numbers may be large ones, and then it is no instance of `fs.Stats`. */
function isStats(value: unknown): value is object {
  return typeof Object(value).isFile === "function" && !Array.isArray(value);
}

/** The path that a function of `fs` got; undefined for the number of an open file. */
function pathOf(path: unknown): string | undefined {
  if (typeof path === "string") return resolve(path);
  if (path instanceof URL) return fileURLToPath(path);
  return Buffer.isBuffer(path) ? resolve(path.toString()) : undefined;
}
