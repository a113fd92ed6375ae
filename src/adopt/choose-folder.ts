import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative, resolve, sep } from "node:path";
import { replaceFile } from "../author/replace.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import { findCompilerRoot, findMovedRoot, isWithin } from "../load/compiler-root.ts";
import { exportsConfig, findConfigFile } from "../load/config-file.ts";
import type { Project } from "../load/load.ts";
import { readPackageConfig } from "../load/package-config.ts";
import { findNearestFile } from "../load/tsconfig.ts";
import { isFolderOfTypeorm } from "../load/typeorm-migrations.ts";
import { folderOfTypeorm, isTypeormMigration } from "../revision/typeorm-files.ts";

const USUAL = "migrations";
const OTHER = "revisions";

/** Where the revisions go. */
export interface ChosenFolder {
  /** The absolute path. */
  readonly folder: string;
  /** It is not where a configuration says, so one is needed: the path from the folder of the data source. */
  readonly configured?: string;
}

/** What is known about the folder of the revisions. */
export interface FolderRequest {
  readonly project: Pick<Project, "file" | "folder" | "dataSource">;
  readonly cwd: string;
  /** The folder that the command line or the configuration names, or the usual one. */
  readonly folder: string;
  /** The command line names it. */
  readonly isGiven: boolean;
}

/**
 * Chooses a folder in which TypeORM has nothing, and in which a file does not move the root of the compiler.
 * @throws RemodelError `FOLDER_TYPEORM` where a person named one of TypeORM's, `USAGE` where one would move the root
 */
export function chooseFolder({ project, cwd, folder, isGiven }: FolderRequest): ChosenFolder {
  const home = dirname(project.file);
  const isUsual = folder === join(home, USUAL) && !isGiven;
  if (!isUsual || (!isTypeorms(project, folder) && isBelowRoot(home, folder))) {
    refuseTypeorms(project, folder);
    refuseMovedRoot(home, folder, cwd);
    return isGiven && folder !== configuredFolder(project.file, cwd)
      ? { folder, configured: showFolder(home, folder) }
      : { folder };
  }
  const base = isBelowRoot(home, home) ? home : (rootOf(home) ?? home);
  const chosen = join(base, isTypeorms(project, join(base, USUAL)) ? OTHER : USUAL);
  refuseTypeorms(project, chosen);
  return { folder: chosen, configured: showFolder(home, chosen) };
}

/** The folder that is used without the option of the command line. */
function configuredFolder(file: string, cwd: string): string | undefined {
  const { file: manifest, config: { migrations } = {} } = readPackageConfig(cwd) ?? {};
  if (manifest !== undefined && migrations !== undefined) return resolve(dirname(manifest), migrations);
  if (exportsConfig(readFileSync(file, "utf8")) || findConfigFile([dirname(file), cwd]) !== undefined) return undefined;
  return join(dirname(file), USUAL);
}

function showFolder(home: string, folder: string): string {
  return relative(home, folder).split(sep).join("/");
}

function refuseTypeorms(project: FolderRequest["project"], folder: string): void {
  const file = findTypeormFile(folder);
  if (file !== undefined) throw folderOfTypeorm(folder, file);
  if (isFolderOfTypeorm(project, folder)) throw folderOfTypeorm(folder);
}

/** A person may have named a folder with which every path in the output of the compiler would change. */
function refuseMovedRoot(home: string, folder: string, cwd: string): void {
  const moved = mapGiven(findNearestFile(home, "package.json"), (path) => findMovedRoot(dirname(path), folder));
  if (moved === undefined) return;
  const [name, file, root] = [folder, moved.file, moved.root].map((path) => showFolder(cwd, path) || ".");
  const message = `${file} compiles ${name} too, which is not below ${root}: with a file there, all output moves to other paths.`;
  throw new RemodelError("USAGE", message, {
    hint: `Add "${name}" to "exclude" in ${file}, or name a folder below ${root}: remodel adopt --migrations ${join(root ?? "", OTHER)}`,
  });
}

function isTypeorms(project: FolderRequest["project"], folder: string): boolean {
  return isFolderOfTypeorm(project, folder) || findTypeormFile(folder) !== undefined;
}

function findTypeormFile(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder).filter((name) => /(?<!\.d)\.[mc]?[jt]s$/.test(name));
  return files.map((name) => join(folder, name)).find((file) => isTypeormMigration(readFileSync(file, "utf8")));
}

function rootOf(home: string): string | undefined {
  const manifest = findNearestFile(home, "package.json");
  return mapGiven(manifest, (path) => findCompilerRoot(dirname(path)));
}

function isBelowRoot(home: string, folder: string): boolean {
  const root = rootOf(home);
  return root === undefined || isWithin(folder, root);
}

/** What `adopt` adds to the configuration. */
export interface AddedConfig {
  readonly migrations?: string;
  readonly keepNames?: true;
  readonly exclude?: readonly string[];
}

/** A file with what is added to it. */
export interface ConfigEdit {
  readonly file: string;
  /** What it holds; absent if there is no such file. */
  readonly before?: string;
  readonly text: string;
}

/**
 * Plans where the configuration is written: in the file of the data source, or in package.json where that exports the
 * CommonJS way.
 * @throws RemodelError `CONFIG_INVALID` if there is a configuration already, which a person has to change
 */
export function planConfig(project: Pick<Project, "file">, cwd: string, added: AddedConfig): ConfigEdit | undefined {
  const { file } = project;
  if (Object.keys(added).length === 0) return undefined;
  const text = readFileSync(file, "utf8");
  const existing = exportsConfig(text) ? file : (findConfigFile([dirname(file), cwd]) ?? packageWithConfig(cwd));
  if (existing !== undefined) throw existingConfig(existing, added);
  if (/\bmodule\.exports\b|\bexport\s*=/.test(text) || extname(file) === ".cjs") return editPackage(file, added);
  const end = text.endsWith("\n") ? "" : "\n";
  return { file, before: text, text: `${text}${end}\nexport const remodel = ${printConfig(added)};\n` };
}

/** Writes what was planned. */
export function writeConfig({ file, before, text }: ConfigEdit): void {
  if (before === undefined) writeFileSync(file, text, { flag: "wx" });
  else replaceFile(file, before, text);
}

function packageWithConfig(cwd: string): string | undefined {
  const found = readPackageConfig(cwd);
  return found?.config === undefined ? undefined : found.file;
}

function printConfig(added: AddedConfig): string {
  const entries = Object.entries(added).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `{ ${entries.join(", ")} }`;
}

function existingConfig(file: string, added: AddedConfig): RemodelError {
  return new RemodelError("CONFIG_INVALID", `The configuration is in ${file} already, and adopt does not change it.`, {
    hint: `Add to it: ${printConfig(added).slice(2, -2)}. Then run the command again.`,
    details: { file },
  });
}

function editPackage(dataSource: string, added: AddedConfig): ConfigEdit {
  const file = findNearestFile(dirname(dataSource), "package.json") ?? join(dirname(dataSource), "package.json");
  const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  const [, indent = "  "] = /\n([ \t]+)"/.exec(before ?? "") ?? [];
  const { migrations, ...rest } = added;
  const path = migrations && showFolder(dirname(file), resolve(dirname(dataSource), migrations));
  const known: Readonly<Record<string, unknown>> = JSON.parse(before ?? "{}");
  const remodel = { ...Object(known["remodel"]), ...dropUndefined({ migrations: path }), ...rest };
  return { file, ...dropUndefined({ before }), text: `${JSON.stringify({ ...known, remodel }, undefined, indent)}\n` };
}
