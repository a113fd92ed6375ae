import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { RemodelError } from "../errors.ts";
import { fileInShell } from "../load/platform-paths.ts";
import { findNearestFile } from "../load/tsconfig.ts";
import { writeRevision } from "../revision/folder.ts";
import type { Session } from "../state/session.ts";

/** A new file as it is on disk. */
export interface WrittenFile {
  readonly file: string;
  readonly text: string;
}

/**
 * Writes a new revision file, and formats it with the command of the configuration, if there is one.
 * @param name the name of the file
 * @throws RemodelError `HOOK_FAILED` if the command fails, and what `writeRevision` throws
 */
export function writeFormatted({ folder, settings }: Session, name: string, text: string): WrittenFile {
  const file = writeRevision(folder, name, text);
  formatFile({ settings }, file);
  return { file, text: settings.format === undefined ? text : readFileSync(file, "utf8") };
}

/**
 * Formats a file with the command of the configuration, if there is one.
 * @throws RemodelError `HOOK_FAILED` if the command fails
 */
export function formatFile({ settings }: Pick<Session, "settings">, file: string): void {
  if (settings.format !== undefined) format(settings.format, file);
}

/** Whether a file has a text, but for what the command of the configuration changes: spaces, quotes, commas and the like. */
export function isFormattedAlike({ settings }: Pick<Session, "settings">, text: string, file: string): boolean {
  if (settings.format === undefined) return text === file;
  const [a, b] = [text, file].map((one) => one.replace(/[\s,;'"`()]/g, ""));
  return a === b;
}

/**
 * As in a script of npm, it runs in the folder of the package, and programs of the project's own packages are found before
 * others.
 */
function format(command: string, file: string): void {
  const [program = "", ...args] = command.trim().split(/\s+/);
  const folder = dirname(file);
  const path = [...listProgramFolders(folder), process.env["PATH"] ?? ""].join(delimiter);
  const isWindows = process.platform === "win32";
  const manifest = findNearestFile(folder, "package.json");
  const cwd = manifest === undefined ? folder : dirname(manifest);
  const env = { ...process.env, PATH: path, FILE: file };
  const options = { cwd, env, encoding: "utf8", shell: isWindows } as const;
  const named = isWindows ? fileInShell(process.platform) : file;
  const { status, error, stdout, stderr } = spawnSync(program, [...args, named], options);
  if (status === 0) return;
  const said = (error?.message ?? (stderr.trim() || stdout.trim())) || `exit code ${status}`;
  throw new RemodelError("HOOK_FAILED", `${file} was written, but \`${command}\` failed on it: ${said}`, {
    hint: "Correct `format` of the configuration, and format the file yourself.",
    details: { file },
  });
}

function listProgramFolders(folder: string): readonly string[] {
  const here = join(folder, "node_modules", ".bin");
  return folder === dirname(folder) ? [here] : [here, ...listProgramFolders(dirname(folder))];
}
