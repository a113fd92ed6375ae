import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import {
  type CliProject,
  cliProject,
  expectDone,
  expectRefused,
  MODULE,
  newFolder,
  type Ran,
  revisionText,
  SHOP,
} from "./support.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** What a deployed folder does not have. */
const LEFT_OUT = ["ts-morph", "typeorm"];
/** The user that owns nothing. */
const OTHER_USER = 65534;

/** Revisions that use all that a revision may: other files, JSON, SQL, a package, this package, a merge. */
const HISTORY = {
  ...MODULE,
  "remodel.config.ts": `import { defineConfig } from "typeorm-remodel";
export const remodel = defineConfig({ url: process.env.DATABASE_URL, lockTimeout: 3000, stateTable: "applied", fleet: { tenants: { databases: process.env.TENANT ?? "mall_*" } } });
`,
  "src/slug.ts": `import suffix from "./suffix.json" with { type: "json" };
export enum Ending { Shop = "_shop" }
export default (name: string): string => name + Ending.Shop + suffix.text;
`,
  "src/suffix.json": '{ "text": "_1" }\n',
  "migrations/seed.sql": "INSERT INTO malls VALUES (1)",
  "migrations/a1_malls.ts": `import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { type Operations, RemodelError } from "typeorm-remodel";
import slug from "../src/slug.ts";

/** The malls. */
export const revision = "a1";
export const downRevision = null;
export const branchLabels = ["malls"];

export function upgrade(op: Operations): void {
  if (pg.Client === undefined || RemodelError === undefined) throw new Error("no package");
  op.sql("CREATE TABLE malls (id integer)");
  op.sql(\`CREATE TABLE \${slug("a")} ()\`);
  op.sql(readFileSync(join(import.meta.dirname, "seed.sql"), "utf8"));
}

export function downgrade(op: Operations): void {
  op.sql(\`DROP TABLE malls, \${slug("a")}\`);
}
`,
  "migrations/b1_other.ts": revisionText("b1", "a1", 'op.createSchema("other");', 'op.dropSchema("other");'),
};

test("a read-only folder without TypeScript, TypeORM and sources runs what build wrote", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject(HISTORY, url);
    const built = await project.runWith({ TENANT: new URL(url).pathname.slice(1) }, "build", "--json");
    expect({ code: built.code, stderr: built.stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(built.stdout)).toEqual({
      folder: join(project.folder, "dist/remodel"),
      revisions: 2,
      files: [
        "_imported/src/slug.ts.cjs",
        "_imported/src/suffix.json",
        "a1_malls.cjs",
        "b1_other.cjs",
        "remodel.manifest.json",
        "seed.sql",
      ],
      left: [],
    });
    const { deployed, run, end } = deploy(join(project.folder, "dist/remodel"), url);
    const before = listAll(deployed);
    try {
      expect(run("upgrade", "+1")).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^Applied 1 revision:\n {2}a1 +The malls/),
      });
      expect(run("fleet", "upgrade")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ +1 +at b1$/m) });
      expectDone(run("current"), /^b1 .*\(head\)\n$/);
      expect(await project.run("current", "--check-heads")).toMatchObject({ code: 0 });
      expect(run("downgrade", "base")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Undid 2 revisions/) });
      const { code, stdout } = run("doctor", "--json");
      expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, problems: 0 });
      expectRefused(run("check"), "CONFIG_NOT_FOUND", /The build in \S+ has none/, /remodel build --with-models/);
      expect(listAll(deployed)).toEqual(before);
    } finally {
      end();
    }

    const inBuild = (...args: string[]) => project.run(...args, "--migrations", "dist/remodel");
    const shown = async (...args: string[]) => (await inBuild(...args)).stdout.replaceAll(/dist\/remodel|\.cjs/g, "");
    const source = async (...args: string[]) => (await project.run(...args)).stdout.replaceAll(/migrations|\.ts/g, "");
    expect(await shown("history", "--json")).toBe(await source("history", "--json"));
    expect(await shown("heads", "--json")).toBe(await source("heads", "--json"));
    expect(await inBuild("stamp", "malls@head")).toMatchObject({ code: 0 });
    expect(await inBuild("upgrade")).toMatchObject({
      stdout: "Nothing to do: the database is already at the target.\n",
    });
  }));

interface Deployed {
  readonly deployed: string;
  run(...args: readonly string[]): Ran;
  /** The folder can be removed again. */
  end(): void;
}

/** A folder with this package, the packages that it needs but those left out, and a build. Nobody may write to it. */
function deploy(build: string, url: string): Deployed {
  const deployed = newFolder();
  const modules = join(deployed, "node_modules");
  cpSync(build, join(deployed, "revisions"), { recursive: true });
  for (const name of ["dist", "package.json"])
    cpSync(join(ROOT, name), join(modules, "typeorm-remodel", name), {
      recursive: true,
      filter: (path) => !path.endsWith("/cjs"),
    });
  for (const name of packagesOf(["pg", ...dependenciesOf(ROOT)]))
    cpSync(join(ROOT, "node_modules", name), join(modules, name), { recursive: true });
  changeModes(deployed, 0o555);
  const options = { cwd: deployed, env: { DATABASE_URL: url }, encoding: "utf8", ...otherUser() } as const;
  const command = join(modules, "typeorm-remodel/dist/cli/main.js");
  return {
    deployed,
    end: () => changeModes(deployed, 0o755),
    run: (...args) => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [command, ...args, "--migrations", "revisions"],
        options,
      );
      return { code: status, stdout, stderr };
    },
  };
}

function changeModes(folder: string, mode: number): void {
  for (const name of ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })])
    chmodSync(join(folder, name), mode);
}

/** Root may write everywhere. */
function otherUser(): { readonly uid?: number } {
  if (process.getuid?.() !== 0) return {};
  const { status } = spawnSync(process.execPath, ["--version"], { uid: OTHER_USER });
  return status === 0 ? { uid: OTHER_USER } : {};
}

/** Packages and all that they depend on, where npm has put them. */
function packagesOf(names: readonly string[]): ReadonlySet<string> {
  const all = new Set(names.filter((name) => !LEFT_OUT.includes(name)));
  for (const name of all) {
    const folder = join(ROOT, "node_modules", name);
    const nested = join(folder, "node_modules");
    const own = existsSync(nested) ? readdirSync(nested).map((one) => join(nested, one)) : [];
    for (const one of [folder, ...own].flatMap(dependenciesOf)) all.add(one);
  }
  return new Set([...all].filter((name) => existsSync(join(ROOT, "node_modules", name))));
}

function dependenciesOf(folder: string): readonly string[] {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return [];
  const { dependencies = {} } = JSON.parse(readFileSync(file, "utf8"));
  return Object.keys(dependencies);
}

function listAll(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}

describe("what is not as build wrote it", () => {
  const BUILT = "dist/remodel";

  async function build(): Promise<CliProject> {
    const project = cliProject(HISTORY);
    expect(await project.run("build")).toEqual({
      code: 0,
      stdout: `Wrote 2 revisions to ${BUILT}.\nTo run them: remodel upgrade --migrations ${BUILT}\n`,
      stderr: "",
    });
    return project;
  }

  test("a file that was edited, is missing or was added, and a broken manifest", async () => {
    const project = await build();
    const file = (name: string) => join(project.folder, BUILT, name);
    const heads = () => project.run("heads", "--migrations", BUILT);
    const original = readFileSync(file("_imported/src/slug.ts.cjs"), "utf8");
    writeFileSync(file("_imported/src/slug.ts.cjs"), `${original}\n`);
    expectRefused(await heads(), "BUILD_INVALID", /slug\.ts\.cjs was edited after the build\./, /remodel build/);
    rmSync(file("_imported/src/slug.ts.cjs"));
    expectRefused(await heads(), "BUILD_INVALID", /slug\.ts\.cjs is missing\./, /remodel build/);
    expect(await project.run("build")).toMatchObject({ code: 0 });
    writeFileSync(file("c1_more.cjs"), "");
    expectRefused(await heads(), "BUILD_INVALID", /c1_more\.cjs is not a file that remodel build wrote\./, /build/);
    writeFileSync(file("remodel.manifest.json"), "{}");
    expectRefused(await heads(), "BUILD_INVALID", /is not a manifest/, /remodel build/);
    writeFileSync(file("remodel.manifest.json"), "{");
    expectRefused(await heads(), "BUILD_INVALID", /cannot be read/, /remodel build/);
  });

  test("operations that depend on the environment", async () => {
    const project = cliProject({
      ...HISTORY,
      "migrations/c1_env.ts": revisionText(
        "c1",
        "b1",
        "op.createSchema(process.env.PLACE ?? 'here');",
        "op.dropSchema('here');",
      ),
    });
    expect(await project.run("build")).toMatchObject({ code: 0 });
    const ran = await project.runWith({ PLACE: "there" }, "upgrade", "--sql", "--migrations", BUILT);
    expectRefused(ran, "BUILD_INVALID", /c1_env\.cjs has other operations than when it was built\./, /environment/);
  });

  test("no folder of others is replaced, none is built of a build, and no open question goes along", async () => {
    const project = await build();
    const refused = async (what: RegExp, ...args: string[]) =>
      expectRefused(await project.run("build", ...args), "BUILD_REFUSED", what, /--out DIR/);
    await refused(/src has other files\. Nothing was written\./, "--out", "src");
    await refused(/is in the folder of the sources/, "--out", "migrations/out");
    await refused(/is a build already/, "--migrations", BUILT, "--out", "dist/again");
    mkdirSync(join(project.folder, "empty"));
    expect(await project.run("build", "--out", "empty")).toMatchObject({ code: 0 });
    project.write({ "migrations/c1_open.ts": revisionText("c1", "b1", 'op.todo("Which?");', "") });
    expectRefused(await project.run("build"), "REVISION_UNFINISHED", /Which\?/, /resolve/);
    expect(await project.run("heads", "--migrations", BUILT)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^b1/),
    });
    project.write({ "migrations/c1_open.ts": `await null;\n${revisionText("c1", "b1", "", "")}` });
    expectRefused(
      await project.run("build"),
      "MODULE_INVALID",
      /c1_open\.ts:1 uses top-level await/,
      /into a function/,
    );
    expectRefused(
      await project.run("build", "--migrations", "none"),
      "HISTORY_EMPTY",
      /does not exist/,
      /--migrations/,
    );
  });
});

test("with the models in the manifest, check runs from a build, and nothing is written into one", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject({ ...SHOP, "migrations/.gitkeep": "" }, url);
    for (const args of [
      ["revision", "--autogenerate", "-m", "Shops", "--rev-id", "a1"],
      ["upgrade"],
      ["build", "--with-models"],
    ])
      expect(await project.run(...args)).toMatchObject({ code: 0 });
    const deployed = cliProject({ "package.json": "{}" }, url);
    cpSync(join(project.folder, "dist/remodel"), join(deployed.folder, "revisions"), { recursive: true });
    rmSync(join(deployed.folder, "node_modules/typeorm"));
    const run = (...args: string[]) => deployed.run(...args, "--migrations", "revisions");
    expect(await run("check")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^In sync/) });
    const client = await connect(url);
    await client.query("ALTER TABLE shop ADD fax text");
    await client.end();
    expect(await run("check")).toMatchObject({ code: 1, stdout: expect.stringMatching(/fax/) });
    expect(await run("diff")).toMatchObject({ code: 1, stdout: expect.stringMatching(/fax/) });
    const refused = async (...args: string[]) =>
      expectRefused(
        await run(...args),
        "BUILD_REFUSED",
        /was written by remodel build\. Nothing was written\./,
        /--migrations DIR/,
      );
    await refused("revision", "-m", "More");
    await refused("revision", "--autogenerate", "-m", "More");
    await refused("squash", "base:head");
    expect(await run("heads")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^a1/) });
  }));

test("a fleet is in the manifest without URLs; what has some is left and named", async () => {
  const config = (fleet: string) => ({
    ...HISTORY,
    "remodel.config.ts": `export const remodel = { fleet: ${fleet} };\n`,
  });
  const manifestOf = async (fleet: string) => {
    const project = cliProject(config(fleet));
    const { stderr } = await project.run("build", "--out", "out");
    const text = readFileSync(join(project.folder, "out/remodel.manifest.json"), "utf8");
    expect(text).not.toMatch(/secret|postgres:/);
    return { stderr, fleet: JSON.parse(text).settings.fleet };
  };
  const waves = '[{ name: "canary", match: { tier: "pilot" } }]';
  expect(await manifestOf(`{ tenants: { databases: "mall_*" }, waves: ${waves}, queue: "postgres://secret" }`)).toEqual(
    {
      stderr: "Not in the manifest: fleet.queue: it is the URL of a database.\n",
      fleet: { tenants: { databases: "mall_*" }, waves: [{ name: "canary", match: { tier: "pilot" } }] },
    },
  );
  expect(await manifestOf('{ tenants: [{ name: "a", url: "postgres://secret" }] }')).toEqual({
    stderr: "Not in the manifest: fleet: its tenants or their URLs are in the configuration, which may have secrets.\n",
  });
});

test("a build takes a fleet that is a list of tenants from the package.json of its folder", async () => {
  const project = cliProject({ ...HISTORY, "remodel.config.ts": "export const remodel = {};\n" });
  await project.run("build", "--out", "out");
  const list = () => project.run("fleet", "list", "--migrations", "out");
  const hint = 'Add "remodel": { "fleet": { "tenants": "malls.json" } } to the package.json';
  rmSync(join(project.folder, "remodel.config.ts"));
  expectRefused(await list(), "FLEET_INVALID", /The build in \S+out has no fleet/, hint);
  const tenants = [{ name: "north", url: "postgres://db1/north" }];
  const manifest = { ...JSON.parse(MODULE["package.json"] ?? ""), remodel: { fleet: { tenants: "malls.json" } } };
  project.write({ "malls.json": JSON.stringify(tenants), "package.json": JSON.stringify(manifest) });
  expectDone(await list(), /^north .* db1:5432\/north/);
});
