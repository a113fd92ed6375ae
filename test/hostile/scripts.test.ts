import type pg from "pg";
import { describe, expect, test } from "vitest";
import type { Direction } from "../../src/run/context.ts";
import { offlineSql } from "../../src/run/offline.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Session } from "../../src/state/session.ts";
import { runScript, runWithPsql } from "../support/psql.ts";
import { type RevisionParts, WITHOUT_TRANSACTION, writeHistory } from "../support/running.ts";
import { anyMajors, connect, majors, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

/** Every way in which a script can run a step. Each changes the rows once more if it is run twice. */
const REVISIONS: readonly RevisionParts[] = [
  [
    "a_plain",
    `op.createTable("shop", { columns: [{ name: "id", type: "integer" }, { name: "n", type: "integer" }], primaryKey: { columns: ["id"] } });
  op.sql("INSERT INTO shop SELECT at, $1 FROM generate_series(1, 7) at", [1]);`,
    `op.dropTable("shop");`,
  ],
  [
    "b_steps",
    `op.sql("UPDATE shop SET n = n * 2");
  op.createIndex("shop", { name: "shop_n", columns: ["n"] }, { concurrently: true });
  op.sql("UPDATE shop SET n = n + 3; UPDATE shop SET n = n + 2");
  op.backfill("shop", { set: { n: "n + 1" }, batch: 3 });`,
    `op.backfill("shop", { set: { n: "n - 1" }, batch: 3 });
  op.dropIndex("shop", "shop_n", { concurrently: true });
  op.sql("UPDATE shop SET n = (n - 5) / 2");`,
  ],
  WITHOUT_TRANSACTION,
];
const IDS = REVISIONS.map(([id]) => id);
/** What the rows have after (1 * 2 + 5 + 1) + 10. */
const N = 18;

interface Site {
  readonly url: string;
  readonly folder: string;
  readonly session: Session;
  readonly scripts: Readonly<Record<Direction, string>>;
}

function onSite(major: number, body: (site: Site) => Promise<void>): Promise<void> {
  return withFolder((folder) =>
    withDatabase(major, async (url) => {
      writeHistory(folder, REVISIONS);
      const session = await testSession({ url, folder, entities: [] });
      try {
        const scripts = {
          upgrade: await offlineSql(session, "upgrade", "base:heads"),
          downgrade: await offlineSql(session, "downgrade", "heads:base"),
        };
        await body({ url, folder, session, scripts });
      } finally {
        await session.close();
      }
    }),
  );
}

/** Another session, which may end in the middle of a transaction. */
async function inSession<Result>(url: string, body: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = await connect(url);
  try {
    return await body(client);
  } finally {
    await client.end();
  }
}

async function rowsOf(client: pg.Client, sql: string): Promise<unknown[]> {
  return (await client.query({ text: sql, rowMode: "array" })).rows.map(([value]) => value);
}

/** Behind each statement that leaves something, and before the first COMMIT: what is open then PostgreSQL undoes. */
function cutsOf(sent: readonly string[]): number[] {
  const first = sent.findIndex((statement) => /^\s*COMMIT\b/.test(statement));
  let inside = false;
  return sent.flatMap((statement, at) => {
    if (/^\s*BEGIN\b/.test(statement)) inside = true;
    if (/^\s*COMMIT\b/.test(statement)) inside = false;
    const leaves = !inside && !/^\s*(SET|RESET|SELECT)\b/.test(statement);
    return leaves || at === first - 1 ? [at + 1] : [];
  });
}

/** How often the log says that something was done since the last look, whatever it was. */
async function doneSince(client: pg.Client): Promise<readonly string[]> {
  const done = await rowsOf(
    client,
    "SELECT action || ' ' || revision FROM remodel_log WHERE action IN ('upgrade', 'downgrade') ORDER BY id",
  );
  await client.query("DELETE FROM remodel_log");
  return done as string[];
}

describe.each(anyMajors())("scripts on PostgreSQL %i", (major) => {
  test("cut after any statement, and run again or continued online, each revision is done once", () =>
    onSite(major, async ({ url, session, scripts }) => {
      const continued = {
        script: (client: pg.Client, way: Direction) => runScript(client, scripts[way]),
        run: (_: pg.Client, way: Direction) => (way === "upgrade" ? upgrade(session) : downgrade(session, "base")),
      };
      const cuts = { upgrade: [0], downgrade: [0] };
      for (const way of ["upgrade", "downgrade"] as const)
        cuts[way] = cutsOf(await inSession(url, (client) => runScript(client, scripts[way])));
      await inSession(url, (client) => client.query("DELETE FROM remodel_log"));
      expect(Math.min(cuts.upgrade.length, cuts.downgrade.length)).toBeGreaterThan(8);
      // Of several servers each takes a part of the places.
      const part = majors().indexOf(major);
      for (let at = part; at < Math.max(cuts.upgrade.length, cuts.downgrade.length); at += majors().length)
        for (const way of ["upgrade", "downgrade"] as const) {
          const cut = cuts[way][at] ?? Number.POSITIVE_INFINITY;
          await inSession(url, (client) => runScript(client, scripts[way], cut));
          await inSession(url, async (client) => {
            await continued[cut % 2 === 0 ? "script" : "run"](client, way);
            const order = way === "upgrade" ? IDS : IDS.toReversed();
            expect([cut, await doneSince(client)]).toEqual([cut, order.map((id) => `${way} ${id}`)]);
            if (way === "upgrade")
              expect([cut, await rowsOf(client, "SELECT DISTINCT n FROM shop")]).toEqual([cut, [N]]);
          });
        }
    }));

  test("psql runs it the same, whatever its settings and those of the database are", () =>
    onSite(major, async ({ url, scripts }) => {
      await inSession(url, async (client) => {
        for (const setting of [
          "standard_conforming_strings = off",
          "default_transaction_read_only = on",
          "lock_timeout = 1",
        ])
          await client.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET ${setting}`);
      });
      await runWithPsql(url, scripts.upgrade, [
        "AUTOCOMMIT=off",
        "ON_ERROR_STOP=off",
        "SINGLELINE=on",
        "FETCH_COUNT=1",
      ]);
      await inSession(url, async (client) => {
        expect(await rowsOf(client, "SELECT DISTINCT n FROM shop")).toEqual([N]);
        expect(await rowsOf(client, "SELECT revision FROM remodel_revision ORDER BY 1")).toEqual(IDS);
      });
      await expect(
        runWithPsql(url, scripts.upgrade.replaceAll("base pg_catalog.text[] := ARRAY[]", "base text[] := ARRAY['x']")),
      ).rejects.toThrow("this script starts from (x)");
    }));

  test("run by three at once, and once more, each revision is done once", () =>
    onSite(major, async ({ url, scripts }) => {
      for (const way of ["upgrade", "downgrade"] as const) {
        await Promise.all([1, 2, 3].map(() => inSession(url, (client) => runScript(client, scripts[way]))));
        await inSession(url, async (client) => {
          await runScript(client, scripts[way]);
          expect((await doneSince(client)).length).toBe(IDS.length);
          if (way === "upgrade") expect(await rowsOf(client, "SELECT DISTINCT n FROM shop")).toEqual([N]);
        });
      }
    }));

  test.each(["script", "run"])("batches that a script has committed are not done again by a %s", (by) =>
    onSite(major, async ({ url, session, scripts }) => {
      const trap = `CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE TRIGGER trap BEFORE UPDATE ON shop FOR EACH ROW WHEN (NEW.id = 5 AND NEW.n = 8) EXECUTE FUNCTION trap()`;
      await inSession(url, async (client) => {
        await runScript(client, await offlineSql(session, "upgrade", "base:a_plain"));
        await client.query(trap);
      });
      await expect(inSession(url, (client) => runScript(client, scripts.upgrade))).rejects.toThrow("trapped");
      await inSession(url, async (client) => {
        expect(await rowsOf(client, "SELECT DISTINCT n FROM shop ORDER BY n")).toEqual([7, 8]);
        await client.query("DROP FUNCTION trap CASCADE");
        if (by === "script") await runScript(client, scripts.upgrade);
        else await upgrade(session);
        expect(await rowsOf(client, "SELECT DISTINCT n FROM shop")).toEqual([N]);
      });
    }),
  );

  test("a script stops where another revision, or the other way, is half done", () =>
    onSite(major, async ({ url, scripts, session }) => {
      await inSession(url, async (client) => {
        await runScript(client, scripts.upgrade);
        const half = "INSERT INTO remodel_log (action, revision, direction, step) VALUES ('step', $1, $2, 1)";
        for (const [revision, way, message] of [
          ["c_apart", "upgrade", "the upgrade of c_apart was interrupted"],
          ["b_steps", "downgrade", "the downgrade of b_steps was interrupted"],
          ["elsewhere", "downgrade", "the downgrade of elsewhere was interrupted"],
        ]) {
          await client.query("DELETE FROM remodel_log");
          await client.query(half, [revision, way]);
          await expect(inSession(url, (other) => runScript(other, scripts.downgrade))).rejects.toThrow(message);
        }
        await client.query("DELETE FROM remodel_log");
        await client.query(half.replace("step)", "step, position)").replace("1)", "1, 'other')"), [
          "c_apart",
          "downgrade",
        ]);
        await expect(inSession(url, (other) => runScript(other, scripts.downgrade))).rejects.toThrow(
          "completed 1 of the operations of c_apart, and the file has other operations there now",
        );
        await client.query("DELETE FROM remodel_log");
        await downgrade(session, "base");
      });
    }));
});
