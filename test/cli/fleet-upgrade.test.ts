import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileText, until, untilRuns } from "../support/running.ts";
import { connect, createDatabase, newest, type TestDatabase } from "../support/servers.ts";
import { type SilentProxy, startSilentProxy } from "../support/silent.ts";
import { type CliProject, cliProject, expectDone, expectRefused, MODULE } from "./support.ts";

/** A run that is stopped while it works on one tenant. */
const ONE_AT_A_TIME = "--quiet fleet upgrade --concurrency 1 --json --lock-timeout 60s".split(" ");

const NAMES = ["mall-1", "mall-2", "mall-3", "mall-4"];

let databases: readonly TestDatabase[];

beforeAll(async () => {
  const sql = `CREATE TABLE shop (id integer PRIMARY KEY, n integer NOT NULL, code text, fax text);
    INSERT INTO shop VALUES (1, 1, 'a', NULL), (2, 2, 'b', NULL)`;
  databases = await Promise.all(NAMES.map(() => createDatabase(newest(), { sql })));
});

afterAll(async () => void (await Promise.all(databases.map((database) => database.drop()))));

/** A project whose fleet is the four malls, with a password in each URL. */
function fleetProject(more = ""): CliProject {
  const tenants = databases.map(({ url }, at) => {
    const target = Object.assign(new URL(url), { password: "s3cret" }).href;
    return { name: NAMES[at], url: target, tier: at === 0 ? "pilot" : "usual" };
  });
  const project = cliProject({
    ...MODULE,
    "remodel.config.ts": `export const remodel = { fleet: { tenants: ${JSON.stringify(tenants)}${more} } };\n`,
  });
  mkdirSync(join(project.folder, "migrations"));
  return project;
}

function write({ folder }: CliProject, id: string, after: string | null, up: string, down = ""): void {
  writeFileSync(join(folder, "migrations", `${id}.ts`), fileText(id, after, up, down));
}

async function query(at: number, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = await connect(databases[at]!.url);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The text of all journals of a project. */
function readJournals({ folder }: CliProject): string {
  const home = join(folder, ".remodel/fleet");
  const names = existsSync(home) ? readdirSync(home) : [];
  return names.map((name) => readFileSync(join(home, name), "utf8")).join("");
}

test("a release night: a bad mall, the command that goes on, nothing left, and the way back", async () => {
  const project = fleetProject(
    `, waves: [{ name: "pilot", match: { tier: "pilot" }, budget: 0 }, { name: "all", budget: "50%" }]`,
  );
  write(project, "a_fax", null, 'op.sql("UPDATE shop SET n = n + 1");', 'op.sql("UPDATE shop SET n = n - 1");');
  expectDone(
    await project.run("--quiet", "fleet", "upgrade"),
    /^Wave pilot: 1 of 1\nWave all: 3 of 3\n {2}4 {2}at a_fax\n$/,
  );

  write(
    project,
    "b_code",
    "a_fax",
    `op.createUniqueConstraint("shop", { name: "UQ_shop_code", columns: ["code"] }); op.addColumn("shop", { name: "phone", type: "text", nullable: true });`,
    `op.dropColumn("shop", "phone"); op.dropConstraint("shop", "UQ_shop_code");`,
  );
  await query(2, "UPDATE shop SET code = 'same'");
  const bad = await project.run("--quiet", "fleet", "upgrade", "--no-preflight", "--report", "out.json");
  expect(bad).toMatchObject({ code: 1, stderr: "" });
  expect(bad.stdout).toMatch(
    /^Wave pilot: 1 of 1\nWave all: 3 of 3\n {2}3 {2}at b_code\n {2}1 {2}quarantined at b_code, b_code\.ts:9: 23505 UQ_shop_code {4}mall-3\nNot all tenants are at the target\. Finished tenants stay as they are\. Go on: remodel fleet upgrade --select mall-3 --report out\.json --no-preflight\n$/,
  );
  const report = JSON.parse(readFileSync(join(project.folder, "out.json"), "utf8"));
  expect(report).toMatchObject({
    target: ["b_code"],
    outcome: "partial",
    waves: [
      { name: "pilot", counts: { upgraded: 1, failed: 0 } },
      { name: "all", counts: { upgraded: 2, quarantined: 1 } },
    ],
    next: "remodel fleet upgrade --select mall-3 --report out.json --no-preflight",
  });
  expect(report.tenants[2]).toMatchObject({
    name: "mall-3",
    wave: "all",
    outcome: "quarantined",
    from: ["a_fax"],
    to: ["a_fax"],
    error: { code: "REVISION_FAILED", sqlState: "23505", revision: "b_code", line: expect.any(Number) },
  });
  await query(2, "UPDATE shop SET code = id::text");
  const again = await project.run(
    ...["--quiet", "fleet", "upgrade", "--select", "mall-3", "--json", "--report", "again.html"],
  );
  expect(again.code).toBe(0);
  const page = readFileSync(join(project.folder, "again.html"), "utf8");
  expect(page).toMatch(/<h1>remodel fleet upgrade<\/h1>[\s\S]*Over time[\s\S]*<rect class="good"/);
  expect(JSON.parse(again.stdout)).toMatchObject({
    outcome: "done",
    tenants: [{ name: "mall-3", revisions: ["b_code"] }],
  });

  await query(1, "UPDATE shop SET phone = '1'");
  expectRefused(
    await project.run("--quiet", "fleet", "downgrade", "-1"),
    "USAGE",
    "means a different revision",
    "Name a revision",
  );
  const lossy = await project.run("--quiet", "fleet", "downgrade", "a_fax");
  expectRefused(lossy, "LOSS_REFUSED", "mall-2: shop.phone is dropped: 2 values are lost", "--accept-loss shop.phone");
  const back = await project.run("--quiet", "fleet", "downgrade", "a_fax", "--accept-loss", "shop.phone", "--json");
  expect(JSON.parse(back.stdout)).toMatchObject({
    outcome: "done",
    waves: [{ counts: { downgraded: 1 } }, { counts: { downgraded: 3 } }],
  });
  const there = await project.run("--quiet", "fleet", "downgrade", "a_fax", "--json");
  expect(JSON.parse(there.stdout).waves).toMatchObject([{ counts: { there: 1 } }, { counts: { there: 3 } }]);

  const all = readJournals(project);
  for (const line of all.trimEnd().split("\n"))
    expect(Object.keys(JSON.parse(line)).slice(0, 2)).toEqual(["at", "event"]);
  for (const text of [all, bad.stdout, JSON.stringify(report), again.stdout, lossy.stderr])
    expect(text).not.toContain("s3cret");
});

test("a mall that was away when losses were looked for loses nothing that is not named", async () => {
  const url = databases[3]!.url;
  const gone = await startSilentProxy(url);
  await gone.close();
  const tenants = JSON.stringify([{ name: "mall-4", url: gone.url }]);
  const project = cliProject({
    ...MODULE,
    "remodel.config.ts": `export const remodel = { fleet: { tenants: ${tenants} } };\n`,
  });
  mkdirSync(join(project.folder, "migrations"));
  const up = 'op.addColumn("shop", { name: "pager", type: "text", nullable: true });';
  write(project, "p_first", null, "");
  write(project, "p_pager", "p_first", up, 'op.dropColumn("shop", "pager");');
  await query(
    3,
    "ALTER TABLE IF EXISTS remodel_revision RENAME TO kept; ALTER TABLE IF EXISTS remodel_log RENAME TO kept_log",
  );
  const words = ["--quiet", "downgrade", "p_first", "--json", "--no-preflight", "--lock-retries", "9"];
  let back: SilentProxy | undefined;
  try {
    expectDone(await project.run("--quiet", "upgrade", "--url", url), "p_pager");
    await query(3, "UPDATE shop SET pager = '7'");
    const { child, ended } = project.start("fleet", ...words);
    await until(async () => (readJournals(project).includes('"wave"') || child.exitCode !== null ? true : undefined));
    back = await startSilentProxy(url, Number(new URL(gone.url).port));
    const ran = await ended;
    expect(JSON.parse(ran.stdout).tenants).toMatchObject([{ outcome: "failed", error: { code: "LOSS_REFUSED" } }]);
    expect(ran.code).toBe(1);
    expect(await query(3, "SELECT count(pager)::integer AS n FROM shop")).toEqual([{ n: 2 }]);
    const named = await project.run("fleet", ...words, "--accept-loss", "shop.pager");
    expect(JSON.parse(named.stdout)).toMatchObject({ outcome: "done", waves: [{ counts: { downgraded: 1 } }] });
  } finally {
    await back?.close();
    await query(3, "DROP TABLE IF EXISTS remodel_revision, remodel_log");
    await query(
      3,
      "ALTER TABLE IF EXISTS kept RENAME TO remodel_revision; ALTER TABLE IF EXISTS kept_log RENAME TO remodel_log",
    );
  }
});

test("a look at malls that is interrupted does not say that all is well", async () => {
  const silent = createServer((socket) => void socket.on("error", () => undefined).pause());
  await once(silent.listen(0, "127.0.0.1"), "listening");
  const { port } = Object(silent.address());
  const tenants = JSON.stringify([{ name: "mall-1", url: `postgres://u@127.0.0.1:${port}/mall` }]);
  const project = cliProject({
    ...MODULE,
    "remodel.config.ts": `export const remodel = { fleet: { tenants: ${tenants} } };\n`,
  });
  mkdirSync(join(project.folder, "migrations"));
  write(project, "a_fax", null, "");
  try {
    for (const words of [["preflight"], ["upgrade", "--plan"], ["upgrade"], ["stamp", "head", "--on", "pglite"]]) {
      const { child, ended } = project.start("fleet", ...words, "--json", "--timeout", "300ms");
      await Promise.race([once(silent, "connection"), ended]);
      child.kill("SIGINT");
      const { code, stdout } = await ended;
      expect({ words, code }).toEqual({ words, code: 130 });
      expect(JSON.parse(stdout).error).toBeUndefined();
    }
  } finally {
    silent.close();
  }
});

test("what cannot start exits with 2, and what is refused has changed nothing", async () => {
  const project = fleetProject();
  write(project, "a_fax", null, "");
  expectRefused(
    await project.run("--quiet", "fleet", "upgrade", "none"),
    "REVISION_UNKNOWN",
    "no revision",
    "remodel history",
  );
  expectRefused(
    await project.run("--quiet", "fleet", "upgrade", "+1"),
    "USAGE",
    "means a different revision",
    "Name a revision",
  );
  expectRefused(
    await project.run("--quiet", "fleet", "upgrade", "--budget", "few"),
    "USAGE",
    "--budget",
    "--budget 2%",
  );
  expectRefused(
    await project.run("--quiet", "fleet", "upgrade", "--report", "a.txt"),
    "USAGE",
    "--report",
    "fleet.json",
  );
  expectRefused(
    await project.run("--quiet", "fleet", "upgrade", "--select", "none"),
    "FLEET_EMPTY",
    "No tenant matches",
    "fleet list",
  );
  expectRefused(await project.run("--quiet", "fleet", "upgrade", "--deadline", "soon"), "USAGE", "--deadline", "25m");
  expect(existsSync(join(project.folder, ".remodel"))).toBe(false);
});

test("a plan runs nothing, and nor does a run whose deadline has passed", async () => {
  const project = fleetProject();
  write(project, "a_fax", null, "");
  write(project, "b_other", "a_fax", 'op.sql("UPDATE shop SET n = n + 100");');
  const plan = await project.run("fleet", "upgrade", "--plan", "--json");
  expect(plan).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(plan.stdout).classes).toMatchObject([
    { current: ["a_fax"], count: 4, tenants: NAMES, direction: "upgrade", revisions: [{ revision: "b_other" }] },
  ]);
  expectDone(await project.run("fleet", "upgrade", "--plan"), /^-- 4 at a_fax: mall-1, mall-2, mall-3, mall-4\n/);
  write(project, "b_other", "a_fax", "op.noSuchOperation();");
  const none = await project.run("--quiet", "fleet", "upgrade", "--plan", "--json");
  expect(none).toMatchObject({ code: 1, stderr: "" });
  const reason = expect.stringContaining("op.noSuchOperation");
  expect(JSON.parse(none.stdout)).toEqual({ classes: [], withoutPlan: NAMES.map((name) => ({ name, reason })) });
  write(project, "b_other", "a_fax", 'op.sql("UPDATE shop SET n = n + 100");');
  const late = await project.run("--quiet", "fleet", "upgrade", "--deadline", "0", "--json", "--report", "late.html");
  expect(late.code).toBe(1);
  expect(JSON.parse(late.stdout)).toMatchObject({ outcome: "cancelled", waves: [{ counts: { waiting: 4 } }] });
  expect(Object.keys(JSON.parse(late.stdout))).toEqual(["target", "outcome", "waves", "tenants", "classes", "next"]);
  expect(readFileSync(join(project.folder, "late.html"), "utf8")).toContain("mall-4");
});

test("the first Ctrl-C lets transactions end, the second cancels them; the same command finishes", async () => {
  const project = fleetProject();
  write(project, "a_fax", null, "");
  write(project, "b_code", "a_fax", "");
  write(
    project,
    "c_wait",
    "b_code",
    'op.sql("UPDATE shop SET n = n + 10 WHERE pg_advisory_xact_lock_shared(7) IS NOT NULL");',
  );
  const holder = await connect(databases[0]!.url);
  const watcher = await connect(databases[0]!.url);
  try {
    await holder.query("SELECT pg_advisory_lock(7)");
    const before = await query(0, "SELECT n FROM shop ORDER BY id");
    const { child, ended } = project.start(...ONE_AT_A_TIME);
    await untilRuns(watcher, "UPDATE shop SET n = n + 10");
    child.kill("SIGINT");
    await until(async () => (readJournals(project).includes('"halt"') ? true : undefined));
    child.kill("SIGINT");
    const malls = databases.map(({ url }) => new URL(url).pathname.slice(1)); // other tests run on this server too
    const sessions = "SELECT pid FROM pg_stat_activity WHERE application_name = 'remodel' AND datname = ANY($1)";
    const gone = async () => ((await watcher.query(sessions, [malls])).rows.length === 0 ? true : undefined);
    const ran = await ended;
    expect(ran).toMatchObject({ code: 130, stderr: "" });
    expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: "cancelled", waves: [{ counts: { waiting: 4 } }] });
    expect(JSON.parse(ran.stdout).next).toMatch(/^remodel fleet upgrade --select mall-1 /);
    await until(gone);
    expect(await query(0, "SELECT n FROM shop ORDER BY id")).toEqual(before);
    const patient = project.start(...ONE_AT_A_TIME);
    await untilRuns(watcher, "UPDATE shop SET n = n + 10");
    patient.child.kill("SIGTERM");
    await holder.query("SELECT pg_advisory_unlock(7)");
    const last = await patient.ended;
    expect(last.code).toBe(143);
    expect(JSON.parse(last.stdout)).toMatchObject({
      outcome: "cancelled",
      waves: [{ counts: { upgraded: 1, waiting: 3 } }],
    });
    expectDone(await project.run("--quiet", "fleet", "upgrade"), "at c_wait");
    const after = await query(0, "SELECT n FROM shop ORDER BY id");
    expect(after).toEqual(before.map(({ n }) => ({ n: Number(n) + 10 })));
  } finally {
    await holder.end();
    await watcher.end();
  }
});
