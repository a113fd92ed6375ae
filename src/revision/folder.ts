import { randomBytes } from "node:crypto";
import * as disk from "node:fs";
import { dirname, join, resolve } from "node:path";
import { RemodelError } from "../errors.ts";
import { explainFile, FREE_SPACE, isDiskFull } from "../file-errors.ts";
import type { Revision } from "../history/revision.ts";
import { requireTypeScript } from "../load/typescript.ts";
import { headerProblem, quickHeader, toRevision } from "./header.ts";
import { exactHeader } from "./syntax.ts";
import { folderOfTypeorm, isTypeormMigration } from "./typeorm-files.ts";

/** The part of `node:fs` that reading a folder needs. */
export type Reader = Pick<typeof disk, "readdirSync" | "readFileSync"> & Partial<Pick<typeof disk, "statSync">>;

/** Names of revision files. A name that begins with `_` or `.` is another file, and so is a declaration file. */
const REVISION_FILE = /^[^_.].*(?<!\.d)\.[cm]?[jt]s$/;

/** Whether a file of the folder is a revision, by its name. */
export function isRevisionFile(name: string): boolean {
  return REVISION_FILE.test(name);
}

const MAX_SLUG = 40;

/**
 * Reads the headers of all revision files; none is compiled or run.
 * @param folder a missing one is an empty history
 * @param fs another file system
 * @returns sorted by file name
 * @throws RemodelError `REVISION_INVALID` with file and line, `CONFIG_INVALID` for a folder that cannot be read
 */
export function readFolder(folder: string, fs: Reader = disk): Revision[] {
  return readHeaders(readFiles(folder, fs));
}

/** A revision file with its text. */
export interface RevisionFile {
  /** Its absolute path. */
  readonly file: string;
  readonly text: string;
}

/**
 * Reads all revision files.
 * @param folder a missing one has no files
 * @param fs another file system
 * @returns sorted by file name
 * @throws RemodelError `REVISION_INVALID` for a file and `CONFIG_INVALID` for a folder that cannot be read
 */
export function readFiles(folder: string, fs: Reader = disk): readonly RevisionFile[] {
  return listNames(folder, fs).map((name) => {
    const file = resolve(folder, name);
    return { file, text: read(file, fs) };
  });
}

/** Reads the headers of revision files. @throws RemodelError `REVISION_INVALID` with file and line */
export function readHeaders(files: readonly RevisionFile[]): Revision[] {
  return files.map(({ file, text }) => readRevision(file, text));
}

/**
 * Reads the header of one revision file.
 * @param file its absolute path
 * @param text what is in it
 * @throws RemodelError `REVISION_INVALID` with file and line, `FOLDER_TYPEORM` for a migration of TypeORM
 */
export function readRevision(file: string, text: string): Revision {
  const source = text.replace(/^\uFEFF/, "");
  const quick = readQuickly(file, source);
  if (quick !== undefined) return quick;
  const ts = requireTypeScript();
  const exact = exactHeader(ts, file, source);
  if (exact.error !== undefined) throw invalid(file, exact.error.line, exact.error.text, "Correct the syntax error.");
  const problem = headerProblem(exact);
  if (problem === undefined) return toRevision(file, exact);
  const { name, text: why } = problem;
  if (name === "revision" && isTypeormMigration(source)) throw folderOfTypeorm(dirname(file), file);
  const line = exact.lines.get(name) ?? 1;
  throw invalid(file, line, why, HEADER_HINT);
}

/** The revision, unless only a parser can read its header, or the header has a problem. */
function readQuickly(file: string, source: string): Revision | undefined {
  const header = quickHeader(source);
  if (header === undefined || headerProblem(header) !== undefined) return undefined;
  return toRevision(file, header);
}

const HEADER_HINT =
  'A revision file begins with `export const revision = "…"` and `export const downRevision = "…"` (or null); ' +
  "to keep any other file in the folder, begin its name with _.";

/**
 * Finds the schemas that revisions ever created. They are still read when no model names them any more, so that they and
 * their objects can be dropped. A name that only looks like a schema does no harm.
 */
export function findCreatedSchemas(files: readonly RevisionFile[]): readonly string[] {
  const found = files.flatMap(({ text }) =>
    [...text.matchAll(/\bcreateSchema\(\s*(["'`])(.*?)\1/g)].map(([, , schema = ""]) => schema),
  );
  return [...new Set(found)].sort();
}

/**
 * Finds the tables and views that revisions ever named in another schema than the connection's own. They are still read
 * when no model names that schema any more, so that they can be moved out of it or dropped. A name that only looks like a
 * table does no harm.
 */
export function findTablesElsewhere(files: readonly RevisionFile[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const add = (schema: string, table: string) => {
    if (/^(?:pg_.*|information_schema)$/.test(schema)) return;
    found.set(schema, (found.get(schema) ?? new Set()).add(table));
  };
  for (const { text } of files) {
    for (const [, , schema = "", table = ""] of text.matchAll(/(["'`])([^"'`\s.]+)\.([^"'`\s.]+)\1/g))
      add(schema, table);
    for (const [, , table = "", , schema = ""] of text.matchAll(/\bmoveToSchema\(\s*(["'`])(.*?)\1,\s*(["'`])(.*?)\3/g))
      add(schema, table.slice(table.lastIndexOf(".") + 1));
  }
  return found;
}

/**
 * Names the file of a new revision.
 * @param template see `fileTemplate` of the configuration
 * @param at the time
 */
export function fileName(id: string, message: string, template: string, at = new Date()): string {
  const [year, month, day, hour, minute, second] = at.toISOString().split(/\D/);
  const epoch = String(Math.floor(at.getTime() / 1000));
  const values = { rev: id, slug: makeSlug(message), year, month, day, hour, minute, second, epoch };
  const known = new Map(Object.entries(values));
  return `${template.replace(/\{(\w+)\}/g, (_, key: string) => known.get(key) ?? "")}.ts`;
}

/** The words of a message, in letters and digits that every file system allows. */
function makeSlug(message: string): string {
  const words = message
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  const whole = words.length > MAX_SLUG ? words.slice(0, MAX_SLUG + 1).replace(/_[^_]*$/, "") : words;
  return whole.slice(0, MAX_SLUG) || "revision";
}

/** Makes an id for a new revision: twelve hexadecimal characters. */
export function newId(): string {
  return randomBytes(6).toString("hex");
}

/** The file that `remodel build` writes next to the JavaScript of the revisions. */
export const MANIFEST = "remodel.manifest.json";

/** Whether a folder was written by `remodel build`. */
export function isBuilt(folder: string): boolean {
  return disk.existsSync(join(folder, MANIFEST));
}

/**
 * Refuses to write into a build: the next build would remove it, and until then no command would read the folder.
 * @throws RemodelError `BUILD_REFUSED`
 */
export function refuseBuilt(folder: string): void {
  if (!isBuilt(folder)) return;
  throw new RemodelError("BUILD_REFUSED", `${folder} was written by remodel build. Nothing was written.`, {
    hint: "Write into the sources, then build again. Leave out --migrations, or name their folder: --migrations DIR",
    details: { folder },
  });
}

/**
 * Writes a new revision file, completely or not at all. It never replaces another file.
 * @param folder created if it is missing
 * @returns the absolute path
 * @throws RemodelError `REVISION_DUPLICATE` if there is a file of that name, `CONFIG_INVALID` if none can be written
 */
export function writeRevision(folder: string, name: string, text: string): string {
  refuseBuilt(folder);
  const file = resolve(folder, name);
  const draft = join(folder, `.${name}.${newId()}.tmp`);
  try {
    disk.mkdirSync(folder, { recursive: true });
    try {
      disk.writeFileSync(draft, text, { flag: "wx", flush: true });
      linkOrWrite(draft, file, text);
    } finally {
      disk.rmSync(draft, { force: true });
    }
  } catch (cause) {
    if (!hasCode(cause, "EEXIST") || !disk.existsSync(file)) throw unwritable(file, cause);
    throw new RemodelError("REVISION_DUPLICATE", `${file} exists already. Nothing was written.`, {
      hint: "Delete or rename it, or choose another --rev-id.",
      details: { file },
    });
  }
  return file;
}

/** A link appears at once and never replaces a file, unlike a rename. Some file systems have no links. */
function linkOrWrite(draft: string, file: string, text: string): void {
  try {
    disk.linkSync(draft, file);
  } catch (cause) {
    if (hasCode(cause, "EEXIST")) throw cause;
    disk.writeFileSync(file, text, { flag: "wx" });
  }
}

function listNames(folder: string, fs: Reader): string[] {
  try {
    const entries = fs.readdirSync(folder, { withFileTypes: true });
    const files = entries.filter((entry) => isRevisionFile(entry.name) && isRegularFile(entry, folder, fs));
    const names = files.map(({ name }) => name).sort();
    const sources = new Set(names);
    // A compiler may write its output into the folder of the sources.
    return names.filter((name) => !name.endsWith("js") || !sources.has(name.replace(/js$/, "ts")));
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return [];
    throw new RemodelError("CONFIG_INVALID", `The migrations folder ${folder} cannot be read: ${explainFile(cause)}.`, {
      hint: "Name another folder: --migrations DIR",
      cause,
      details: { folder },
    });
  }
}

/** A read of a pipe or a device could wait forever. A broken link counts as a file, so that reading it fails. */
function isRegularFile(entry: disk.Dirent, folder: string, { statSync }: Reader): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const is = statSync?.(join(folder, entry.name), { throwIfNoEntry: false });
  return is === undefined || is.isFile();
}

function unwritable(file: string, cause: unknown): RemodelError {
  return new RemodelError("CONFIG_INVALID", `${file} cannot be written: ${explainFile(cause)}.`, {
    hint: isDiskFull(cause)
      ? FREE_SPACE
      : "Correct the permissions of the folder, or name another one: --migrations DIR",
    cause,
    details: { file },
  });
}

function read(file: string, fs: Reader): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (cause) {
    throw new RemodelError("REVISION_INVALID", `${file} cannot be read: ${explainFile(cause)}.`, {
      hint: "Correct its permissions, or move it out of the folder.",
      cause,
      details: { file },
    });
  }
}

function invalid(file: string, line: number, text: string, hint: string): RemodelError {
  return new RemodelError("REVISION_INVALID", `${file}:${line}: ${text}`, { hint, details: { file, line } });
}

function hasCode(error: unknown, code: string): boolean {
  return Object(error).code === code;
}
