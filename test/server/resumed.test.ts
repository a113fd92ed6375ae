import { expect, test } from "vitest";
import { upgrade } from "../../src/run/run.ts";
import { COMMAND, launch } from "../cli/support.ts";
import { inSession, type Place, reopened, runAll, untilRuns, withPlace, writeRevision } from "../support/running.ts";
import { connect } from "../support/servers.ts";

const CREATE = "CREATE INDEX CONCURRENTLY";

/** A revision that builds an index, after one that creates its table. */
function writeIndex(place: Place, index = `{ name: "shop_n", columns: ["n"] }`): void {
  writeRevision(place, "shop", null, 'op.sql("CREATE TABLE shop (id integer, n integer)");');
  writeRevision(place, "index", "shop", `op.createIndex("shop", ${index}, { concurrently: true });`);
}

/** Holds a snapshot, which a concurrent build waits for, while a function is called. */
async function withSnapshot({ url }: Place, body: () => Promise<void>): Promise<void> {
  const older = await connect(url);
  await older.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  await older.query("SELECT 1");
  try {
    await body();
  } finally {
    await older.end();
  }
}

async function indexes({ admin }: Place): Promise<readonly unknown[]> {
  const { rows } = await admin.query(
    "SELECT relname AS name, c.oid, indisvalid AS valid FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relname LIKE 'shop%' ORDER BY 1",
  );
  return rows;
}

test("an index whose concurrent build was cut off is dropped and built again", () =>
  withPlace(async (place) => {
    writeIndex(place);
    await withSnapshot(place, async () => {
      const run = runAll(place).catch((error: unknown) => error);
      await place.admin.query("SELECT pg_terminate_backend($1)", [await untilRuns(place.admin, CREATE)]);
      expect(await run).toMatchObject({ code: "DATABASE_LOST" });
    });
    expect(await indexes(place)).toEqual([expect.objectContaining({ valid: false })]);
    expect(await runAll(place)).toEqual(["index"]);
    expect(await indexes(place)).toEqual([expect.objectContaining({ name: "shop_n", valid: true })]);
  }));

test("an index whose build goes on after its runner was killed is waited for and kept", () =>
  withPlace(async (place) => {
    writeIndex(place);
    let next: Promise<unknown> | undefined;
    let begun: readonly unknown[] = [];
    await withSnapshot(place, async () => {
      const killed = launch([COMMAND, "upgrade", "--migrations", ".", "--url", place.url], place.folder);
      const pid = await untilRuns(place.admin, CREATE);
      killed.child.kill("SIGKILL");
      await killed.ended;
      begun = await indexes(place);
      const holder = await new Promise((resolve) => {
        next = runAll(place, { onProgress: ({ waitingFor }) => waitingFor && resolve(waitingFor) });
      });
      expect(holder).toMatchObject({ pid, statement: expect.stringContaining(CREATE) });
    });
    expect(await next).toEqual(["index"]);
    expect(await indexes(place)).toEqual(begun.map((index) => ({ ...(index as object), valid: true })));
  }));

test("an index that was built, but not noted, is known again by a run that goes on, and by no other", () =>
  withPlace(async (place) => {
    writeIndex(place);
    await place.admin.query("CREATE TABLE shop (id integer, n integer); CREATE INDEX shop_n ON shop (n)");
    writeRevision(place, "shop", null, 'op.sql("SELECT 1");');
    const somebodys = await indexes(place);
    for (let again = 0; again < 2; again++)
      await expect(runAll(place)).rejects.toMatchObject({ code: "REVISION_FAILED", details: { code: "42P07" } });
    expect(await indexes(place)).toEqual(somebodys);

    await place.admin.query("DROP INDEX shop_n");
    const ended = inSession(
      place,
      (session) => upgrade(session),
      (db) => ({
        ...db,
        query: async (sql, values) => {
          if (sql.includes("VALUES ('step'")) await db.query("SELECT pg_terminate_backend(pg_backend_pid())");
          return await db.query(sql, values);
        },
      }),
    );
    await expect(ended).rejects.toMatchObject({ code: "DATABASE_LOST" });
    const built = await indexes(place);
    expect(built).toEqual([expect.objectContaining({ name: "shop_n", valid: true })]);
    expect(await runAll(place)).toEqual(["index"]);
    expect(await indexes(place)).toEqual(built);
  }));

test("a unique index that rows forbid leaves nothing that the corrected revision would trip over", () =>
  withPlace(async (place) => {
    writeIndex(place, `{ name: "shop_n", columns: ["n"], unique: true }`);
    writeRevision(place, "shop", null, 'op.sql("CREATE TABLE shop AS SELECT 1 AS id, 1 AS n UNION ALL SELECT 2, 1");');
    await expect(runAll(place)).rejects.toMatchObject({ code: "REVISION_FAILED", details: { code: "23505" } });
    await place.admin.query("UPDATE shop SET n = id");
    expect(await runAll(place)).toEqual(["index"]);
    expect(await indexes(place)).toEqual([expect.objectContaining({ name: "shop_n", valid: true })]);
  }));

test("a revision is not gone on with whose finished operations were edited; those behind them may be", () =>
  withPlace(async (place) => {
    const write = (first: string, second: string) =>
      writeRevision(
        place,
        "apart",
        null,
        `op.sql("${first}");\n  op.sql("${second}");`,
        "export const transaction = false;",
      );
    write("CREATE TABLE shop (id integer)", "SELECT 1 / 0");
    await expect(runAll(place)).rejects.toMatchObject({ code: "REVISION_FAILED" });
    write("CREATE TABLE shops (id integer)", "SELECT 1");
    await expect(runAll(await reopened(place))).rejects.toMatchObject({
      code: "REVISION_CHANGED",
      message: expect.stringContaining("an earlier run completed 1 operation of apart"),
    });
    write("CREATE TABLE shop (id integer)", "SELECT 1");
    expect(await runAll(await reopened(place))).toEqual(["apart"]);
  }));
