import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { collect } from "../collect.ts";
import { requireText } from "./args.ts";
import type { Command } from "./command.ts";

const ORMCONFIG = `import { DataSource } from "typeorm";
import { defineConfig } from "typeorm-remodel";

export default new DataSource({
  type: "postgres",
  url: process.env.DATABASE_URL,
  entities: ["models/*.ts"],
});

export const remodel = defineConfig({ migrations: "migrations" });
`;

const NAMES = ["ormconfig", "data-source", "src/data-source", "src/ormconfig"];
const ENDINGS = ["ts", "mts", "cts", "js", "mjs", "cjs"];

/** Writes the files that a project needs and does not have; overwrites nothing. */
export const initCommand: Command = {
  usage: "init [dir]",
  describe: "create ormconfig.ts and migrations/ if they are missing",
  options: (yargs) => yargs.positional("dir", { type: "string", default: ".", describe: "the project's folder" }),
  async run(args, { cwd }) {
    const folder = resolve(cwd, requireText(args, "dir"));
    const existing = findConfig(folder);
    const written = writeMissing(folder, existing === undefined);
    const next = [...installCommands(folder), 'remodel revision --autogenerate -m "First tables"'];
    const names = written.map((name) => join(relative(cwd, folder), name));
    const text = [
      names.length === 0 ? "Nothing to do: all files exist already." : `Wrote ${names.join(" and ")}.`,
      existing === undefined
        ? "List your entities in ormconfig.ts, then run:"
        : `The data source is ${existing}. Next, run:`,
      ...next.map((line) => `  ${line}`),
    ];
    return { code: 0, text: text.join("\n"), data: { folder, written, next } };
  },
};

function findConfig(folder: string): string | undefined {
  const names = NAMES.flatMap((name) => ENDINGS.map((ending) => `${name}.${ending}`));
  return names.find((name) => existsSync(join(folder, name)));
}

/** Returns the names of what it has written. */
function writeMissing(folder: string, withConfig: boolean): readonly string[] {
  const written: string[] = [];
  mkdirSync(folder, { recursive: true });
  if (withConfig) {
    writeFileSync(join(folder, "ormconfig.ts"), ORMCONFIG, { flag: "wx" });
    written.push("ormconfig.ts");
  }
  if (!existsSync(join(folder, "migrations"))) {
    mkdirSync(join(folder, "migrations"));
    writeFileSync(join(folder, "migrations", ".gitkeep"), "");
    written.push("migrations/");
  }
  return written;
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
