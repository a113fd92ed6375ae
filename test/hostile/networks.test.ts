import { expect, test } from "vitest";
import { fillDefaults } from "../../src/config.ts";
import { type Connection, connect } from "../../src/connection/connect.ts";
import { createLoader } from "../../src/load/load.ts";
import { upgrade } from "../../src/run/run.ts";
import { startPooler } from "../support/pooler.ts";
import { inSession, type Place, runAll, untilRuns, withPlace, writeRevision } from "../support/running.ts";
import { newest, withDatabase } from "../support/servers.ts";
import { type SilentProxy, startSilentProxy } from "../support/silent.ts";

/** So short that a test does not wait for it, and so long that a busy machine answers in time. */
const SHORT_MS = 1000;
const SLOW = "SELECT pg_sleep(600)";
const loader = createLoader(process.cwd());

async function withProxy(url: string, body: (proxy: SilentProxy) => Promise<void>): Promise<void> {
  const proxy = await startSilentProxy(url);
  try {
    await body(proxy);
  } finally {
    await proxy.close();
  }
}

async function withConnection(url: string, silenceMs: number, body: (db: Connection) => Promise<void>): Promise<void> {
  const db = await connect(url, loader, process.cwd(), { silenceMs });
  try {
    await body(db);
  } finally {
    await db.close();
  }
}

const LOST = { code: "DATABASE_LOST", message: /does not answer/ };

test("a connection that falls silent ends, whether the network is gone or the connection alone", () =>
  withDatabase(newest(), (url) =>
    withProxy(url, async (proxy) => {
      await withConnection(proxy.url, SHORT_MS, async (db) => {
        expect(await db.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
        proxy.silence("open");
        await expect(db.query("SELECT 1")).rejects.toMatchObject({
          code: "DATABASE_LOST",
          message: expect.stringMatching(LOST.message),
        });
        await expect(db.query("SELECT 1")).rejects.toMatchObject({ code: "DATABASE_LOST" });
      });
      await withConnection(proxy.url, SHORT_MS, async (db) => {
        const slow = db.query(SLOW);
        proxy.silence("all");
        await expect(slow).rejects.toMatchObject({ code: "DATABASE_LOST" });
      });
    }),
  ));

test("a server that is busy is waited for, however often it is asked", () =>
  withDatabase(newest(), (url) =>
    withConnection(url, 20, async (db) => {
      expect(await db.query("SELECT pg_sleep(1), 1 AS one")).toMatchObject([{ one: 1 }]);
      const many = await db.query("SELECT repeat('x', 1000) AS x FROM generate_series(1, 20000)");
      expect(many).toHaveLength(20_000);
    }),
  ));

test("a server that accepts a connection and says nothing is told so", () =>
  withDatabase(newest(), (url) =>
    withProxy(url, async (proxy) => {
      proxy.silence("all");
      const options = { type: "postgres", url: proxy.url, connectTimeoutMS: 200 };
      await expect(connect(options, loader, process.cwd())).rejects.toMatchObject({
        code: "DATABASE_UNREACHABLE",
        message: expect.stringMatching("does not answer"),
      });
    }),
  ));

const slowly = (place: Place) => writeRevision(place, "shop", null, `op.sql("${SLOW}");`);

test.each(["all", "open"] as const)("one Ctrl-C ends a run whose network is silent: %s connections", (which) =>
  withPlace((place) =>
    withProxy(place.url, async (proxy) => {
      slowly(place);
      const abort = new AbortController();
      const ran = runAll({ ...place, url: proxy.url }, { signal: abort.signal });
      const outcome = expect(ran).rejects.toMatchObject({
        code: "CANCELLED",
        message: expect.stringMatching(/when the connection was lost/),
        hint: expect.stringMatching("remodel current"),
      });
      await untilRuns(place.admin, SLOW);
      proxy.silence(which);
      // The server has been told to cancel, or has not: what it runs ends here.
      await place.admin.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query = $1 AND pid <> pg_backend_pid()",
        [which === "open" ? SLOW : ""],
      );
      abort.abort();
      await outcome;
    }),
  ),
);

test("one Ctrl-C ends a run where no further connection is let in", () =>
  withPlace(async (place) => {
    slowly(place);
    const role = `remodel_${process.pid}`;
    await place.admin.query(`CREATE ROLE ${role} LOGIN CONNECTION LIMIT 1; GRANT CREATE ON SCHEMA public TO ${role}`);
    try {
      const abort = new AbortController();
      const url = Object.assign(new URL(place.url), { username: role }).href;
      const ran = runAll({ ...place, url }, { signal: abort.signal });
      const outcome = expect(ran).rejects.toMatchObject({
        code: "CANCELLED",
        message: expect.stringMatching(/was rolled back\. /),
      });
      await untilRuns(place.admin, SLOW);
      abort.abort();
      await outcome;
    } finally {
      await place.admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  }));

const SEEN = `SELECT current_setting('tcp_user_timeout') || ' ' || current_setting('tcp_keepalives_idle') AS seen`;
const WATCHED = { seen: "30000 10" };

test("the server watches the network of whoever has the lock, and of nobody else", () =>
  withPlace(async (place) => {
    writeRevision(place, "shop", null, `op.sql("CREATE TABLE seen AS ${SEEN}");`);
    const apart = "export const transaction = false;";
    writeRevision(place, "mall", "shop", `op.sql("INSERT INTO seen ${SEEN}");`, apart);
    await inSession(place, async (session) => {
      const db = await session.connection();
      const before = await db.query(SEEN);
      await upgrade(session);
      expect(await db.query(SEEN)).toEqual(before);
      expect(before).not.toEqual([WATCHED]);
    });
    expect((await place.admin.query("SELECT * FROM seen")).rows).toEqual([WATCHED, WATCHED]);
  }));

test("a pooler with one connection is told before anything is run that needs two", () =>
  withPlace(async (place) => {
    writeRevision(place, "shop", null, `op.sql("CREATE TABLE shop ()");`);
    writeRevision(place, "mall", "shop", `op.sql("CREATE TABLE mall ()");`, "export const transaction = false;");
    const pooler = await startPooler(place.url, 1);
    try {
      const project = { ...place.project, settings: fillDefaults({ networkTimeout: SHORT_MS }) };
      await expect(runAll({ ...place, project, url: pooler.url })).rejects.toMatchObject({
        code: "USAGE",
        message: expect.stringMatching(/one free connection.*Nothing was run/s),
      });
      const { rows } = await place.admin.query("SELECT relname FROM pg_class WHERE relname IN ('shop', 'mall')");
      expect(rows).toEqual([]);
    } finally {
      await pooler.close();
    }
  }));
