import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
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

/** Writes what a project needs where it is missing; overwrites nothing. */
export const initCommand: Command = {
  usage: "init [dir]",
  describe: "create ormconfig.ts and migrations/ if they are missing",
  options: (yargs) => yargs.positional("dir", { type: "string", default: ".", describe: "the project's folder" }),
  async run(args, { cwd }) {
    const folder = resolve(cwd, String(args["dir"]));
    const written: string[] = [];
    const there = NAMES.flatMap((name) => ENDINGS.map((ending) => `${name}.${ending}`)).find((name) =>
      existsSync(join(folder, name)),
    );
    mkdirSync(folder, { recursive: true });
    if (there === undefined) {
      writeFileSync(join(folder, "ormconfig.ts"), ORMCONFIG, { flag: "wx" });
      written.push("ormconfig.ts");
    }
    if (!existsSync(join(folder, "migrations"))) {
      mkdirSync(join(folder, "migrations"));
      writeFileSync(join(folder, "migrations", ".gitkeep"), "");
      written.push("migrations/");
    }
    const where = relative(cwd, folder);
    const missing = missingPackages(folder);
    const next = [
      ...(missing.length === 0 ? [] : [`npm install ${missing.join(" ")}`]),
      'remodel revision --autogenerate -m "First tables"',
    ];
    const text = [
      written.length === 0
        ? "Nothing to do: all files exist already."
        : `Wrote ${written.map((name) => join(where, name)).join(" and ")}.`,
      there === undefined ? "List your entities in ormconfig.ts, then run:" : `The data source is ${there}. Next, run:`,
      ...next.map((line) => `  ${line}`),
    ];
    return { code: 0, text: text.join("\n"), data: { folder, written, next } };
  },
};

function missingPackages(folder: string): readonly string[] {
  try {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const known = { ...dependencies, ...devDependencies };
    return ["typeorm", "pg", "typeorm-remodel"].filter((name) => !(name in known));
  } catch {
    return ["typeorm", "pg", "typeorm-remodel"];
  }
}
