// What each command loads. A heavy package costs more than most commands: TypeScript a second, TypeORM half of one.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { newest, withDatabase } from "../support/servers.ts";
import { cliProject, ORMCONFIG, SHOP } from "./support.ts";

const HEAVY = [
  "typeorm",
  "ts-morph",
  "@ts-morph/common",
  "typescript",
  "pg",
  "@electric-sql/pglite",
  "@clack/prompts",
  "yargs",
];
const PRELOADED = fileURLToPath(new URL("../../bench/loaded.cjs", import.meta.url));

/** Commands, in the order in which they are run, and the heavy packages that each loads. */
const LOADED: readonly (readonly [command: string, packages: readonly string[]])[] = [
  ["--version", []],
  ["--help", []],
  ["heads", []],
  ["history", []],
  ["show head", []],
  ["branches", []],
  // The options of the data source are not known yet.
  ["current", ["pg", "typeorm"]],
  ["current", ["pg"]],
  ["upgrade", ["pg"]],
  ["upgrade --plan", ["pg"]],
  ["check", ["pg", "typeorm"]],
  ["check", ["pg"]],
  // Nothing is to be written, and the models are known.
  ["diff", ["pg"]],
  ["revision --autogenerate -m Nothing", ["pg"]],
  ["check --fresh", ["pg", "typeorm"]],
  // TypeScript compiles this file. What edits files with TypeScript is not loaded.
  ["check --dataSource other.ts", ["@ts-morph/common", "pg", "typeorm"]],
  ["revision -m Empty", ["@ts-morph/common", "ts-morph"]],
];

it("only what writes loads TypeScript, only what misses the cache TypeORM, only what connects pg", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject({ ...SHOP, "other.ts": ORMCONFIG }, url);
    await project.run("revision", "--autogenerate", "-m", "Shops");
    await project.run("upgrade");
    const report = join(project.folder, "node_modules/loaded.json");
    const environment = { NODE_OPTIONS: `--require ${PRELOADED}`, BENCH_REPORT: report };
    for (const [command, packages] of LOADED) {
      expect(await project.startWith(environment, ...command.split(" ")).ended, command).toMatchObject({ code: 0 });
      const { packages: all }: { packages: string[] } = JSON.parse(readFileSync(report, "utf8"));
      expect([command, ...all.filter((name) => HEAVY.includes(name)).sort()]).toEqual([command, ...packages]);
    }
  }));
