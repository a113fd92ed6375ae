import { dirname, join, resolve, sep } from "node:path";
import { isWithin } from "./compiler-root.ts";
import { findFiles } from "./entities.ts";
import type { Project } from "./load.ts";
import { isObject } from "./objects.ts";
import { findNearestFile } from "./tsconfig.ts";

/** A migration class of TypeORM. */
export interface TypeormMigration {
  /** As TypeORM keeps it in its table. */
  readonly name: string;
  /** In milliseconds, the end of the name. */
  readonly timestamp: number;
  /** The file that exports the class, if the data source names it by a pattern. */
  readonly file?: string;
}

/** The name of the table in which TypeORM keeps which migrations ran. */
const USUAL_TABLE = "migrations";
const TIMESTAMP_LENGTH = 13;
/** Folders of compiled files; their sources are in one that is called `src`, or in the folder of the project. */
const BUILD_FOLDERS = new Set(["dist", "build", "out", "lib"]);

/** The migrations of a data source, as TypeORM would find them, the oldest first. */
export async function loadMigrations(project: Project): Promise<readonly TypeormMigration[]> {
  const { loader, file } = project;
  const list = listMigrations(project);
  const given = list.filter((item) => typeof item !== "string").flatMap((item) => findClasses(item));
  const files = list.filter((item) => typeof item === "string").flatMap((pattern) => findFiles(pattern, file));
  const found: TypeormMigration[] = given.map(describe);
  for (const path of new Set(files))
    for (const one of findClasses(await loader.load(path))) found.push({ ...describe(one), file: path });
  const byName = new Map(found.map((one) => [one.name, one]));
  return [...byName.values()].sort((a, b) => a.timestamp - b.timestamp);
}

/** The table in which TypeORM keeps which migrations ran, with its schema if the data source names one. */
export function migrationsTable({ dataSource }: Pick<Project, "dataSource">): {
  readonly name: string;
  readonly schema?: string;
} {
  const { migrationsTableName, schema } = optionsOf(dataSource);
  return {
    name: typeof migrationsTableName === "string" ? migrationsTableName : USUAL_TABLE,
    ...(typeof schema === "string" && { schema }),
  };
}

/**
 * Whether TypeORM would take the files of a folder for migrations, once they are compiled too.
 * @param folder its absolute path
 */
export function isFolderOfTypeorm(project: Pick<Project, "dataSource" | "folder">, folder: string): boolean {
  const patterns = listMigrations(project).filter((item) => typeof item === "string");
  const root = findNearestFile(project.folder, "package.json");
  const homes = [project.folder, ...(root === undefined ? [] : [dirname(root)])];
  const bases = patterns.flatMap((pattern) => homes.map((home) => resolve(home, baseOf(pattern))));
  return bases.flatMap((base) => [base, ...sourcesOf(base)]).some((base) => isWithin(folder, base));
}

/** The migrations of a data source: classes, and patterns of files as they are written. */
function listMigrations({ dataSource }: Pick<Project, "dataSource">): readonly unknown[] {
  return Object.values(Object(optionsOf(dataSource)["migrations"]));
}

function optionsOf(dataSource: unknown): Readonly<Record<string, unknown>> {
  const { options } = Object(dataSource);
  return isObject(options) ? options : {};
}

/** The part of a pattern before its first wildcard; of a file, its folder. */
function baseOf(pattern: string): string {
  const parts = pattern.replaceAll("\\", "/").split("/");
  const wild = parts.findIndex((part) => /[*?{}[\]()!]/.test(part));
  return parts.slice(0, wild < 0 ? -1 : wild).join("/") || (pattern.startsWith("/") ? "/" : ".");
}

/** Where the sources of a folder of compiled files may be. */
function sourcesOf(base: string): readonly string[] {
  const parts = base.split(sep);
  const at = parts.findIndex((part) => BUILD_FOLDERS.has(part));
  if (at < 0) return [];
  const [before, after] = [parts.slice(0, at).join(sep), parts.slice(at + 1).join(sep)];
  return [join(before, after), join(before, "src", after)];
}

/** A class with the method that TypeORM calls. */
type MigrationClass = (new () => { readonly name?: unknown }) & { readonly name: string };

function findClasses(value: unknown): readonly MigrationClass[] {
  if (isMigrationClass(value)) return [value];
  if (!isObject(value)) return [];
  return Object.values(value).filter(isMigrationClass);
}

function isMigrationClass(value: unknown): value is MigrationClass {
  return typeof value === "function" && typeof Object(value.prototype).up === "function";
}

function describe(one: MigrationClass): TypeormMigration {
  const { name } = new one();
  const known = typeof name === "string" ? name : one.name;
  return { name: known, timestamp: Number.parseInt(known.slice(-TIMESTAMP_LENGTH), 10) };
}
