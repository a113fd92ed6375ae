import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileText, untilRuns } from "../support/running.ts";
import { connect, createDatabase, newest, type TestDatabase } from "../support/servers.ts";
import { type CliProject, cliProject, expectRefused, killAll, MODULE, type Running, whileRunning } from "./support.ts";

const BOSS = fileURLToPath(new URL("../../node_modules/pg-boss", import.meta.url));
const NAMES = ["mall-1", "mall-2", "mall-3", "mall-4", "mall-5"];
/** Nobody asks for it here. */
const PASSWORD = String.raw`s3cret!"#$%&'()*+,-./:;<=>?@[\]^_{|}~ ü`;
/** Each of these makes a revision wait. */
const SLOW = 'op.sql("UPDATE shop SET n = n + 1 WHERE pg_advisory_xact_lock_shared(7) IS NOT NULL");';

let databases: readonly TestDatabase[];
let control: TestDatabase;

beforeAll(async () => {
  const sql = "CREATE TABLE shop (id integer PRIMARY KEY, n integer); INSERT INTO shop VALUES (1, 1), (2, 2)";
  databases = await Promise.all(NAMES.map(() => createDatabase(newest(), { sql })));
  control = await createDatabase(newest(), {});
});

afterAll(async () => void (await Promise.all([...databases, control].map((database) => database.drop()))));

/** A project with malls, a queue, and one wave before all others. */
function queueProject(): CliProject {
  const tenants = databases.map(({ url }, at) => {
    const target = Object.assign(new URL(url), { password: encodeURIComponent(PASSWORD) }).href;
    return { name: NAMES[at], url: target, tier: at === 0 ? "pilot" : "usual" };
  });
  const waves = [{ name: "pilot", match: { tier: "pilot" }, budget: 0 }, { name: "all" }];
  const fleet = JSON.stringify({ tenants, waves, queue: control.url });
  const project = cliProject({ ...MODULE, "remodel.config.ts": `export const remodel = { fleet: ${fleet} };\n` });
  symlinkSync(BOSS, join(project.folder, "node_modules/pg-boss"));
  project.write({ "migrations/a_slow.ts": fileText("a_slow", null, SLOW) });
  return project;
}

async function readNumbers(at: number): Promise<readonly number[]> {
  const client = await connect(databases[at]!.url);
  try {
    return (await client.query<{ n: number }>("SELECT n FROM shop ORDER BY id")).rows.map(({ n }) => n);
  } finally {
    await client.end();
  }
}

test("three workers of which two are killed do a run: waves, a bad mall, every row changed once", async () => {
  const project = queueProject();
  const bad = await connect(databases[3]!.url);
  const slow = [databases[1]!, databases[2]!];
  const holders = await Promise.all(slow.map(({ url }) => connect(url)));
  const watchers = await Promise.all(slow.map(({ url }) => connect(url)));
  const started: Running[] = [];
  const start = (...words: readonly string[]) => {
    const running = project.start("--quiet", "fleet", ...words);
    started.push(running);
    return running;
  };
  try {
    await bad.query("ALTER TABLE shop ADD CHECK (n < 3)");
    for (const holder of holders) await holder.query("SELECT pg_advisory_lock(7)");
    const run = start("enqueue", "--json", "--no-preflight", "--lock-timeout", "60s");
    const lost = [start("work", "--concurrency", "1"), start("work", "--concurrency", "1")];
    // mall-2 and mall-3, so the pilot is done.
    const reached = watchers.map((watcher) => untilRuns(watcher, "UPDATE shop SET n = n + 1"));
    await whileRunning([run, ...lost], Promise.all(reached));
    expect(await Promise.all([0, 1, 2].map(readNumbers))).toEqual([
      [2, 3],
      [1, 2],
      [1, 2],
    ]);
    for (const { child } of lost) child.kill("SIGKILL");
    const last = start("work", "--drain", "--json");
    for (const holder of holders) await holder.query("SELECT pg_advisory_unlock(7)");
    const { code, stdout, stderr } = await run.ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      target: ["a_slow"],
      outcome: "partial",
      waves: [
        { name: "pilot", counts: { upgraded: 1 } },
        { name: "all", counts: { quarantined: 1 } },
      ],
      next: expect.stringMatching(/^remodel fleet enqueue --select mall-4 /),
    });
    const { tenants } = JSON.parse(stdout);
    expect(tenants[3]).toMatchObject({ name: "mall-4", outcome: "quarantined", error: { sqlState: "23514" } });
    // A killed worker's transaction may have ended in the meantime: then the tenant is there already.
    for (const at of [1, 2]) expect(["upgraded", "there"]).toContain(tenants[at].outcome);
    const worked = await last.ended;
    expect({ ...worked, ...JSON.parse(worked.stdout) }).toMatchObject({ code: 0, done: expect.any(Number) });
    expect(await Promise.all(NAMES.map((_, at) => readNumbers(at)))).toEqual([2, 2, 2, 1, 2].map((n) => [n, n + 1]));
    const queue = await connect(control.url);
    const { rows } = await queue.query("SELECT job::text AS job FROM pgboss.job");
    await queue.end();
    expect(rows.length).toBeGreaterThan(3);
    expect(JSON.stringify(rows) + stdout).not.toContain("s3cret");
  } finally {
    await killAll(started);
    await Promise.all([bad, ...holders, ...watchers].map((client) => client.end()));
  }
});

test("without a queue, and without pg-boss, the commands say what to do", async () => {
  const project = cliProject({
    ...MODULE,
    "remodel.config.ts": `export const remodel = { fleet: { tenants: ["a"], url: "postgres://db/{name}" } };\n`,
  });
  project.write({ "migrations/a_slow.ts": fileText("a_slow", null, "") });
  for (const command of ["enqueue", "work"]) {
    expectRefused(await project.run("fleet", command), "FLEET_INVALID", "No database with a job queue", "--queue");
    const embedded = await project.run("fleet", command, "--queue", "pglite:queue");
    expectRefused(embedded, "FLEET_INVALID", "The queue cannot be in pglite:queue", "--queue postgres://");
    const refused = await project.run("fleet", command, "--queue", control.url);
    expectRefused(refused, "PEER_MISSING", "pg-boss", "pg-boss");
  }
});

test("a worker with other files, or another inventory, changes nothing", async () => {
  const project = queueProject();
  project.write({ "migrations/b_run.ts": fileText("b_run", "a_slow", "") });
  const other = queueProject();
  other.write({ "migrations/b_more.ts": fileText("b_more", "a_slow", "") });
  const worker = other.start("--quiet", "fleet", "work");
  try {
    const enqueue = project.run("--quiet", "fleet", "enqueue", "--no-preflight", "--select", "mall-5");
    const ran = await whileRunning([worker], enqueue);
    worker.child.kill("SIGTERM");
    expectRefused(
      ran,
      "GRAPH_BROKEN",
      "For this worker heads is b_more, and for the run b_run",
      "The error comes from a worker",
    );
    expect((await worker.ended).code).toBe(143);
  } finally {
    await killAll([worker]);
  }
});
