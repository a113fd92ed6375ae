import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addEmbedded, cliProject, expectDone, expectRefused, MODULE, SHOP } from "./support.ts";

test("fleet is a word with commands of its own", async () => {
  const project = cliProject(SHOP);
  const { code, stdout } = await project.run("fleet", "--help");
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^ {2}remodel fleet list /m) });
  expect(await project.run("fleet")).toMatchObject({ code: 2, stderr: expect.stringContaining("command is missing") });
  expect(await project.run("fleet", "lst")).toMatchObject({ code: 2, stderr: expect.stringContaining("lst") });
});

test("a project without a fleet, and one whose fleet is wrong, are refused", async () => {
  const list = async (config: string) => {
    const project = cliProject({ ...SHOP, "remodel.config.ts": `export const remodel = ${config};\n` });
    return await project.run("fleet", "list");
  };
  expectRefused(await list("{}"), "FLEET_INVALID", "has no fleet", "Add fleet:");
  const wrong: readonly (readonly [fleet: string, message: string, hint: string | RegExp])[] = [
    ["3", "fleet is missing or wrong", "{ tenants: … }"],
    ["{}", "fleet.tenants is missing", "where the tenants come from"],
    ["{ tenant: [] }", 'fleet has no key "tenant"', 'Did you mean "tenants"?'],
    ['{ tenants: "malls.yaml" }', "fleet.tenants is missing or wrong", ".json or .csv"],
    ["{ tenants: { querry: 'SELECT 1' } }", "fleet.tenants is", "query, schemas, databases, command"],
    ["{ tenants: { schemas: 'a', databases: 'b' } }", "fleet.tenants is", "one of"],
    ["{ tenants: { schemas: 'a', url: 'b' } }", "fleet.tenants is", 'without the key "url"'],
    ["{ tenants: [], waves: [{}] }", "fleet.waves[0].name is missing", "a name"],
    ["{ tenants: [], waves: [{ name: 'a', buget: 1 }] }", 'waves[0] has no key "buget"', 'Did you mean "budget"?'],
    ["{ tenants: [], waves: [{ name: 'a', budget: '2 %' }] }", "waves[0].budget is", '"2%"'],
    ["{ tenants: [], waves: [{ name: 'a', match: 'pilot' }] }", "waves[0].match is", "tier"],
    ["{ tenants: [], waves: [{ name: 'a', perServer: 0 }] }", "waves[0].perServer is", "1 or more"],
    ["{ tenants: [], waves: [{ name: 'a' }, { name: 'a' }] }", 'Two waves have the name "a"', "of its own"],
    ["{ tenants: [], waves: [{ name: 'rest', match: { a: 'b' } }] }", 'wave "rest" has a match', "Rename"],
  ];
  for (const [fleet, message, hint] of wrong)
    expectRefused(await list(`{ fleet: ${fleet} }`), "FLEET_INVALID", quote(message), hint);
  expectRefused(await list("{ fleet: { tenants: [] } }"), "FLEET_EMPTY", "has no tenants", "fleet.tenants");
});

test("the configuration is in one file: with a data source that cannot be run, fleet list works", async () => {
  const remodel = `{ fleet: { tenants: [{ name: "mall-1", url: "postgres://u:s3cret@db1/m1", tier: "pilot" }] } }`;
  const files = { ...MODULE, "ormconfig.ts": `throw new Error("was run");\n` };
  for (const text of [`export const remodel = ${remodel};`, `const own = ${remodel};\nexport default own;`]) {
    const project = cliProject({ ...files, "remodel.config.ts": `${text}\n` });
    const { code, stdout, stderr } = await project.run("fleet", "list", "--json");
    expect({ code, stderr, ...JSON.parse(stdout) }).toEqual({
      code: 0,
      stderr: "",
      tenants: [{ name: "mall-1", wave: "rest", server: "db1:5432", database: "m1", labels: { tier: "pilot" } }],
    });
    expectDone(await project.run("fleet", "list"), /^mall-1 {2}rest {2}db1:5432\/m1 {2}tier=pilot\n$/);
  }
  const twice = cliProject({ ...SHOP, "remodel.config.ts": `export const remodel = ${remodel};\n` });
  twice.write({ "ormconfig.ts": `${SHOP["ormconfig.ts"]}\nexport const remodel = {};\n` });
  expectRefused(await twice.run("fleet", "list"), "CONFIG_INVALID", 'export "remodel"', "Move everything");
  const none = cliProject({ ...SHOP, "remodel.config.ts": "export const other = 1;\n" });
  expectRefused(await none.run("fleet", "list"), "CONFIG_INVALID", "exports no configuration", "defineConfig");
});

test("what a configuration names is relative to its own file, wherever the data source is", async () => {
  const { "ormconfig.ts": dataSource, ...files } = SHOP;
  const program = { command: ["node", "list.cjs"] };
  const inPackage = (remodel: object) => ({ "package.json": JSON.stringify({ type: "module", remodel }) });
  const inFile = (remodel: object) => ({ "remodel.config.ts": `export const remodel = ${JSON.stringify(remodel)};\n` });
  const ofDataSource = (remodel: object) => ({
    "src/data-source.ts": `${dataSource}\nexport const remodel = ${JSON.stringify(remodel)};\n`,
  });
  const places = [
    { write: inPackage, folder: "" },
    { write: inFile, folder: "" },
    { write: ofDataSource, folder: "src/" },
  ];
  for (const { write, folder } of places) {
    for (const tenants of ["malls.json", "malls.csv", program]) {
      const config = { fleet: { tenants, url: "pglite:malls/{name}" } };
      const project = cliProject({ ...files, "src/data-source.ts": dataSource!, ...write(config) });
      project.write({
        [`${folder}malls.json`]: '["north"]',
        [`${folder}malls.csv`]: "name\nnorth\n",
        [`${folder}list.cjs`]: `console.log('["north"]');\n`,
      });
      const { stdout } = await project.run("fleet", "list", "--json");
      const server = `pglite:${join(project.folder, folder, "malls/north")}`;
      expect(JSON.parse(stdout)).toMatchObject({ tenants: [{ name: "north", server }] });
    }
  }
  const project = cliProject({ ...files, "src/data-source.ts": dataSource!, ...inPackage({ url: "pglite:shops" }) });
  addEmbedded(project);
  await project.run("revision", "-m", "Nothing");
  await project.run("upgrade");
  expect(existsSync(join(project.folder, "shops/PG_VERSION"))).toBe(true);
});

test("the list is a report too, as data and as a page; what has nothing to report says so", async () => {
  const tenants = ["north", "south"].map((name) => ({ name, url: `postgres://u:s3cret@db1/${name}` }));
  const fleet = JSON.stringify({
    tenants,
    waves: [{ name: "pilot", match: { name: "north" } }],
    queue: "postgres://db1/q",
  });
  const project = cliProject({ ...MODULE, "remodel.config.ts": `export const remodel = { fleet: ${fleet} };\n` });
  const { stdout } = await project.run("fleet", "list", "--json", "--report", "list.json");
  expect(JSON.parse(project.files()["list.json"] ?? "")).toEqual(JSON.parse(stdout));
  expectDone(await project.run("fleet", "list", "--report", "list.html"), "north");
  expect(project.files()["list.html"]).toMatch(/<h1>remodel fleet list<\/h1>[\s\S]*listed: wave pilot/);
  for (const words of [["create", "north"], ["work"]])
    expectRefused(await project.run("fleet", ...words, "--report", "a.json"), "USAGE", "writes no report", "--report");
  const plan = await project.run("fleet", "upgrade", "--plan", "--report", "a.json");
  expect(plan).toMatchObject({ code: 2, stderr: expect.stringContaining("report") });
  const named = await project.run("fleet", "list", "--report", "a.txt");
  expectRefused(named, "USAGE", "--report", "fleet.json");
});

test("a report that cannot be written is refused before anything is run, and a file that is there stays as it is", async () => {
  const fleet = '{ tenants: () => { throw new Error("read"); } }';
  const project = cliProject({ ...MODULE, "remodel.config.ts": `export const remodel = { fleet: ${fleet} };\n` });
  project.write({ "old.json": "old", "is-a-folder.json/a": "" });
  const COMMANDS = ["list", "status", "check", "diff", "preflight", "upgrade", "downgrade a", "stamp a", "enqueue"];
  for (const words of COMMANDS.map((command) => command.split(" ")))
    for (const file of ["none/new.json", "is-a-folder.json"]) {
      const refused = await project.run("fleet", ...words, "--report", file);
      expectRefused(refused, "USAGE", "file of --report cannot be written: ", "Name a file");
    }
  for (const file of ["old.json", "new.html"])
    expectRefused(await project.run("fleet", "list", "--report", file), "FLEET_INVALID", "read", "function");
  expect(project.files()).toMatchObject({ "old.json": "old" });
  expect(Object.keys(project.files())).not.toContain("new.html");
});

test("a list is selected from, sharded and refused if nothing is selected", async () => {
  const tenants = Array.from(
    { length: 6 },
    (_, at) => `{ name: "m${at}", url: "postgres://db${at % 3}/m${at}", n: ${at % 2} }`,
  );
  const remodel = `{ fleet: { tenants: [${tenants}], waves: [{ name: "canary", match: { n: "1" } }] } }`;
  const project = cliProject({ ...SHOP, "remodel.config.ts": `export const remodel = ${remodel};\n` });
  const list = async (...args: readonly string[]) => {
    const { code, stdout } = await project.run("fleet", "list", "--json", ...args);
    expect(code).toBe(0);
    return JSON.parse(stdout).tenants.map(({ name, wave }: Record<string, string>) => `${wave} ${name}`);
  };
  expect(await list()).toEqual(["canary m1", "canary m3", "canary m5", "rest m0", "rest m2", "rest m4"]);
  expect(await list("--select", "m1", "--select", "n=0", "--except", "m4")).toEqual([
    "canary m1",
    "rest m0",
    "rest m2",
  ]);
  expect(await list("--shard", "1/4")).toEqual(["canary m3", "rest m0"]);
  expect(await list("--shard", "4/4")).toEqual([]);
  expectDone(await project.run("fleet", "list", "--shard", "4/4"), /no tenants/);
  expectRefused(await project.run("fleet", "list", "--select", "m9"), "FLEET_EMPTY", 'matches "m9"', "Did you mean");
  expectRefused(await project.run("fleet", "list", "--shard", "5/4"), "USAGE", "--shard", "1/4");
  expectRefused(await project.run("fleet", "list", "--timeout", "soon"), "USAGE", "--timeout", "10s");
  expectRefused(await project.run("fleet", "list", "--per-server", "0"), "USAGE", "--per-server", "1 or more");
});

function quote(text: string): RegExp {
  return new RegExp(text.replace(/[[\]{}.]/g, "\\$&"));
}
