import { expect, test } from "vitest";
import { fillDefaults } from "../../src/config.ts";
import { upgrade } from "../../src/run/run.ts";
import {
  HISTORY,
  inSession,
  outcome,
  type Place,
  reopened,
  runAll,
  until,
  withPlace,
  writeHistory,
  writeRevision,
} from "../support/running.ts";
import { connect } from "../support/servers.ts";

const SEEN = `SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement, current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('transaction_isolation') AS isolation`;

/** When the statement that waits for a lock began, while it does. */
async function attempt({ admin }: Place): Promise<string | undefined> {
  const { rows } = await admin.query(
    "SELECT query_start::text AS at FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  return rows[0]?.at;
}

async function seen({ admin }: Place): Promise<unknown> {
  return (await admin.query("SELECT * FROM seen")).rows;
}

test("what is typed goes before what a revision says, and that before the configuration", () =>
  withPlace(async (place) => {
    writeRevision(place, "a", null, `op.sql("CREATE TABLE seen AS ${SEEN}");`);
    writeRevision(place, "b", "a", `op.sql("INSERT INTO seen ${SEEN}");`, "export const lockTimeout = 5000;");
    const configured = { ...place.project, settings: fillDefaults({ lockTimeout: 3000, statementTimeout: 60_000 }) };
    await runAll({ ...place, project: configured }, { idleTimeout: 7000 });
    const rest = { statement: "1min", idle: "7s", isolation: "read committed" };
    expect(await seen(place)).toEqual([
      { lock: "3s", ...rest },
      { lock: "5s", ...rest },
    ]);
    writeRevision(place, "c", "b", `op.sql("INSERT INTO seen ${SEEN}");`, "export const lockTimeout = 5000;");
    await place.admin.query("DELETE FROM seen");
    await runAll(await reopened(place), { lockTimeout: 6000 });
    expect(await seen(place)).toEqual([{ lock: "6s", statement: "0", idle: "1min", isolation: "read committed" }]);
  }));

test("a step outside a transaction waits longer for its locks, unless told otherwise", () =>
  withPlace(async (place) => {
    const apart = "export const transaction = false;";
    const step = (sql: string) => `op.run(async (db) => void (await db.query(${JSON.stringify(sql)})));`;
    writeRevision(place, "a", null, step(`CREATE TABLE seen AS ${SEEN}`), apart);
    writeRevision(place, "b", "a", step(`INSERT INTO seen ${SEEN}`), `${apart}\nexport const lockTimeout = 5000;`);
    await runAll(place);
    expect(await seen(place)).toMatchObject([{ lock: "10min" }, { lock: "5s" }]);
    writeRevision(place, "c", "b", step(`INSERT INTO seen ${SEEN}`), `${apart}\nexport const lockTimeout = 5000;`);
    await runAll(await reopened(place), { lockTimeout: 50 });
    expect(await seen(place)).toMatchObject([{}, {}, { lock: "50ms" }]);
  }));

test("the defaults of a database, serializable and read-only, change nothing", () =>
  withPlace(async (place) => {
    writeHistory(place.folder);
    await runAll(place);
    const wanted = await outcome(place.admin);
    await runAll(place, {}, "downgrade");
    const { rows } = await place.admin.query("SELECT current_database() AS name");
    for (const setting of ["default_transaction_read_only = on", "default_transaction_isolation = serializable"])
      await place.admin.query(`ALTER DATABASE ${rows[0].name} SET ${setting}`);
    expect(await runAll(place)).toEqual([...HISTORY]);
    expect(await outcome(place.admin)).toEqual(wanted);
  }));

test("a transaction that does nothing for too long is ended, and says so", () =>
  withPlace(async (place) => {
    const step = `op.run(async (db) => { await db.query("CREATE TABLE shop ()"); await new Promise((resolve) => setTimeout(resolve, 1500)); await db.query("SELECT 1"); });`;
    writeRevision(place, "a", null, step);
    await expect(runAll(place, { idleTimeout: 300 })).rejects.toMatchObject({
      code: "DATABASE_LOST",
      message: expect.stringContaining("idle-in-transaction timeout"),
    });
    expect(await runAll(place)).toEqual(["a"]);
  }));

test("a single transaction is all or nothing, also where a later revision fails", () =>
  withPlace(async (place) => {
    writeRevision(place, "a", null, `op.sql("CREATE TABLE seen AS ${SEEN}");`, "export const lockTimeout = 1000;");
    writeRevision(place, "b", "a", 'op.sql("INSERT INTO seen SELECT 1 / 0");');
    const error = await runAll(place, { singleTransaction: true }).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "REVISION_FAILED", details: { revision: "b" } });
    expect((error as { hint: string }).hint).toMatch(/was rolled back together with the whole run/);
    expect(
      (
        await place.admin.query(
          "SELECT to_regclass('seen') AS seen, (SELECT count(*)::int FROM remodel_revision) AS applied",
        )
      ).rows,
    ).toEqual([{ seen: null, applied: 0 }]);
    writeRevision(place, "b", "a", `op.sql("INSERT INTO seen ${SEEN}");`, "export const lockTimeout = 2000;");
    const told: string[] = [];
    await inSession(await reopened(place), (session) =>
      upgrade(session, "heads", {
        singleTransaction: true,
        onProgress: ({ revision, done, statement }) => statement === undefined && told.push(`${revision.id} ${done}`),
      }),
    );
    expect(told).toEqual(["a undefined", "b undefined", "a applied", "b applied"]);
    expect(await seen(place)).toMatchObject([{ lock: "1s" }, { lock: "2s" }]);
    const { rows } = await place.admin.query(
      "SELECT count(DISTINCT xmin::text)::int AS transactions FROM remodel_log WHERE action = 'upgrade'",
    );
    expect(rows).toEqual([{ transactions: 1 }]);
  }));

test("a single transaction is refused before anything is run where a revision takes several", () =>
  withPlace(async (place) => {
    writeHistory(place.folder);
    await expect(runAll(place, { singleTransaction: true })).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringMatching(/nothing was run\. .*\n {2}b_steps .*\n {2}c_apart /),
      details: { revisions: ["b_steps", "c_apart"] },
    });
    expect((await place.admin.query("SELECT to_regclass('remodel_revision') AS state")).rows).toEqual([
      { state: null },
    ]);
  }));

test("a statement that waits for a lock is tried again, and given up after the retries that were asked for", () =>
  withPlace(async (place) => {
    await place.admin.query("CREATE TABLE shop ()");
    writeRevision(place, "a", null, 'op.sql("ALTER TABLE shop ADD COLUMN id integer");');
    const other = await connect(place.url);
    await other.query("BEGIN; LOCK TABLE shop");
    await expect(runAll(place, { lockTimeout: 20, lockRetries: 1 })).rejects.toMatchObject({
      code: "LOCK_TIMEOUT",
      message: expect.stringContaining("in 2 attempts: "),
      details: { revision: "a", line: expect.any(Number), code: "55P03" },
    });
    const run = runAll(place, { lockTimeout: 300, lockRetries: 20 });
    const first = await until(() => attempt(place));
    const second = async () => [await attempt(place)].find((at) => at !== undefined && at !== first);
    await until(second);
    await other.query("COMMIT");
    await other.end();
    expect(await run).toEqual(["a"]);
  }));
