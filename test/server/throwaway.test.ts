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

/** Other tests have throwaways on the same server, so each name is asked for. */
const PRESENT = "SELECT datname FROM pg_database WHERE datname = ANY ($1) ORDER BY 1";
const END_LOCK =
  "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1919252069 AND objid = (hashtext($1)::bigint & 4294967295)::oid";
const END_SESSIONS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1";

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
      const left = "remodel_verify_0123456789ab";
      const kept = ["remodel_verify_0123456789abcdef", "remodel_verify_mine", `x${left}`];
      const present = async (...names: readonly string[]) =>
        (await admin.query(PRESENT, [names])).rows.map(({ datname }) => datname);
      for (const name of [left, ...kept]) await admin.query(`CREATE DATABASE ${name}`);
      try {
        const running = await openThrowaway(place.project, other); // connects to another database first
        const second = await openThrowaway(place.project, place.url);
        const names = [await nameOf(running), await nameOf(second)] as const;
        expect(await present(left, ...names, ...kept)).toEqual([...names, ...kept].sort());
        await second.close();
        expect(await present(...names)).toEqual([names[0]]);
        await running.close();
        // A run that is killed loses its connections, and with them its lock.
        const killed = await openThrowaway(place.project, other);
        const name = await nameOf(killed);
        await admin.query(END_LOCK, [name]);
        await admin.query(END_SESSIONS, [name]);
        await killed.close().catch(() => undefined);
        const db = await connect(place.url, place.project.loader, place.folder);
        await dropLeftovers(db);
        await db.close();
        expect(await present(...names, name, ...kept)).toEqual(kept);
      } finally {
        for (const name of kept) await admin.query(`DROP DATABASE ${name}`);
      }
    }),
  );
});

async function nameOf({ connection }: Throwaway): Promise<string> {
  const [row] = await connection.query<{ name: string }>("SELECT current_database() AS name");
  return row?.name ?? "";
}

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
