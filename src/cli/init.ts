import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { collect } from "../collect.ts";
import { requireText } from "./args.ts";
import type { Command } from "./command.ts";

const dataSourceText = (entities: string) => `import { DataSource } from "typeorm";

export default new DataSource({
  type: "postgres",
  url: process.env.DATABASE_URL,
  entities: ["${entities}"],
});

export const remodel = { migrations: "migrations" };
`;

/** What `init --json` prints. */
export interface InitOutput {
  /** The folder of the project. */
  readonly folder: string;
  /** The files and folders that were written, relative to it. */
  readonly written: readonly string[];
  /** What to type next. */
  readonly next: readonly string[];
}

/** Writes the files that a project needs and does not have; overwrites nothing. */
export const initCommand: Command<InitOutput> = {
  usage: "init [dir]",
  describe: "create ormconfig.ts and migrations/ if they are missing",
  options: (yargs) => yargs.positional("dir", { type: "string", default: ".", describe: "the project's folder" }),
  async run(args, { cwd }) {
    const folder = resolve(cwd, requireText(args, "dir"));
    const existing = await findConfig(folder);
    const file = existing ?? newConfig(folder);
    const shown = relative(folder, file);
    const { written, isTypeorms } = await writeMissing(file, existing === undefined);
    const first = isTypeorms ? "remodel adopt" : 'remodel revision --autogenerate -m "First tables"';
    const next = [...installCommands(folder), first];
    const names = written.map((path) => shorten(cwd, path));
    const text = [
      names.length === 0 ? "Nothing to do: all files exist already." : `Wrote ${names.join(" and ")}.`,
      existing === undefined ? `List your entities in ${shown}, then run:` : `The data source is ${shown}. Next, run:`,
      ...next.map((line) => `  ${line}`),
    ];
    const data = { folder, written: written.map((path) => shorten(folder, path)), next };
    return { code: 0, text: text.join("\n"), data };
  },
};

/** A path relative to a folder; a folder keeps the slash at its end. */
function shorten(from: string, path: string): string {
  return relative(from, path) + (path.endsWith("/") ? "/" : "");
}

async function findConfig(folder: string): Promise<string | undefined> {
  const { findUsual } = await import("../load/find-data-source.ts");
  return findUsual(folder);
}

/** A new file in the folder of a project with sources in `src/` would move the root of its compiler. */
function newConfig(folder: string): string {
  const isBelow = existsSync(join(folder, "tsconfig.json")) && isFolder(join(folder, "src"));
  return isBelow ? join(folder, "src", "data-source.ts") : join(folder, "ormconfig.ts");
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** What was written, as absolute paths, a folder with a slash at its end; and whether TypeORM has the folder already. */
interface Written {
  readonly written: readonly string[];
  readonly isTypeorms: boolean;
}

async function writeMissing(file: string, isNew: boolean): Promise<Written> {
  const home = dirname(file);
  const migrations = join(home, "migrations");
  mkdirSync(home, { recursive: true });
  const entities = file.endsWith("ormconfig.ts") ? "models/*.ts" : "src/**/*.entity.ts";
  if (isNew) writeFileSync(file, dataSourceText(entities), { flag: "wx" });
  const isThere = existsSync(migrations);
  if (!isThere) {
    mkdirSync(migrations);
    writeFileSync(join(migrations, ".gitkeep"), "");
  }
  const written = collect(isNew && file, !isThere && `${migrations}/`);
  return { written, isTypeorms: isThere && (await hasTypeormFiles(migrations)) };
}

async function hasTypeormFiles(folder: string): Promise<boolean> {
  const { isTypeormMigration } = await import("../revision/typeorm-files.ts");
  const files = readdirSync(folder).filter((name) => /\.[mc]?[jt]s$/.test(name));
  return files.some((name) => isTypeormMigration(readFileSync(join(folder, name), "utf8")));
}

function installCommands(folder: string): readonly string[] {
  const missing = missingPackages(folder);
  return collect(missing.length > 0 && `npm install ${missing.join(" ")}`);
}

function missingPackages(folder: string): readonly string[] {
  try {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const known = { ...dependencies, ...devDependencies };
    return ["typeorm", "pg", "typeorm-remodel"].filter((name) => !(name in known));
  } catch {
    return ["typeorm", "pg", "typeorm-remodel"];
  }
}
