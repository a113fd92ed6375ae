import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { newest, withDatabase } from "../support/servers.ts";
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

let tarball: string;

beforeAll(async () => {
  const folder = newFolder();
  // Its `prepare` would build dist/ anew under the feet of the other tests.
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: ROOT });
  tarball = join(folder, readdirSync(folder)[0]!);
});

describe.each([
  ["an ES-module project", "module", "1.1.1"],
  ["a CommonJS project", "commonjs", "0.3.31"],
])("installed in %s", (_what, type, version) => {
  it("the package works and its types tell a slip", () =>
    withDatabase(newest(), async (url) => {
      const folder = newFolder();
      const manifest = {
        name: "malls",
        private: true,
        type,
        dependencies: { pg: "^8.11.0", typeorm: version, "typeorm-remodel": `file:${tarball}` },
        devDependencies: { "@types/node": "^20.19.0" },
      };
      writeFiles(folder, { ...SHOP, "package.json": JSON.stringify(manifest), "ormconfig.ts": CONFIG });
      await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: folder });
      const remodel = async (...args: string[]): Promise<Ran> => {
        const env = { ...process.env, DATABASE_URL: url };
        return await run("npx", ["remodel", ...args], { cwd: folder, env }).then(
          ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
          ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
        );
      };
      const { version: packed } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
      expect(await remodel("--version")).toEqual({ code: 0, stdout: `${packed}\n`, stderr: "" });
      expect((await remodel("revision", "--autogenerate", "-m", "Shops", "--rev-id", "aaaa11110000")).stderr).toBe(
        databaseLine(url),
      );
      expect(await remodel("upgrade")).toMatchObject({
        code: 0,
        stderr: `${databaseLine(url)}Applying 1 of 1: aaaa11110000 Shops\n`,
      });
      expect(await remodel("check")).toMatchObject({ code: 0, stderr: databaseLine(url) });

      const compile = (...files: string[]) =>
        launch(
          [
            TSC,
            "--noEmit",
            "--ignoreConfig",
            "--strict",
            "--module",
            "nodenext",
            "--target",
            "es2022",
            "--types",
            "node",
            ...files,
          ],
          folder,
        ).ended;
      expect(await compile("ormconfig.ts", "migrations/aaaa11110000_shops.ts")).toEqual({
        code: 0,
        stdout: "",
        stderr: "",
      });
      writeFiles(folder, { "migrations/_slip.ts": MISTAKE });
      const slip = await compile("migrations/_slip.ts");
      expect(slip.code).not.toBe(0);
      expect(slip.stdout).toMatch(/_slip\.ts\(4,6\).*'addColum' does not exist on type 'Operations'|Recorder/);
      expect(slip.stdout).toMatch("Did you mean 'addColumn'?");
    }));
});
