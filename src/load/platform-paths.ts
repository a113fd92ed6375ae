import platformPath, { type PlatformPath } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Makes a pattern absolute, with the slashes that patterns have. On Windows a person writes backslashes too, and a drive begins it.
 * @param folder what it is relative to
 * @param path the paths of the platform
 */
export function absolutePattern(pattern: string, folder: string, path: PlatformPath = platformPath): string {
  return withSlashes(path.resolve(folder, pattern), path);
}

function withSlashes(text: string, { sep }: PlatformPath): string {
  return sep === "\\" ? text.replaceAll("\\", "/") : text;
}

/**
 * Splits an absolute pattern into the folder before it and the rest. Folders that exist are taken literally: their names may
 * have characters that mean something in a pattern.
 * @param isFolder whether a path is a folder that exists
 * @param path the paths of the platform
 */
export function splitPattern(
  pattern: string,
  isFolder: (path: string) => boolean,
  path: PlatformPath = platformPath,
): { readonly folder: string; readonly rest: string } {
  const { root } = path.parse(pattern);
  const parts = pattern.slice(root.length).split("/");
  let depth = 0;
  while (depth < parts.length && isFolder(root + parts.slice(0, depth + 1).join("/"))) depth += 1;
  return { folder: root + parts.slice(0, depth).join("/"), rest: parts.slice(depth).join("/") };
}

/**
 * The file of a line of a stack: a path, or the URL that an ES module has.
 * @param isWindows whether URLs have drives
 */
export function fileOfFrame(text: string, isWindows = process.platform === "win32"): string {
  if (!text.startsWith("file://")) return text;
  try {
    return fileURLToPath(text, { windows: isWindows });
  } catch {
    return text;
  }
}

/**
 * How a shell command names the file whose path is in the variable `FILE`: so no character of the path means anything to the
 * shell.
 * @param platform as `process.platform` has it
 */
export function fileInShell(platform: string): string {
  return platform === "win32" ? '"%FILE%"' : '"$FILE"';
}
