import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createDatabase, type TestDatabase } from "../support/servers.ts";
import { cliProject, expectRefused, type Files, revisionText, SHOP } from "./support.ts";

const BIOME = fileURLToPath(new URL("../../node_modules/.bin/biome", import.meta.url));
const HISTORY: Files = {
  ...SHOP,
  "migrations/1.ts": revisionText(
    "aaaa11110000",
    null,
    'op.sql("CREATE TABLE shop (id integer)");',
    'op.dropTable("shop");',
  ),
};

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase(undefined, { sql: "CREATE TABLE called (name text, revisions text, shops boolean)" });
});
afterAll(async () => {
  await database.drop();
});

/** A configuration whose hooks note that they were called. */
function configText(before = "", after = ""): string {
  const note = (name: string) =>
    `await db.query("INSERT INTO called SELECT $1, $2, to_regclass('shop') IS NOT NULL", ["${name} " + typeof database, revisions.map((one) => one.revision).join()]);`;
  return `export const remodel = {
  beforeUpgrade: async ({ db, database, revisions }) => { ${note("before")} ${before} },
  afterUpgrade: async ({ db, database, revisions }) => { ${note("after")} ${after} },
};
`;
}

test("the hooks are called around an upgrade that applies something, and their failures say what is applied", async () => {
  const client = await connect(database.url);
  const readCalls = async () => {
    const { rows } = await client.query("DELETE FROM called RETURNING name, revisions, shops");
    return rows;
  };
  const project = cliProject({ ...HISTORY, "remodel.config.ts": configText() }, database.url);
  try {
    expect(await project.run("upgrade")).toMatchObject({ code: 0 });
    expect(await readCalls()).toEqual([
      { name: "before string", revisions: "aaaa11110000", shops: false },
      { name: "after string", revisions: "aaaa11110000", shops: true },
    ]);
    await project.run("upgrade");
    await project.run("downgrade", "base");
    expect(await readCalls()).toEqual([]);

    project.write({ "remodel.config.ts": configText('throw new Error("no backup");') });
    expectRefused(await project.run("upgrade"), "HOOK_FAILED", "no backup. Nothing was run.", "remodel upgrade");
    project.write({ "remodel.config.ts": configText('await db.query("BEGIN");') });
    expectRefused(await project.run("upgrade"), "HOOK_FAILED", "left a transaction open", "remodel upgrade");
    expect((await project.run("current")).stdout).toMatch("no revision yet");
    project.write({ "remodel.config.ts": configText("", 'await db.query("SELECT 1/0");') });
    expectRefused(await project.run("upgrade"), "HOOK_FAILED", "division by zero. aaaa11110000 is applied.", "call it");
    expect((await project.run("current")).stdout).toMatch(/^aaaa11110000/);
    await project.run("downgrade", "base");
  } finally {
    await client.end();
  }
});

test("in a fleet each tenant calls the hooks once, and a failure of one leaves the others", async () => {
  const client = await connect(database.url);
  try {
    await client.query("CREATE SCHEMA mall_a; CREATE SCHEMA mall_b; DELETE FROM called");
    const note = (name: string) =>
      `await db.query("INSERT INTO public.called (name, revisions) VALUES ('${name}', $1)", [/mall_./.exec(database)[0]]);`;
    const configure = (more: string) => ({
      "remodel.config.ts": `export const remodel = {
  url: process.env.DATABASE_URL,
  fleet: { tenants: { schemas: "mall_*" } },
  beforeUpgrade: async ({ db, database }) => { ${note("before")} ${more} },
  afterUpgrade: async ({ db, database }) => { ${note("after")} },
};
`,
    });
    const readCalls = async () => {
      const { rows } = await client.query({ text: "DELETE FROM called RETURNING name, revisions", rowMode: "array" });
      return rows.map((row) => row.join(" ")).sort();
    };
    const failing = 'if (database.includes("mall_b")) throw new Error("no backup");';
    const project = cliProject({ ...HISTORY, ...configure(failing) }, database.url);
    const { code, stdout } = await project.run("fleet", "upgrade", "--json");
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({
      code: 1,
      tenants: [
        { name: "mall_a", outcome: "upgraded" },
        {
          name: "mall_b",
          outcome: "failed",
          error: { code: "HOOK_FAILED", message: expect.stringContaining("no backup") },
        },
      ],
    });
    expect(await readCalls()).toEqual(["after mall_a", "before mall_a", "before mall_b"]);
    project.write(configure(""));
    expect(await project.run("fleet", "upgrade")).toMatchObject({ code: 0 });
    expect(await readCalls()).toEqual(["after mall_b", "before mall_b"]);
  } finally {
    await client.end();
  }
});

test("a new file has the configured name and is formatted, and resolve still knows its lines", async () => {
  const config = `export const remodel = {
  fileTemplate: "{year}-{month}-{day}_{rev}_{slug}",
  format: "${BIOME} format --write",
};
`;
  const project = cliProject({ ...SHOP, "remodel.config.ts": config }, database.url);
  const client = await connect(database.url);
  try {
    await client.query("CREATE TABLE shop (id serial PRIMARY KEY, title character varying NOT NULL)");
    const args = ["--autogenerate", "-m", "Names", "--rev-id", "cccc33330000"];
    const wrote = await project.run("revision", ...args);
    expect(wrote).toMatchObject({ code: 0 });
    const [path = ""] = Object.keys(project.files()).filter((one) => one.startsWith("migrations/"));
    expect(path).toMatch(/^migrations\/\d{4}-\d\d-\d\d_cccc33330000_names\.ts$/);
    expect(project.files()[path]).toMatch(/\n\top\.renameColumn\("shop", "title", "name"\);\n/);
    expect(await project.run("resolve", "--accept", "all")).toMatchObject({ code: 0 });
    expect(project.files()[path]).not.toMatch(/todo|addColumn/);

    // A script of the project is named as in package.json, from the folder of the package.
    const script = 'import { appendFileSync } from "node:fs"; appendFileSync(process.argv[2], "// formatted\\n");';
    const byScript = config.replace(`${BIOME} format --write`, "node scripts/format.mjs");
    project.write({ "scripts/format.mjs": script, "remodel.config.ts": byScript });
    expect(await project.run("revision", "-m", "Noted", "--head", "head", "--rev-id", "dddd44440000")).toMatchObject({
      code: 0,
    });
    const [noted = ""] = Object.keys(project.files()).filter((one) => one.includes("dddd44440000"));
    expect(project.files()[noted]).toMatch(/\/\/ formatted\n$/);
    project.write({ "remodel.config.ts": config.replace(BIOME, "no-such-formatter") });
    const failed = await project.run("revision", "-m", "Empty", "--head", "head");
    expectRefused(failed, "HOOK_FAILED", /was written, but `no-such-formatter format --write` failed/, "`format`");
  } finally {
    await client.query("DROP TABLE shop");
    await client.end();
  }
});

test.each([
  ["fileTemplate", '"{slug}"', "{rev}"],
  ["fileTemplate", '"../{rev}"', "{rev}"],
  ["fileTemplate", '"{rev}_{name}"', "{rev}"],
  ["beforeUpgrade", '"psql"', "a function"],
])("%s: %s is refused", async (key, value, hint) => {
  const project = cliProject({ ...SHOP, "remodel.config.ts": `export const remodel = { ${key}: ${value} };\n` });
  expectRefused(await project.run("heads"), "CONFIG_INVALID", `"${key}" cannot be`, hint);
});
