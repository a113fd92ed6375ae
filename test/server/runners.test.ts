import { expect, test } from "vitest";
import { stamp } from "../../src/author/stamp.ts";
import { type Pooler, startPooler } from "../support/pooler.ts";
import {
  HISTORY,
  inSession,
  outcome,
  runAll,
  timesDone,
  untilRuns,
  withPlace,
  writeHistory,
  writeRevision,
} from "../support/running.ts";
import { connect } from "../support/servers.ts";

async function withPooler(url: string, body: (pooler: Pooler) => Promise<void>, size?: number): Promise<void> {
  const pooler = await startPooler(url, size);
  try {
    await body(pooler);
  } finally {
    await pooler.close();
  }
}

test.each(["directly", "through a pooler"])("twenty runners at once apply each revision once, %s", (how) =>
  withPlace(async (place) => {
    writeHistory(place.folder);
    const twenty = async (url: string) => {
      const ran = await Promise.all(Array.from({ length: 20 }, () => runAll({ ...place, url })));
      expect(ran.flat().sort()).toEqual([...HISTORY]);
    };
    if (how === "directly") await twenty(place.url);
    else
      await withPooler(
        place.url,
        async (pooler) => {
          await twenty(pooler.url);
          expect(pooler.most()).toBeGreaterThan(1);
        },
        5,
      );
    expect(await timesDone(place.admin, "upgrade")).toEqual([1, 1, 1]);
  }),
);

test("through a pooler a run does what it does directly, up and down", () =>
  withPlace(async (place) => {
    writeHistory(place.folder);
    await runAll(place);
    const up = await outcome(place.admin);
    await runAll(place, {}, "downgrade");
    const down = await outcome(place.admin);
    await withPooler(place.url, async (pooler) => {
      expect(await runAll({ ...place, url: pooler.url })).toEqual([...HISTORY]);
      expect(await outcome(place.admin)).toEqual(up);
      expect(await runAll({ ...place, url: pooler.url }, {}, "downgrade")).toEqual([...HISTORY].reverse());
      expect(await outcome(place.admin)).toEqual(down);
      expect(pooler.most()).toBeGreaterThan(1);
      await cleanServers(pooler.url);
    });
  }));

/** Expects that no setting or lock of a run was left on a connection of the pooler. */
async function cleanServers(url: string): Promise<void> {
  const clients = await Promise.all([1, 2, 3].map(() => connect(url)));
  for (const client of clients) {
    await client.query("BEGIN");
    const { rows } = await client.query(
      "SELECT current_setting('search_path') AS path, current_setting('lock_timeout') AS timeout, (SELECT count(*)::int FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND d.datname = current_database()) AS locks",
    );
    expect(rows).toEqual([{ path: '"$user", public', timeout: "0", locks: 0 }]);
  }
  for (const client of clients) await client.end();
}

const SLOW = "SELECT pg_sleep(20)";

test("a runner that has waited for as long as it may names who has the lock, since when, and what it runs", () =>
  withPlace(async (place) => {
    writeRevision(place, "slow", null, `op.sql("${SLOW}");`);
    const first = runAll(place).catch((error: unknown) => error);
    const pid = await untilRuns(place.admin, SLOW);
    const told: unknown[] = [];
    const second = runAll(place, { lockWait: 200, onProgress: ({ waitingFor }) => told.push(waitingFor) });
    const holder = { pid, user: "postgres", application: "remodel", address: "127.0.0.1", statement: SLOW };
    await expect(second).rejects.toMatchObject({
      code: "LOCK_TIMEOUT",
      message: expect.stringMatching(
        new RegExp(
          `^Timed out after 200 ms: pid ${pid} \\(remodel, user postgres, from 127\\.0\\.0\\.1, since 20.+, runs SELECT`,
        ),
      ),
      hint: expect.stringContaining(`--lock-wait. To end that session: SELECT pg_terminate_backend(${pid})`),
      details: { holder: expect.objectContaining(holder) },
    });
    expect(told).toEqual([expect.objectContaining(holder)]);
    const stamped = inSession(place, (session) => stamp(session, ["slow"], { lockWait: 200 }));
    await expect(stamped).rejects.toMatchObject({ code: "LOCK_TIMEOUT" });
    await place.admin.query("SELECT pg_terminate_backend($1)", [pid]);
    expect(await first).toMatchObject({ code: "DATABASE_LOST" });
  }));

test("a runner behind a pooler whose second connection ends stops before its next step, and the next one goes on", () =>
  withPlace(async (place) => {
    const lock = "SELECT pg_advisory_lock(1)";
    const steps = `op.run(async (db) => void (await db.query("${lock}; SELECT pg_advisory_unlock(1)")));
  op.sql("CREATE TABLE shop ()");`;
    writeRevision(place, "apart", null, steps, "export const transaction = false;");
    await withPooler(place.url, async (pooler) => {
      await place.admin.query(lock);
      const run = runAll({ ...place, url: pooler.url }).catch((error: unknown) => error);
      await untilRuns(place.admin, lock);
      const { rowCount } = await place.admin.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'remodel upgrade apart'",
      );
      expect(rowCount).toBe(1);
      await place.admin.query("SELECT pg_advisory_unlock(1)");
      expect(await run).toMatchObject({ code: "LOCK_LOST" });
      const { rows } = await place.admin.query("SELECT to_regclass('shop') AS shop");
      expect(rows).toEqual([{ shop: null }]);
      expect(await runAll({ ...place, url: pooler.url })).toEqual(["apart"]);
    });
  }));

test("Ctrl-C reaches a statement behind a pooler", () =>
  withPlace(async (place) => {
    writeRevision(place, "slow", null, `op.sql("${SLOW}");`);
    await withPooler(place.url, async (pooler) => {
      const abort = new AbortController();
      const run = runAll({ ...place, url: pooler.url }, { signal: abort.signal }).catch((error: unknown) => error);
      await untilRuns(place.admin, SLOW);
      abort.abort();
      expect(await run).toMatchObject({ code: "CANCELLED", cause: { cause: { code: "57014" } } });
    });
  }));

test("transactions that a revision ends itself run in the schema of the session, also behind a pooler", () =>
  withPlace(async (place) => {
    const table = `op.createTable("shop", { columns: [{ name: "id", type: "integer" }] });`;
    writeRevision(place, "parts", null, `${table}\n  op.commit();\n  op.commentOnTable("shop", "ours");`);
    await place.admin.query("CREATE SCHEMA sales");
    await withPooler(place.url, async (pooler) => {
      expect(await runAll({ ...place, url: pooler.url, schema: "sales" })).toEqual(["parts"]);
    });
    const { rows } = await place.admin.query("SELECT obj_description('sales.shop'::regclass) AS comment");
    expect(rows).toEqual([{ comment: "ours" }]);
  }));

test("steps outside a transaction are refused behind a pooler that begins in another schema", () =>
  withPlace(async (place) => {
    writeHistory(place.folder);
    await place.admin.query("CREATE SCHEMA sales");
    await withPooler(place.url, async (pooler) => {
      const run = runAll({ ...place, url: pooler.url, schema: "sales" });
      await expect(run).rejects.toMatchObject({
        code: "USAGE",
        message: expect.stringContaining("public, not sales"),
      });
    });
    const { rows } = await place.admin.query("SELECT to_regclass('remodel_revision') AS state");
    expect(rows).toEqual([{ state: null }]);
    expect(await runAll({ ...place, schema: "sales" })).toEqual([...HISTORY]);
    const { rows: indexes } = await place.admin.query("SELECT schemaname FROM pg_indexes WHERE indexname = 'shop_n'");
    expect(indexes).toEqual([{ schemaname: "sales" }]);
  }));
