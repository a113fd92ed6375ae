import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { isMatrix, newest, withDatabase } from "../support/servers.ts";
import { databaseLine, launch, newFolder, ORMCONFIG, type Ran, SHOP, writeFiles } from "./support.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const run = promisify(execFile);

const MISTAKE = `import type { Operations } from "typeorm-remodel";

export function upgrade(op: Operations): void {
  op.addColum("shop", { name: "city", type: "text" });
}
`;

const CONFIG = ORMCONFIG.replace("\n\n", '\nimport { defineConfig } from "typeorm-remodel";\n\n').concat(
  '\nexport const remodel = defineConfig({ migrations: "migrations" });\n',
);

/** The oldest TypeScript whose projects find the types. */
const OLDEST = "5.1.6";

/** What a program imports; the last line has an error. */
const PROGRAM = `import { type Config, defineConfig, isAtHead, RemodelError, type RunResult, upgrade } from "typeorm-remodel";

const config: Config = defineConfig({ migrations: "revisions" });
export async function main(): Promise<RunResult> {
  if (await isAtHead({ dataSource: { type: "postgres" } })) throw new RemodelError("USAGE", String(config));
  return await upgrade({ dataSource: "data-source.ts", migrations: "dist" }, "heads", { lockTimeout: 1 });
}
export const wrong: number = config.migrations;
`;

/**
 * How each sort of project resolves packages, with the oldest and with the newest compiler. The types of every package
 * are checked once by each compiler, which takes most of its time; what resolves is another question.
 */
const RESOLUTIONS = [
  ["old", "node10", "commonjs", "skip"],
  ["old", "node16", "node16", "check"],
  ["old", "bundler", "esnext", "skip"],
  ["new", "nodenext", "nodenext", "check"],
  ["new", "bundler", "esnext", "skip"],
] as const;

/** How a strict project calls its compiler. */
const STRICT = "--noEmit --ignoreConfig --strict --module nodenext --target es2022 --types node".split(" ");

/** Each file of the command finds what it requires; the first one would run it. */
const LOAD_ALL = `const folder = "./node_modules/typeorm-remodel/dist/cli/";
const files = require("node:fs").readdirSync(folder).filter((name) => name.endsWith(".js") && name !== "main.js");
if (files.length < 20) throw new Error(files.join());
for (const name of files) require(folder + name);`;

let tarball: string;

beforeAll(async () => {
  const folder = newFolder();
  // Its `prepack` would build dist/ anew under the feet of the other tests.
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: ROOT });
  tarball = join(folder, readdirSync(folder)[0]!);
});

/** The packages come from the registry in the matrix alone, and with them the oldest compiler. */
describe.each([
  ["an ES-module project", "module", "1.1.1", link],
  ["a CommonJS project", "commonjs", "0.3.31", isMatrix() ? install : link],
] as const)("installed in %s", (_what, type, version, put) => {
  it("the package works and its types tell a slip", () =>
    withDatabase(newest(), async (url) => {
      const folder = newFolder();
      const manifest = {
        name: "malls",
        private: true,
        type,
        dependencies: { pg: "^8.11.0", typeorm: version, "typeorm-remodel": `file:${tarball}` },
        devDependencies: { "@types/node": "^20.19.0", ...(type === "commonjs" && { typescript: OLDEST }) },
      };
      writeFiles(folder, { ...SHOP, "package.json": JSON.stringify(manifest), "ormconfig.ts": CONFIG });
      await put(folder, type);
      const env = { ...process.env, DATABASE_URL: url };
      const ran = (command: string, ...args: string[]): Promise<Ran> =>
        run(command, args, { cwd: folder, env }).then(
          ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
          ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
        );
      // What `npx` runs, without the second of processor time that it takes itself.
      const remodel = (...args: string[]) => ran(join(folder, "node_modules/.bin/remodel"), ...args);
      const { version: packed } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
      expect(await ran("npx", "remodel", "--version")).toEqual({ code: 0, stdout: `${packed}\n`, stderr: "" });
      expect((await remodel("revision", "--autogenerate", "-m", "Shops", "--rev-id", "aaaa11110000")).stderr).toBe(
        databaseLine(url),
      );
      expect(await remodel("upgrade")).toMatchObject({
        code: 0,
        stderr: `${databaseLine(url)}Applying 1 of 1: aaaa11110000 Shops\n`,
      });
      expect(await remodel("check")).toMatchObject({ code: 0, stderr: databaseLine(url) });
      expect(await remodel("review", "head", "--format", "html", "--out", "page.html")).toMatchObject({ code: 0 });
      expect(readFileSync(join(folder, "page.html"), "utf8")).toMatch(/<\/html>\s*$/);
      expect(await ran(process.execPath, "--eval", LOAD_ALL)).toMatchObject({ code: 0, stderr: "" });

      writeFiles(folder, { "migrations/_slip.ts": MISTAKE });
      const files = ["ormconfig.ts", "migrations/aaaa11110000_shops.ts", "migrations/_slip.ts"];
      const compiled = await launch([TSC, ...STRICT, ...files], folder).ended;
      expect(compiled.code).not.toBe(0);
      expect(compiled.stderr).toBe("");
      const [slip, ...others] = compiled.stdout.split("\n").filter((line) => /\berror TS/.test(line));
      expect(others).toEqual([]);
      expect(slip).toMatch(/^migrations\/_slip\.ts\(4,6\).*'addColum' does not exist on type '(?:Operations|Recorder)/);
      expect(slip).toMatch("Did you mean 'addColumn'?");
      if (type === "commonjs") await expectTypes(folder);
    }));
});

async function install(folder: string): Promise<void> {
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: folder });
}

/** What `npm install` makes, in a fraction of its time: the package unpacked, and links to the packages that are here. */
async function link(folder: string, type: string): Promise<void> {
  const modules = join(folder, "node_modules");
  const own = join(modules, "typeorm-remodel");
  mkdirSync(own, { recursive: true });
  await run("tar", ["-xzf", tarball, "--strip-components=1", "-C", own]);
  const { dependencies, bin } = JSON.parse(readFileSync(join(own, "package.json"), "utf8"));
  for (const name of [...Object.keys(dependencies), "pg", "typeorm", "@types/node"]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    const here = name === "typeorm" && type === "commonjs" ? "typeorm-0.3" : name;
    symlinkSync(join(ROOT, "node_modules", here), join(modules, name));
  }
  mkdirSync(join(modules, ".bin"));
  symlinkSync(join(own, bin.remodel), join(modules, ".bin/remodel"));
}

/** Every compiler finds the types by every resolution, and nothing else to complain about; CommonJS can require it. */
async function expectTypes(folder: string): Promise<void> {
  const programs = ["program.ts", "program.mts", "program.cts"];
  writeFiles(folder, Object.fromEntries(programs.map((name) => [name, PROGRAM])));
  const resolutions = RESOLUTIONS.filter(([age]) => age === "new" || isMatrix());
  for (const [age, moduleResolution, module, libraries] of resolutions) {
    const tsc = age === "new" ? [TSC, "--ignoreConfig"] : [join(folder, "node_modules/typescript/bin/tsc")];
    const options = ["--noEmit", "--strict", "--target", "es2022", "--types", "node", "--module", module];
    if (libraries === "skip") options.push("--skipLibCheck");
    await expectOneError(folder, [...tsc, ...options, "--moduleResolution", moduleResolution, ...programs]);
  }
  const script = 'const { upgrade } = require("typeorm-remodel"); console.log(typeof upgrade);';
  const required = await launch(["--no-experimental-require-module", "-e", script], folder).ended;
  expect(required).toEqual({ code: 0, stdout: "function\n", stderr: "" });
}

async function expectOneError(folder: string, command: readonly string[]): Promise<void> {
  const { stdout } = await launch(command, folder).ended;
  const errors = stdout
    .split("\n")
    .filter((line) => line.includes("error TS"))
    .sort();
  expect({ command, errors }).toEqual({ command, errors: [".cts", ".mts", ".ts"].map(expectWrong) });
}

function expectWrong(ending: string): unknown {
  return expect.stringMatching(new RegExp(`^program\\${ending}\\(8,14\\): error TS2322`));
}
