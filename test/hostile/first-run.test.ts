import { expect, test } from "vitest";
import { stamp } from "../../src/author/stamp.ts";
import { runInTransaction } from "../../src/connection/transaction.ts";
import { tryLock } from "../../src/state/lock.ts";
import { inSession, runAll, withPlace, writeRevision } from "../support/running.ts";

test("the first run of a database, and the first stamp, wait for the lock no longer than they may", () =>
  withPlace(async (place) => {
    writeRevision(place, "shop", null, `op.sql("CREATE TABLE shop ()");`);
    await inSession(place, async (session) => {
      const db = await session.connection();
      await runInTransaction(db, [], async () => {
        expect(await tryLock(db, await session.state())).toBe(true);
        const told: unknown[] = [];
        const onProgress = ({ waitingFor }: { waitingFor?: unknown }) => told.push(waitingFor);
        await expect(runAll(place, { lockWait: 100, onProgress })).rejects.toMatchObject({ code: "LOCK_TIMEOUT" });
        expect(told).toEqual([expect.objectContaining({ application: "remodel" })]);
        const stamped = inSession(place, (other) => stamp(other, ["shop"], { lockWait: 100 }));
        await expect(stamped).rejects.toMatchObject({ code: "LOCK_TIMEOUT" });
      });
    });
    expect((await place.admin.query("SELECT to_regclass('remodel_revision') AS state")).rows).toEqual([
      { state: null },
    ]);
    expect(await runAll(place)).toEqual(["shop"]);
  }));
