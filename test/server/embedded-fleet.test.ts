import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connect } from "../../src/connection/connect.ts";
import { keepEmbeddedOpen } from "../../src/connection/keep-embedded.ts";
import { createLoader } from "../../src/load/load.ts";

test("connections to one folder use one database in turn, and nothing of one is left for the next", async () => {
  const folder = mkdtempSync(join(tmpdir(), "remodel-embedded-"));
  const loader = createLoader(process.cwd());
  const open = () => connect("pglite:db", loader, folder);
  const started = "SELECT pg_postmaster_start_time()::text AS at, current_setting('lock_timeout') AS lock";
  try {
    await keepEmbeddedOpen(async () => {
      const first = await open();
      const [before] = await first.query(started);
      await first.query("CREATE TABLE shop (id integer)");
      await first.query("SET lock_timeout = '7s'");
      await first.query("SELECT pg_advisory_lock(1)");
      await first.query("BEGIN");
      await first.query("INSERT INTO shop VALUES (1)");
      await expect(open()).rejects.toMatchObject({ code: "DATABASE_BUSY" });
      await first.close();
      const second = await open();
      expect(await second.query(started)).toEqual([before]);
      expect(await second.query("SELECT count(*)::integer AS n FROM shop")).toEqual([{ n: 0 }]);
      expect(await second.query("SELECT FROM pg_locks WHERE locktype = 'advisory'")).toEqual([]);
      await second.close();
      await second.close();
      await keepEmbeddedOpen(async () => {
        const within = await open();
        expect(await within.query(started)).toEqual([before]);
        await within.close();
      });
      const third = await open();
      expect(await third.query(started)).toEqual([before]);
      await third.close();
    });
    expect(readdirSync(join(folder, "db")).filter((name) => name.endsWith(".lock"))).toEqual([]);
    const after = await open();
    expect(await after.query("SELECT count(*)::integer AS n FROM shop")).toEqual([{ n: 0 }]);
    await after.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
