import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openFleet } from "../../src/fleet/open.ts";
import { readFleetStatus } from "../../src/fleet/status.ts";
import { type CliProject, cliProject, MODULE, revisionText } from "../cli/support.ts";
import { connect, createDatabase, newest, oldest, type TestDatabase } from "../support/servers.ts";

/** Every character that means something in a URL, in a shell or in SQL. */
const PASSWORD = `p@s:s/w?o#r%d&=+ '"\\$\`é`;
const ODD_NAME = `mall %/#?@é_"1'`;
const IDS = ["aaaaaaaaaaaa", "bbbbbbbbbbbb"];

const servers: TestDatabase[] = [];
const dropped: { readonly url: string; readonly names: string[] }[] = [];
let project: CliProject;

/** Runs statements in a database of a server. */
async function execute(url: string, ...statements: readonly string[]): Promise<void> {
  const client = await connect(url);
  try {
    for (const sql of statements) await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A copy of a server's database, at both revisions, with more done to it. */
async function copy(at: number, name: string, ...statements: readonly string[]): Promise<string> {
  const { url } = servers[at]!;
  const control = Object.assign(new URL(url), { pathname: "postgres" }).href;
  const full = `${new URL(url).pathname.slice(1)}_${name}`;
  const quoted = quote(full);
  dropped[at]!.names.push(quoted);
  await execute(control, `CREATE DATABASE ${quoted} TEMPLATE ${new URL(url).pathname.slice(1)}`);
  if (statements.length > 0) await execute(Object.assign(new URL(url), { pathname: full }).href, ...statements);
  return full;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function writeConfig(tenants: readonly object[], more = ""): void {
  const fleet = `{ tenants: ${JSON.stringify(tenants)}, url: "postgres://{login}:{key}@{host}/{database}" }`;
  project.write({ "remodel.config.ts": `export const remodel = { fleet: ${fleet}${more} };\n` });
}

/** A tenant on a server of the test, reached with the odd password. */
function tenantAt(at: number, name: string, database: string, more: object = {}): object {
  const { hostname, port, username } = new URL(servers[at]!.url);
  return { name, host: hostname, port, database, login: username, key: PASSWORD, ...more };
}

async function readStatus(...args: readonly string[]) {
  const { code, stdout, stderr } = await project.run("fleet", "status", "--json", ...args);
  for (const text of [stdout, stderr])
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), "s:s/w", "w%3Fo"]) expect(text).not.toContain(secret);
  return { code, stderr, ...JSON.parse(stdout) };
}

beforeAll(async () => {
  project = cliProject({
    ...MODULE,
    "ormconfig.ts": `import "./models/that-is-broken.ts";\nexport default { type: "postgres" };\n`,
    "migrations/a.ts": revisionText(IDS[0]!, null, `  op.sql("CREATE TABLE shop (id int)");`),
    "migrations/b.ts": revisionText(IDS[1]!, IDS[0]!, `  op.sql("CREATE TABLE till (id int)");`),
  });
  for (const major of [oldest(), newest()]) {
    const database = await createDatabase(major);
    servers.push(database);
    dropped.push({ url: database.url, names: [] });
  }
  const plain = cliProject(
    { ...project.files(), "ormconfig.ts": `export default { type: "postgres", entities: [class {}] };\n` },
    servers[0]!.url,
  );
  for (const { url } of servers) {
    const { code, stderr } = await plain.run("upgrade", "--url", url);
    expect({ code, stderr }).toMatchObject({ code: 0 });
  }
});

afterAll(async () => {
  for (const { url, names } of dropped)
    await execute(
      Object.assign(new URL(url), { pathname: "postgres" }).href,
      ...names.map((name) => `DROP DATABASE ${name} WITH (FORCE)`),
    );
  for (const server of servers) await server.drop();
});

describe("status on two servers", () => {
  test("every state is found, in the order of precedence, and classes hold what is alike", async () => {
    const own = ["remodel_revision", "remodel_log"];
    const tenants = [
      tenantAt(0, "old", await copy(0, "old")),
      tenantAt(1, "new", await copy(1, "new")),
      tenantAt(1, "odd", await copy(1, ODD_NAME)),
      tenantAt(1, "behind", await copy(1, "behind", `DELETE FROM remodel_revision WHERE revision = '${IDS[1]}'`)),
      tenantAt(0, "empty", await copy(0, "empty", ...own.map((name) => `DROP TABLE ${name}`))),
      tenantAt(1, "no-row", await copy(1, "no_row", "DELETE FROM remodel_revision")),
      tenantAt(
        1,
        "ahead",
        await copy(1, "ahead", `UPDATE remodel_revision SET revision = 'ffffffffffff' WHERE revision = '${IDS[1]}'`),
      ),
      tenantAt(
        0,
        "edited",
        await copy(0, "edited", `UPDATE remodel_revision SET checksum = 'x' WHERE revision = '${IDS[0]}'`),
      ),
      tenantAt(
        1,
        "half",
        await copy(
          1,
          "half",
          `INSERT INTO remodel_log (action, revision, direction, step) VALUES ('begin', '${IDS[1]}', 'downgrade', 1)`,
        ),
      ),
      tenantAt(1, "refused", await copy(1, "refused", "ALTER TABLE remodel_revision ENABLE ROW LEVEL SECURITY")),
      tenantAt(1, "gone", "no_such_database"),
      tenantAt(0, "also-gone", "no_other_database"),
      { ...tenantAt(0, "down", "x"), host: "127.0.0.1", port: 1 },
    ];
    writeConfig(tenants);
    const { code, stderr, target, counts, classes } = await readStatus();
    expect({ code, stderr, target }).toEqual({ code: 1, stderr: "", target: [IDS[1]] });
    expect(counts).toEqual({ there: 3, behind: 2, ahead: 1, edited: 1, empty: 2, unreachable: 4 });
    const lines = classes.map((one: Record<string, unknown>) => [
      one["state"],
      one["current"],
      one["reason"],
      one["tenants"],
    ]);
    expect(lines.filter(([state]: readonly string[]) => state !== "there")).toEqual([
      ["behind", [IDS[0]], undefined, ["behind"]],
      ["behind", [IDS[1]], `${IDS[1]} is half applied`, ["half"]],
      ["ahead", [IDS[0], "ffffffffffff"], "has ffffffffffff, not in this folder", ["ahead"]],
      ["edited", [IDS[1]], `${IDS[0]} was edited after it was applied`, ["edited"]],
      ["empty", [], undefined, ["empty", "no-row"]],
      ["unreachable", [], "the database does not exist", ["gone", "also-gone"]],
      ["unreachable", [], "public.remodel_revision has row-level security", ["refused"]],
      ["unreachable", [], "no server answers (ECONNREFUSED)", ["down"]],
    ]);
    const there = classes.filter(({ state }: { state: string }) => state === "there");
    expect(there.flatMap((one: { tenants: readonly string[] }) => one.tenants).sort()).toEqual(["new", "odd", "old"]);
    expect(there.every(({ fingerprint }: { fingerprint?: string }) => /^\w{16,}$/.test(fingerprint ?? ""))).toBe(true);

    const some = await readStatus("--select", "old", "--select", "edited", "--select", "behind", IDS[0]!);
    expect(some).toMatchObject({ code: 1, target: [IDS[0]], counts: { there: 2, edited: 1 } });
    expect(await readStatus("aaaa", "--select", "old", "--concurrency", "1")).toMatchObject({
      code: 0,
      counts: { there: 1 },
    });
    expect(await readStatus("+1")).toMatchObject({ code: 2, error: { code: "USAGE" } });
    expect(await readStatus("cccc")).toMatchObject({ code: 2, error: { code: "REVISION_UNKNOWN" } });
    await project.run("fleet", "status", "--report", "status.json");
    await project.run("fleet", "status", "--report", "status.html");
    const { "status.json": json = "", "status.html": page = "" } = project.files();
    expect(JSON.parse(json)).toEqual({ target, counts, classes });
    expect(page).toMatch(/^<!doctype html>[\s\S]*3 of 13 there[\s\S]*no server answers/i);
    for (const text of [json, page]) expect(text).not.toContain("s:s/w");
    const { stdout } = await project.run("fleet", "status", "--except", "down");
    expect(stdout).toContain("3 of 12 tenants at bbbbbbbbbbbb\n");
    expect(stdout).toMatch(/^ {3}2 {2}unreachable: the database does not exist +gone, also-gone$/m);
    expect(stdout).toMatch(/^ {3}1 {2}edited at bbbbbbbbbbbb: aaaaaaaaaaaa was edited after it was applied +edited$/m);
  });

  test("no further tenant is read once it is stopped", async () => {
    writeConfig(["a", "b", "c"].map((name) => tenantAt(1, name, name)));
    const fleet = await openFleet({ cwd: project.folder, limits: { concurrency: 1 } });
    const stop = new AbortController();
    const status = await readFleetStatus(fleet, "heads", { stop: stop.signal, onRead: () => stop.abort() });
    expect(status.classes).toMatchObject([{ state: "unreachable", tenants: ["a"] }]);
  });

  test("tenants that are schemas of one database are apart, and another state table is found", async () => {
    const make = (schema: string) => [
      `CREATE SCHEMA ${quote(schema)}`,
      `CREATE TABLE ${quote(schema)}.remodel_revision AS TABLE public.remodel_revision`,
    ];
    const database = await copy(
      1,
      "schemas",
      ...make("mall_1"),
      ...make('Mall "2"'),
      `DELETE FROM mall_1.remodel_revision WHERE revision = '${IDS[1]}'`,
      "CREATE SCHEMA other",
      "CREATE TABLE other.states AS TABLE public.remodel_revision",
    );
    const tenants = ["mall_1", 'Mall "2"', "none"].map((schema) => tenantAt(1, schema, database, { schema }));
    writeConfig([...tenants, tenantAt(1, "whole", database)]);
    const { counts, classes } = await readStatus();
    expect(counts).toMatchObject({ there: 2, behind: 1, empty: 1 });
    expect(classes[0].tenants).toEqual(['Mall "2"', "whole"]);
    writeConfig([tenantAt(1, "whole", database)], ', stateTable: "other.states"');
    expect(await readStatus()).toMatchObject({ code: 0, counts: { there: 1 } });
  });
});
