import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folders: string[] = [];
let tarball: string | undefined;

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** What a command left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project in a folder of its own. Every command is a process, as a person types it. */
export interface Project {
  readonly folder: string;
  /** Runs a command in the folder, which must end with 0 or with another code that is named. */
  run(command: string, options?: RunOptions): Promise<Outcome>;
  /** Runs a command and writes it, with what it printed, into the transcript. */
  type(command: string, options?: RunOptions): Promise<Outcome>;
  /** Writes a sentence into the transcript. */
  say(text: string): void;
  /** Replaces a text of a file that must be there. */
  edit(file: string, ...pairs: readonly (readonly [from: string, to: string])[]): void;
  read(file: string): string;
  write(file: string, text: string): void;
  /** The transcript so far, without what differs from one run to the next. */
  transcript(): string;
  /** The sentences and commands of the transcript. */
  pieces(): readonly string[];
}

/** How a command is run. */
export interface RunOptions {
  /** The exit code that is expected: 0 by default. `todo` exits 1 where a question is open. */
  readonly code?: number | "any";
  /** A folder inside the project. */
  readonly in?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A new folder for one test, which goes at its end. */
export function newPlace(): string {
  const folder = mkdtempSync(join(tmpdir(), "remodel-project-"));
  folders.push(folder);
  return folder;
}

/** The package as `npm publish` would send it, once for the whole run. */
export function packed(): string {
  if (tarball !== undefined) return tarball;
  const folder = newPlace();
  execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: ROOT, stdio: "ignore" });
  tarball = join(folder, readdirSync(folder)[0]!);
  return tarball;
}

/**
 * Copies one of the projects.
 * @param name its folder in this one
 * @param url its database
 */
export function copyProject(name: string, url: string): Project {
  const folder = newPlace();
  cpSync(fileURLToPath(new URL(name, import.meta.url)), folder, { recursive: true });
  return projectIn(folder, url);
}

/** A project that is in a folder already. */
export function projectIn(folder: string, url: string): Project {
  const lines: string[] = [];
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const run = async (command: string, options: RunOptions = {}) => {
    const outcome = await runShell(command, join(folder, options.in ?? ""), { DATABASE_URL: url, ...options.env });
    const { code, stdout, stderr } = outcome;
    if (options.code !== "any") expect(code, `${command}\n${stdout}${stderr}`).toBe(options.code ?? 0);
    return outcome;
  };
  return {
    folder,
    run,
    read,
    write,
    say: (text) => lines.push(text),
    async type(command, options) {
      const outcome = await run(command, options);
      lines.push(`\`\`\`console\n$ ${command}\n${outcome.stderr}${outcome.stdout}\`\`\``);
      return outcome;
    },
    edit(file, ...pairs) {
      let text = read(file);
      for (const [from, to] of pairs) {
        expect(text, file).toContain(from);
        text = text.replace(from, () => to);
      }
      write(file, text);
    },
    pieces: () => lines,
    transcript: () => lines.map(withoutChance).join("\n\n"),
  };
}

/**
 * What differs from one machine to the next: databases, durations, sizes. And what npm says: of packages that are no package
 * of the registry it lists their script `prepare`, which it does not run, and how many it installs changes with the registry.
 */
function withoutChance(text: string): string {
  return text
    .replace(/^npm warn install-scripts.*\n/gm, "")
    .replace(/^\n?added \d+ packages?.*\n/gm, "")
    .replace(/^Database: .*/gm, "Database: deployer@localhost:5432/malls")
    .replace(/\b[\d.]+ m?s$/gm, "12 ms")
    .replaceAll(/\/\S*\/remodel-project-\w+\/typeorm-remodel-[\d.]+\.tgz/g, "typeorm-remodel");
}

/** Nothing of the tests' own environment is in that of a person. */
function runShell(command: string, cwd: string, more: Readonly<Record<string, string>>): Promise<Outcome> {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, NO_UPDATE_NOTIFIER: "1", npm_config_fund: "false", npm_config_audit: "false", ...more };
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", command], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (chunk: string) => {
        output[name] += chunk;
      });
    child.on("error", reject).on("close", (code) => resolve({ code, ...output }));
  });
}
