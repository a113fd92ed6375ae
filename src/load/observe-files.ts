import fs from "node:fs";
import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isCacheFile } from "./cache-folder.ts";
import { type InquiryKind, observe } from "./observers.ts";
import { answer, hashContent } from "./questions.ts";
import { type AnyFunction, refuse, replace, type Undo } from "./replaced.ts";

/** What is asked with each function of `fs` whose first argument is a path. */
const ASKED: Readonly<Record<string, InquiryKind>> = {
  readFileSync: "file",
  existsSync: "kind",
  statSync: "kind",
  accessSync: "kind",
  lstatSync: "linkKind",
  readlinkSync: "target",
  realpathSync: "real",
  readdirSync: "folder",
};

/** Observes what code reads of files and folders. */
export function observeFiles(): readonly Undo[] {
  return Object.entries(ASKED).map(([name, kind]) => replace(fs, name, (original) => asking(original, kind)));
}

/** Whether a file belongs to a package that is installed. */
export function isInstalled(path: string): boolean {
  return path.includes(`${sep}node_modules${sep}`);
}

function asking(original: AnyFunction, kind: InquiryKind): AnyFunction {
  return new Proxy(original, {
    apply(target, self, args) {
      const path = pathOf(args[0]);
      const call = () => Reflect.apply(target, self, args);
      if (path === undefined || isCacheFile(path)) return call();
      return kind === "file" ? readAndObserve(path, call) : askAndObserve(kind, path, call);
    },
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      return name === "native" ? asking(value as AnyFunction, kind) : value;
    },
  });
}

function askAndObserve(kind: InquiryKind, path: string, call: () => unknown): unknown {
  observe([kind, path], () => answer([kind, path]));
  return withoutTimes(call());
}

/** The content of a file is what the code got. */
function readAndObserve(path: string, call: () => unknown): unknown {
  const question = [isInstalled(path) ? "installed" : "file", path] as const;
  try {
    const content = call();
    observe(question, () => (question[0] === "file" && hashOf(content)) || answer(question));
    return content;
  } catch (error) {
    observe(question, () => answer(question));
    throw error;
  }
}

/** The hash of what a file has; undefined for a text in another encoding, from which its bytes are not known. */
function hashOf(content: unknown): string | undefined {
  if (typeof content === "string" && !content.includes("\uFFFD")) return hashContent(content);
  return Buffer.isBuffer(content) ? hashContent(content) : undefined;
}

/** Of what is at a path, only the kind is observed. */
function withoutTimes(stats: unknown): unknown {
  if (!(stats instanceof fs.Stats)) return stats;
  return new Proxy(stats, {
    get(target, name) {
      if (/time|^size$|^ino$/.test(String(name))) refuse("the size or the time of a file");
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** The path that a function of `fs` got; undefined for the number of an open file. */
function pathOf(path: unknown): string | undefined {
  if (typeof path === "string") return resolve(path);
  if (path instanceof URL) return fileURLToPath(path);
  return Buffer.isBuffer(path) ? resolve(path.toString()) : undefined;
}
