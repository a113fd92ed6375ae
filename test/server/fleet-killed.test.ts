import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openFleet } from "../../src/fleet/open.ts";
import { readFleetStatus } from "../../src/fleet/status.ts";
import { statusText } from "../../src/fleet/status-text.ts";
import { COMMAND } from "../cli/support.ts";
import { buildTenant, FIRST, type Mall, nameMall, runTestFleet, type TestFleet, withFleet } from "../support/fleet.ts";
import { startOwnServer } from "../support/postgres.mjs";
import { until } from "../support/running.ts";
import { connect, newest } from "../support/servers.ts";

/** How often a run is killed, how often it is stopped in other ways, and how often its server goes away. */
const KILLS = Number(process.env["REMODEL_FLEET_KILLS"] ?? 1);
const STOPS = Math.ceil((KILLS * 2) / 5);
const LOSSES = Math.ceil(KILLS / 5);
/** The lines of the journal of a whole run before the last mall is done. */
const LINES = 14;
/** How long a whole run takes, about. */
const RUN_MS = 1000;
const MALLS = 4;

vi.setConfig({ testTimeout: 900_000 });

const SHOP = `CREATE TABLE shop (id integer PRIMARY KEY, n integer NOT NULL, m integer NOT NULL);
INSERT INTO shop SELECT at, 0, 0 FROM generate_series(1, 40) at;`;

function start({ cwd, malls }: TestFleet, ...args: readonly string[]): ChildProcess {
  const tenants = malls.map(({ tenant: { name }, url }) => ({ name, url }));
  writeFileSync(
    join(cwd, "../remodel.config.ts"),
    `export const remodel = { migrations: "revisions", fleet: { tenants: ${JSON.stringify(tenants)} } };\n`,
  );
  const words = [COMMAND, "fleet", "upgrade", "--no-preflight", "--concurrency", "2", ...args];
  return spawn(process.execPath, words, { cwd: join(cwd, ".."), stdio: "ignore" });
}

function countLines({ cwd }: TestFleet): number {
  const home = join(cwd, "../.remodel/fleet");
  if (!existsSync(home)) return 0;
  return readdirSync(home).reduce(
    (sum, name) => sum + readFileSync(join(home, name), "utf8").split("\n").length - 1,
    0,
  );
}

/** A way to stop a run in the middle. */
interface Way {
  readonly name: string;
  readonly args?: () => readonly string[];
  /** Stops it, once so much of it is done as was chosen. */
  readonly stop: (child: ChildProcess) => unknown;
  /** How it may end then; 0 if it was quicker, `null` if it was so early that the signal itself ended it. */
  readonly codes: readonly (number | null)[];
}

/** Stops runs at random points, each time with a new revision. After each the same command has to finish. */
async function stopOften(fleet: TestFleet, times: number, ways: readonly Way[]): Promise<void> {
  let last = FIRST;
  /** How the runs ended that were stopped, and how often. */
  const ends = new Map<string, number>();
  const first = Math.floor(Math.random() * ways.length);
  for (let round = 1; round <= times; round++) {
    const { name, args = () => [], stop, codes } = ways[(first + round) % ways.length]!;
    const id = `k${String(round).padStart(3, "0")}_step`;
    const steps = `op.sql("UPDATE shop SET n = n + 1");
  op.createIndex("shop", { name: "shop_n_${round}", columns: ["n"] }, { concurrently: true });
  op.backfill("shop", { set: { m: "m + 1" }, batch: 15 });`;
    fleet.write(steps, "", id, last);
    last = id;
    rmSync(join(fleet.cwd, "../.remodel"), { recursive: true, force: true });
    const at = Math.floor(Math.random() * LINES);
    const child = start(fleet, ...args());
    try {
      const ended = once(child, "exit");
      await until(async () => (countLines(fleet) >= at || child.exitCode !== null ? true : undefined));
      const when = child.exitCode === null ? "in the middle" : "too late";
      await stop(child);
      const [code] = await ended;
      expect({ round, name, at, codes }).toEqual({ round, name, at, codes: expect.arrayContaining([code]) });
      const end = `${name}, ${when}: exit code ${code}`;
      ends.set(end, (ends.get(end) ?? 0) + 1);
    } finally {
      child.kill("SIGKILL");
    }
    const [again] = await once(start(fleet), "exit");
    expect({ round, name, at, code: again }).toEqual({ round, name, at, code: 0 });
    const whole = { n: [round], m: [round], twice: 0, revisions: round + 1, invalid: 0 };
    for (const mall of fleet.malls)
      expect({ round, name, at, ...(await readState(fleet.query, mall)) }).toEqual({ round, name, at, ...whole });
  }
  if (KILLS > 1) process.stdout.write([...ends].map(([end, count]) => `${count} × ${end}\n`).join(""));
}

async function readState(query: TestFleet["query"], mall: Mall): Promise<object> {
  const [row] = await query(
    mall,
    `SELECT (SELECT array_agg(DISTINCT n) FROM shop) AS n, (SELECT array_agg(DISTINCT m) FROM shop) AS m,
  (SELECT count(*)::integer FROM (SELECT FROM remodel_log WHERE action = 'upgrade' GROUP BY revision HAVING count(*) > 1) x) AS twice,
  (SELECT count(*)::integer FROM remodel_revision) AS revisions, (SELECT count(*)::integer FROM pg_index WHERE NOT indisvalid) AS invalid`,
  );
  return row ?? {};
}

const KILL: Way = { name: "kill -9", stop: (child) => child.kill("SIGKILL"), codes: [null, 0] };
const late = () => ["--deadline", `${Math.floor(Math.random() * RUN_MS)}ms`];
const WAYS: readonly Way[] = [
  { name: "Ctrl-C", stop: (child) => child.kill("SIGINT"), codes: [130, null, 0] },
  { name: "Ctrl-C twice", stop: (child) => [1, 2].map(() => child.kill("SIGINT")), codes: [130, null, 0] },
  { name: "SIGTERM", stop: (child) => child.kill("SIGTERM"), codes: [143, null, 0] },
  { name: "a deadline", args: late, stop: () => undefined, codes: [1, 0] },
];

test(`killed ${KILLS} times, the same command finishes, and nothing ran twice`, () =>
  withFleet(MALLS, SHOP, (fleet) => stopOften(fleet, KILLS, [KILL])));

test("killed after the last revision and before the schema is saved, the same command saves it, and all malls are alike", () =>
  withFleet(2, SHOP, async (fleet) => {
    const [mall, other] = fleet.malls;
    fleet.write('op.addColumn("shop", { name: "k", type: "integer", nullable: true });', "", "b_late");
    const holder = await connect(mall!.url);
    try {
      // Rows can be written beside this lock; the schema is saved under a stronger one.
      await holder.query("BEGIN; LOCK TABLE remodel_revision IN ROW EXCLUSIVE MODE");
      const child = start(fleet);
      const ended = once(child, "exit");
      const waiting = "SELECT FROM pg_locks WHERE relation = 'remodel_revision'::regclass AND NOT granted";
      const saved = "SELECT FROM remodel_revision WHERE revision = 'b_late' AND fingerprint IS NOT NULL";
      for (const [one, sql] of [
        [mall!, waiting],
        [other!, saved],
      ] as const)
        await until(async () => ((await fleet.query(one, sql)).length > 0 ? true : undefined));
      child.kill("SIGKILL");
      await ended;
    } finally {
      await holder.end();
    }
    const readStatus = async () => await readFleetStatus(await openFleet({ cwd: join(fleet.cwd, "..") }));
    const statusOf = async () => {
      const { classes } = await readStatus();
      return classes.map(({ state, count, fingerprint }) => [state, count, fingerprint !== undefined]);
    };
    expect(await statusOf()).toEqual(
      expect.arrayContaining([
        ["there", 1, false],
        ["there", 1, true],
      ]),
    );
    expect(statusText(await readStatus())).toMatch(/^ {2}1 {2}at b_late \(schema not saved\)$/m);
    expect(await once(start(fleet), "exit")).toEqual([0, null]);
    expect(await statusOf()).toEqual([["there", 2, true]]);
  }));

test(`stopped ${STOPS} times by signals and deadlines, the same command finishes, and nothing ran twice`, () =>
  withFleet(MALLS, SHOP, (fleet) => stopOften(fleet, STOPS, WAYS)));

test("a server goes away in the middle and comes back: the same command finishes, and nothing ran twice", () =>
  withFleet(0, SHOP, async (fleet) => {
    const server = await startOwnServer(newest());
    try {
      const malls = await makeMalls(fleet, server.url);
      const goAway = async () => {
        await server.crash();
        await server.start();
      };
      await stopOften({ ...fleet, malls }, LOSSES, [{ name: "no server", stop: goAway, codes: [0, 1] }]);
    } finally {
      await server.stop();
    }
  }));

/** Makes malls on another server that are at the first revision. */
async function makeMalls({ open }: TestFleet, server: string): Promise<readonly Mall[]> {
  const malls: Mall[] = [];
  const admin = await connect(server);
  for (let number = 1; number <= MALLS; number++) {
    await admin.query(`CREATE DATABASE mall_${number}`);
    const url = Object.assign(new URL(server), { pathname: `mall_${number}` }).href;
    const client = await connect(url);
    await client.query(SHOP);
    await client.end();
    malls.push({ url, tenant: buildTenant(nameMall(number), url) });
  }
  await admin.end();
  const tenants = malls.map(({ tenant }) => tenant);
  await runTestFleet(await open(), tenants, { target: FIRST });
  return malls;
}
