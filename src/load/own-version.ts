import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { mapGiven } from "../given.ts";
import { resolvePackage } from "./package.ts";
import { findNearestFile } from "./tsconfig.ts";

const OWN_FOLDER = dirname(fileURLToPath(import.meta.url));
const OWN_NAME = "typeorm-remodel";

/** The version of this package. */
export function readOwnVersion(): string {
  return readPackageVersion(findNearestFile(OWN_FOLDER, "package.json") ?? "");
}

/** The version that a package.json has. */
export function readPackageVersion(file: string): string {
  const { version }: { readonly version: string } = JSON.parse(readFileSync(file, "utf8"));
  return version;
}

/** What the package.json of this package says about the versions that it needs. */
export interface OwnManifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** Reads the package.json of this package. */
export function readOwnManifest(): OwnManifest {
  return JSON.parse(readFileSync(findManifest(OWN_NAME, OWN_FOLDER) ?? "", "utf8"));
}

/**
 * Reads the version of an installed package.
 * @param name the package
 * @param folder where the search starts; default: the folder of this package
 * @returns undefined if it is not installed
 */
export function readInstalledVersion(name: string, folder = OWN_FOLDER): string | undefined {
  const entry = resolvePackage(name, join(folder, "_"));
  const file = mapGiven(entry, (path) => findManifest(name, dirname(path)));
  return mapGiven(file, readPackageVersion);
}

/** Finds the package.json with a name, at or above a folder. A package may have others below, without a name. */
function findManifest(name: string, folder: string): string | undefined {
  const file = join(folder, "package.json");
  if (existsSync(file) && JSON.parse(readFileSync(file, "utf8")).name === name) return file;
  return folder === dirname(folder) ? undefined : findManifest(name, dirname(folder));
}

/** Another text for each state of the code of this package, also where the version is the same. */
export function readOwnStamp(): string {
  const hash = createHash("sha1").update(readOwnVersion());
  for (const file of listOwnCode()) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs} `);
  }
  return hash.digest("hex");
}

/** The files with the code of this package. */
export function listOwnCode(): readonly string[] {
  return listCode(findCode()).sort();
}

/** The folder with all the code that runs: that of the command is in one folder, all else in a folder for each room. */
function findCode(): string {
  return existsSync(join(OWN_FOLDER, "package.json")) ? OWN_FOLDER : dirname(OWN_FOLDER);
}

function listCode(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listCode(path);
    return isCode(entry.name) ? [path] : [];
  });
}

function isCode(name: string): boolean {
  return /\.[jt]s$/.test(name) && !name.endsWith(".d.ts");
}
