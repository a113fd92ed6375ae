import { type Dirent, type Stats, statSync } from "node:fs";

/** What is at a path. */
export function kindOf(entry: Stats | Dirent): string {
  if (entry.isSymbolicLink()) return "link";
  if (entry.isDirectory()) return "folder";
  return entry.isFile() ? "file" : "other";
}

/** The state of a file that is not read: another text after each change. */
export function describeState(path: string): string {
  const { size, mtimeMs, ctimeMs } = statSync(path);
  return `${size} ${mtimeMs} ${ctimeMs}`;
}
