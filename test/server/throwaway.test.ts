import { expect, test } from "vitest";
import { connect } from "../../src/connection/connect.ts";
import { buildHistory } from "../../src/shadow/build-history.ts";
import { dropLeftovers } from "../../src/shadow/server-throwaways.ts";
import { openThrowaway, type Throwaway } from "../../src/shadow/throwaway.ts";
import { readLastSchema } from "../../src/state/state.ts";
import {
  HISTORY,
  inSession,
  type Place,
  reopened,
  runAll,
  withPlace,
  writeHistory,
  writeRevision,
} from "../support/running.ts";
import { newest, withDatabase } from "../support/servers.ts";

const NAMES = "SELECT datname FROM pg_database WHERE datname LIKE 'remodel\\_verify%' ORDER BY 1";

test("a history is built on the embedded database and on a server, and has the fingerprint of a database that it made", async () => {
  await withPlace(async (place) => {
    writeHistory(place.folder);
    await runAll(place);
    const live = await inSession(place, async (session) =>
      readLastSchema(await session.connection(), await session.state()),
    );
    const onServer = await inThrowaway(place, place.url, async (throwaway) => {
      const { fingerprint, schema } = await buildHistory(throwaway, place.project);
      expect(schema.tables?.map(({ name }) => name)).toEqual(["mall", "shop"]);
      return fingerprint;
    });
    expect(onServer).toBe(live?.fingerprint);
    const part = await inThrowaway(
      place,
      place.url,
      async (throwaway) => await buildHistory(throwaway, place.project, HISTORY[1]),
    );
    expect(part.schema.tables?.map(({ name }) => name)).toEqual(["shop"]);
    await inThrowaway(place, undefined, async (throwaway) => {
      const { session, schema } = await buildHistory(throwaway, place.project);
      expect([throwaway.on, schema.tables?.map(({ name }) => name)]).toEqual(["pglite", ["mall", "shop"]]);
      expect(await (await session.connection()).query("SELECT n FROM shop LIMIT 1")).toEqual([{ n: 13 }]);
    });
  });
});

test("a throwaway on a server is dropped, and what killed runs left goes with the next one; all else stays", async () => {
  await withDatabase(newest(), (other) =>
    withPlace(async (place) => {
      const { admin } = place;
      const kept = ["remodel_verify_mine", "remodel_verify_0123456789abcdef", "xremodel_verify_0123456789ab"];
      await admin.query("CREATE DATABASE remodel_verify_0123456789ab");
      for (const name of kept) await admin.query(`CREATE DATABASE ${name}`);
      try {
        const running = await openThrowaway(place.project, other); // connects to another database first
        const [own] = await running.connection.query<{ name: string }>("SELECT current_database() AS name");
        const second = await openThrowaway(place.project, place.url);
        await second.close();
        const { rows } = await admin.query(NAMES);
        expect(rows.map(({ datname }) => datname).sort()).toEqual([kept[0], kept[1], own?.name].sort());
        await running.close();
        // A run that is killed loses its connections, and with them its lock.
        const killed = await openThrowaway(place.project, other);
        await admin.query(
          `SELECT pg_terminate_backend(pid, 5000) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND classid = 1919252069`,
        );
        await admin.query(
          `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname ~ '^remodel_verify_[0-9a-f]{12}$'`,
        );
        await killed.close().catch(() => undefined);
        const db = await connect(place.url, place.project.loader, place.folder);
        expect(await dropLeftovers(db)).toHaveLength(1);
        await db.close();
        expect((await admin.query(NAMES)).rows).toHaveLength(2);
      } finally {
        for (const name of kept) await admin.query(`DROP DATABASE ${name}`);
      }
    }),
  );
});

test("an extension that the throwaway does not have is named before anything is run", async () => {
  await withPlace(async (place) => {
    writeRevision(place, "a", null, `op.createExtension("citext"); op.createExtension("postgis");`);
    const project = await reopened(place);
    await inThrowaway(project, undefined, async (throwaway) => {
      await expect(buildHistory(throwaway, project.project)).rejects.toMatchObject({
        code: "EXTENSION_MISSING",
        message: "The throwaway database (pglite) does not have the extension postgis.",
      });
    });
  });
});

async function inThrowaway<Result>(
  { project }: Place,
  on: string | undefined,
  body: (throwaway: Throwaway) => Promise<Result>,
): Promise<Result> {
  const throwaway = await openThrowaway(project, on);
  try {
    return await body(throwaway);
  } finally {
    await throwaway.close();
  }
}
