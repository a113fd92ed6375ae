import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPooler } from "../support/pooler.ts";
import { connect, createDatabase, type TestDatabase } from "../support/servers.ts";
import {
  addEmbedded,
  cliProject,
  databaseLine,
  type Files,
  MODULE,
  ORMCONFIG,
  type Ran,
  revisionText,
  SHOP,
} from "./support.ts";

const FIRST = revisionText(
  "aaaa11110000",
  null,
  'op.createTable("shop", { columns: [{ name: "id", type: "integer" }] });',
);
const PROJECT: Files = { ...SHOP, "migrations/1.ts": FIRST };

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(async () => {
  await database.drop();
});

/** What each line of the output says, by its name, with its hint. */
function readLines({ stdout }: Ran): Readonly<Record<string, string>> {
  const { lines }: { lines: readonly { name: string; status: string; text: string; hint?: string }[] } =
    JSON.parse(stdout);
  return Object.fromEntries(lines.map(({ name, status, text, hint = "" }) => [name, `${status}: ${text} | ${hint}`]));
}

async function examine(files: Files, url: string, ...args: readonly string[]) {
  const ran = await cliProject(files, url).run("doctor", "--json", ...args);
  expect(ran.stderr).toBe("");
  return { code: ran.code, lines: readLines(ran) };
}

test("nothing is missing: each line is ok, and the database is named", async () => {
  const ran = await cliProject(PROJECT, database.url).run("doctor");
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toMatch(/^ok {6,}remodel +\d+\.\d+\.\d+\n/);
  expect(ran.stdout).toMatch(/\nNothing is missing\.\n$/);
  expect(ran.stdout).toContain(
    databaseLine(database.url)
      .replace(/^Database: /, "")
      .trim(),
  );
  expect(ran.stdout).toMatch(/\nnote +history +pending: aaaa11110000\n +Run: remodel upgrade\n/);
});

test("without a data source it goes on: versions, and the database of the environment", async () => {
  const { code, lines } = await examine({}, database.url);
  expect(code).toBe(0);
  expect(lines).toMatchObject({
    "data source": expect.stringMatching(/^note: No data source was found.*remodel init$/s),
    models: "unknown: Not looked at: there is no data source. | ",
    connection: expect.stringMatching(/^ok: /),
  });
  expect(lines).toMatchObject({
    "@electric-sql/pglite": expect.stringMatching(/^note: not installed.*verify.*npm install --save-dev @electric/),
  });
  const withIt = cliProject({}, database.url);
  addEmbedded(withIt);
  const found = readLines(await withIt.run("doctor", "--json"));
  expect(found).toMatchObject({ "@electric-sql/pglite": expect.stringMatching(/^ok: 0\.\d+\.\d+ \| $/) });
  const without = await examine({}, "");
  expect(without.code).toBe(1);
  expect(without.lines).toMatchObject({
    node: `ok: ${process.versions.node} | `,
    pg: expect.stringMatching(/^ok: 8\./),
    "data source": expect.stringMatching(/^missing: No data source was found/),
    rights: "unknown: Not looked at: there is no connection. | ",
  });
});

test("a data source that throws, and a configuration that is wrong, are each one line", async () => {
  const thrown = await examine({ ...MODULE, "ormconfig.ts": 'throw new Error("no vault");' }, database.url);
  expect(thrown).toMatchObject({ code: 1, lines: { "data source": expect.stringContaining("no vault") } });
  const config = `${ORMCONFIG}export const remodel = { migration: "db" };\n`;
  const wrong = await examine({ ...SHOP, "ormconfig.ts": config }, database.url);
  expect(wrong).toMatchObject({
    code: 1,
    lines: { "data source": expect.stringMatching(/^missing: .*no key "migration".*Known keys/) },
  });
});

describe("the database", () => {
  test.each([
    ["no server", "postgres://nobody@127.0.0.1:1/none", /no server answers.*Start the server/],
    ["no database", () => `${database.url}_not`, /does not exist.*createdb/s],
  ])("%s", async (_, url, expected) => {
    const { code, lines } = await examine(PROJECT, typeof url === "string" ? url : url());
    expect(code).toBe(1);
    expect(lines).toMatchObject({
      models: "ok: 1 entity | ",
      connection: expect.stringMatching(expected),
      history: "unknown: Not looked at: there is no connection. | ",
    });
  });

  test("a role that may not create in the schema, a table of another role, and a read-only default", async () => {
    const role = `doctor_${database.url.slice(-12)}`;
    const admin = await connect(database.url);
    try {
      await admin.query(`CREATE ROLE ${role} LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE TABLE mall ()`);
      const as = Object.assign(new URL(database.url), { username: role });
      as.searchParams.set("options", "-c default_transaction_read_only=on");
      const { code, lines } = await examine(PROJECT, as.href);
      expect(code).toBe(1);
      expect(lines).toMatchObject({
        rights: `missing: ${role} lacks CREATE on the schema public. | GRANT CREATE ON SCHEMA "public" TO "${role}"`,
        tables: expect.stringMatching(
          new RegExp(`^note: mall cannot be altered by ${role}: .* \\| GRANT ".*" TO "${role}"`),
        ),
        settings: expect.stringMatching(/^missing: default_transaction_read_only is on/),
      });
    } finally {
      await admin.query(`DROP TABLE mall; DROP OWNED BY ${role}; DROP ROLE ${role}`);
      await admin.end();
    }
  });

  test("a pooler is a note", async () => {
    const pooler = await startPooler(database.url);
    try {
      const { code, lines } = await examine(PROJECT, pooler.url);
      expect(code).toBe(0);
      expect(lines["connection"]).toMatch(/^note: .*through a pooler/);
    } finally {
      await pooler.close();
    }
  });
});

test("synchronize, the folder of TypeORM, and a cache that cannot be used", async () => {
  const ormconfig = ORMCONFIG.replace("entities:", 'synchronize: true, migrations: ["migrations/*.ts"], entities:');
  const project = cliProject({ ...PROJECT, "ormconfig.ts": ormconfig }, database.url);
  rmSync(join(project.folder, "node_modules/.cache"), { recursive: true, force: true });
  writeFileSync(join(project.folder, "node_modules/.cache"), "");
  const lines = readLines(await project.run("doctor", "--json"));
  expect(lines).toMatchObject({
    synchronize: expect.stringMatching(/^missing: .* \| In ormconfig\.ts, write: synchronize: false$/),
    revisions: expect.stringMatching(/^missing: The folder migrations is among the migrations of the data source/),
    cache: expect.stringMatching(/^missing: node_modules\/\.cache\/typeorm-remodel cannot be used/),
  });
});
