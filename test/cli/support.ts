import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { ErrorCode } from "../../src/errors.ts";
import { newFolder } from "../support/folders.ts";
import { type Environment, expectValid, type Ran, runInProcess } from "./in-process.ts";

export { newFolder } from "../support/folders.ts";
export { revisionText } from "../support/revisions.ts";
export type { Ran } from "./in-process.ts";

/** Files by path. */
export type Files = Readonly<Record<string, string>>;

/** A project on disk. */
export interface CliProject {
  readonly folder: string;
  /** Runs `remodel` in the project until it ends, in the process of the tests. */
  run(...args: readonly string[]): Promise<Ran>;
  /** Runs it with more in the environment. */
  runWith(environment: Environment, ...args: readonly string[]): Promise<Ran>;
  /** Starts `remodel` in a process of its own and leaves it running: for signals, pipes, and several at once. */
  start(...args: readonly string[]): Running;
  /** The same with more in the environment. */
  startWith(environment: Environment, ...args: readonly string[]): Running;
  write(files: Files): void;
  /** Every file but those of packages. */
  files(): Files;
}

/** A command that is still running. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
}

/** What every shell knows. */
const SHELL: Environment = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" };
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The built command, or another build of it while somebody else is building this one. */
export const COMMAND = process.env["REMODEL_TEST_COMMAND"] ?? join(ROOT, "dist/cli/main.js");

/** The package.json and tsconfig.json of an ES-module project as TypeORM users have it. */
export const MODULE: Files = {
  "package.json": '{ "name": "malls", "private": true, "type": "module" }\n',
  "tsconfig.json": `{
  "compilerOptions": {
    "target": "ES2022", "module": "NodeNext", "moduleResolution": "NodeNext", "strict": true,
    "strictPropertyInitialization": false, "experimentalDecorators": true, "emitDecoratorMetadata": true
  }
}
`,
};

/** A data source of TypeScript models. */
export const ORMCONFIG = `import { DataSource } from "typeorm";

export default new DataSource({ type: "postgres", url: process.env.DATABASE_URL, entities: ["models/*.ts"] });
`;

/** One model, with further columns. */
export function shopModel(columns = ""): string {
  return `import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn() id: number;
  @Column() name: string;
${columns}}
`;
}

/** A project with one model and no history. */
export const SHOP: Files = { ...MODULE, "ormconfig.ts": ORMCONFIG, "models/shop.ts": shopModel() };

/**
 * Writes a project to a folder of its own, which goes when the tests of the file have ended.
 * @param files what is in it
 * @param url the database in its environment
 */
export function cliProject(files: Files, url = "postgres://nobody@127.0.0.1:1/none"): CliProject {
  const folder = newFolder();
  mkdirSync(join(folder, "node_modules"));
  for (const name of ["typeorm", "pg", "reflect-metadata"])
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  const write = (more: Files) => writeFiles(folder, more);
  write(files);
  const run = (environment: Environment, args: readonly string[]) =>
    runInProcess(args, folder, { ...SHELL, DATABASE_URL: url, ...environment });
  const start = (environment: Environment, args: readonly string[]) => {
    const { child, ended } = launch([COMMAND, ...args], folder, { DATABASE_URL: url, ...environment });
    return { child, ended: ended.then((ran) => (ran.code === null ? ran : expectValid(args, ran))) };
  };
  return {
    folder,
    write,
    run: (...args) => run({}, args),
    runWith: (environment, ...args) => run(environment, args),
    start: (...args) => start({}, args),
    startWith: (environment, ...args) => start(environment, args),
    files: () => filesIn(folder),
  };
}

/** Adds the embedded PostgreSQL to the packages of a project. */
export function addEmbedded({ folder }: Pick<CliProject, "folder">): void {
  symlinkSync(join(ROOT, "node_modules/@electric-sql"), join(folder, "node_modules/@electric-sql"));
}

/** Writes files into a folder. */
export function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/**
 * Runs Node in a folder with an environment that holds nothing of ours.
 * @param args a script and its arguments
 */
export function launch(args: readonly string[], cwd: string, environment: Environment = {}): Running {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...SHELL, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      output[name] += chunk;
    });
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve({ code, ...output }));
  });
  return { child, ended };
}

/** Kills commands that may still run: for the end of a test, however it ended. */
export async function killAll(commands: readonly Running[]): Promise<void> {
  for (const { child } of commands) child.kill("SIGKILL");
  await Promise.allSettled(commands.map(({ ended }) => ended));
}

/** Waits for something that happens while commands run. A command that ends before is a failure, with what it printed. */
export async function whileRunning<Result>(commands: readonly Running[], wait: Promise<Result>): Promise<Result> {
  const early = commands.map(async ({ ended }): Promise<never> => {
    throw new Error(`A command has ended too early: ${JSON.stringify(await ended)}`);
  });
  return await Promise.race([wait, ...early]);
}

/** The line on stderr with which a command says which database it is about. */
export function databaseLine(url: string, schema?: string): string {
  const { username, host, pathname } = new URL(url);
  return `Database: ${username}@${host}${pathname}${schema === undefined ? "" : ` (schema ${schema})`}\n`;
}

/** Expects a command to have done its work without a word that is not the result, but for the database that it opened. */
export function expectDone({ code, stdout, stderr }: Ran, text: string | RegExp): void {
  expect(code).toBe(0);
  expect(stderr).toMatch(/^(?:Database: \S+\n)?$/);
  expect(stdout).toMatch(text);
}

/** Expects a command to have refused: what is so, what to type next, exit 2, and nothing on stdout. */
export function expectRefused(ran: Ran, code: ErrorCode, message: string | RegExp, hint: string | RegExp): void {
  const all = ran.stderr.trimEnd().split("\n");
  const lines = all.slice(all.findIndex((line) => /^[A-Z_]+: /.test(line)));
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(lines[0]).toMatch(new RegExp(`^${code}: `));
  expect(lines.slice(0, -1).join("\n")).toMatch(message);
  expect(lines.at(-1)).toMatch(/^ {2}\S/);
  expect(lines.at(-1)).toMatch(hint);
  expect(ran.stderr).not.toMatch(/\n\s+at |node_modules|undefined/);
}

function filesIn(folder: string): Files {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith("node_modules"))
    .sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}
