import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/**
 * Makes the installed packages of a folder findable in a copy of the repository. A package of the repository itself, as
 * workspaces have them, becomes the one of the copy.
 * @param root the repository
 * @param copy the copy of its files
 * @param folder the folder, relative to both
 */
export function linkPackages(root: string, copy: string, folder: string): void {
  const from = folder === "" ? findPackages(root) : join(root, folder, "node_modules");
  const to = join(copy, folder, "node_modules");
  if (from === undefined || !existsSync(from) || existsSync(to)) return;
  // A link that is in the repository leads nowhere from the copy.
  rmSync(to, { force: true });
  linkAll(realpathSync(root), copy, from, to);
}

/** The packages of a repository may be installed in a folder above it. */
function findPackages(folder: string): string | undefined {
  const path = join(folder, "node_modules");
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : findPackages(dirname(folder));
}

function linkAll(root: string, copy: string, from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const path = join(from, name);
    // A scope is a folder of packages.
    if (name.startsWith("@")) linkAll(root, copy, path, join(to, name));
    else symlinkSync(placeIn(root, copy, path), join(to, name), "junction");
  }
}

function placeIn(root: string, copy: string, path: string): string {
  const place = relative(root, existsSync(path) ? realpathSync(path) : path);
  const isOwn = !place.startsWith("..") && !place.split(sep).includes("node_modules");
  return isOwn ? join(copy, place) : path;
}
