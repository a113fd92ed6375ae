import fc from "fast-check";
import type pg from "pg";
import { expect, test } from "vitest";
import type { Connection } from "../../src/connection/connect.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Session } from "../../src/state/session.ts";
import { COMMAND, launch } from "../cli/support.ts";
import {
  HISTORY,
  inSession,
  outcome,
  type Place,
  runAll,
  timesDone,
  until,
  withPlace,
  writeHistory,
} from "../support/running.ts";
import { newest, oldest } from "../support/servers.ts";
import { runs, seed, soaking } from "./runs.ts";

type Way = "upgrade" | "downgrade";

interface Known extends Place {
  /** Expects what a whole run leaves behind, and that the log has each revision so many times. */
  readonly expectWhole: (way: Way, times: number, where: string) => Promise<void>;
  /** How long a whole upgrade takes here. */
  readonly durationMs: number;
}

test("the next run finishes one whose backend ended before any one of its statements, up and down", async () => {
  const stride = soaking ? 1 : 16;
  await withHistory(newest(), async (place) => {
    const reached = { upgrade: true, downgrade: true };
    const found = { upgrade: 0, downgrade: 0 };
    for (let at = 1, times = 2; reached.upgrade || reached.downgrade; at += stride, times++)
      for (const way of ["upgrade", "downgrade"] as const) {
        reached[way] = await cutOff(place, way, at);
        if (reached[way]) found[way] = at;
        await place.expectWhole(way, times, `${way}, cut off before statement ${at}`);
      }
    console.log(`Cut off before 1 in ${stride} of ${found.upgrade} statements up and ${found.downgrade} down.`);
    expect(Math.min(found.upgrade, found.downgrade)).toBeGreaterThan(50);
  });
}, 900_000);

test("the next run finishes one whose process was killed at a random moment", async () => {
  const numRuns = Math.max(runs(1 / 60), soaking ? 100 : 0);
  console.log(`Killed ${numRuns} times, REMODEL_PROPERTY_SEED=${seed}`);
  await withHistory(oldest(), async (place) => {
    let unfinished = 0;
    for (const [at, part] of fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { seed, numRuns }).entries()) {
      if (await kill(place, part * place.durationMs)) unfinished++;
      await runAll(place);
      await place.expectWhole("upgrade", at + 2, `killed after ${part} of a run`);
      await runAll(place, {}, "downgrade");
    }
    console.log(`${unfinished} of them had not come to their end.`);
    expect(unfinished).toBeGreaterThan(0);
  });
}, 900_000);

async function withHistory(major: number, body: (place: Known) => Promise<void>): Promise<void> {
  await withPlace(async (place) => {
    writeHistory(place.folder);
    const started = performance.now();
    await runAll(place);
    const durationMs = performance.now() - started;
    const wanted: Partial<Record<Way, unknown>> = { upgrade: await outcome(place.admin) };
    await runAll(place, {}, "downgrade");
    wanted.downgrade = await outcome(place.admin);
    const expectWhole: Known["expectWhole"] = async (way, times, where) => {
      expect(await outcome(place.admin), where).toEqual(wanted[way]);
      expect(await timesDone(place.admin, way), where).toEqual(HISTORY.map(() => times));
    };
    await body({ ...place, expectWhole, durationMs });
  }, major);
}

/**
 * Runs twice, the first time cut off.
 * @returns whether the run came to that statement
 */
async function cutOff(place: Place, way: Way, before: number): Promise<boolean> {
  const cut = { before, done: false };
  const go = (session: Session) => (way === "upgrade" ? upgrade(session) : downgrade(session, "base"));
  const run = inSession(place, go, (db) => ended(db, cut, place.admin));
  const error = await run.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!cut.done) return false;
  // The last statements only give back the lock: nobody misses them.
  if (error !== undefined) expect(error, `${way}, statement ${before}`).toMatchObject({ code: "DATABASE_LOST" });
  await runAll(place, {}, way);
  return true;
}

/** The connection, whose backend is ended before one of its statements. */
function ended(db: Connection, cut: { readonly before: number; done: boolean }, admin: pg.Client): Connection {
  let count = 0;
  let pid: unknown;
  return {
    ...db,
    query: async (sql, values) => {
      pid ??= (await db.query("SELECT pg_backend_pid() AS pid"))[0]?.["pid"];
      count++;
      if (count === cut.before) {
        cut.done = true;
        await end(admin, pid as number);
      }
      return await db.query(sql, values);
    },
  };
}

/** Ends a backend; the server's own way to wait for it looks only every 100 ms. */
async function end(admin: pg.Client, pid: number): Promise<void> {
  await admin.query("SELECT pg_terminate_backend($1)", [pid]);
  const left = "SELECT FROM pg_stat_activity WHERE pid = $1";
  await until(async () => ((await admin.query(left, [pid])).rows.length === 0 ? true : undefined));
}

/**
 * Kills a `remodel upgrade` some time after its first revision has begun.
 * @returns whether it had not ended by itself
 */
async function kill({ folder, url }: Place, afterMs: number): Promise<boolean> {
  const { child, ended } = launch([COMMAND, "upgrade", "--migrations", ".", "--url", url], folder);
  let seen = "";
  child.stderr!.on("data", (chunk) => {
    const begun = seen.includes("Applying");
    seen += chunk;
    if (!begun && seen.includes("Applying")) setTimeout(() => child.kill("SIGKILL"), afterMs);
  });
  const { code, stderr } = await ended;
  expect(stderr).toMatch(/^Applying 1 of 3: /m);
  return code === null;
}
