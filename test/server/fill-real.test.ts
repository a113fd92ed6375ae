import { expect, test } from "vitest";
import { connect } from "../../src/connection/connect.ts";
import { createLoader } from "../../src/load/load.ts";
import { createFiller } from "../../src/shadow/fill.ts";
import { REAL_SCHEMAS } from "../support/real-schemas.ts";
import { connect as connectClient, newest, withDatabase } from "../support/servers.ts";

test.each(REAL_SCHEMAS)("at least 95 % of the tables of $name are filled", async ({ sql }) => {
  await withDatabase(newest(), async (url) => {
    const client = await connectClient(url);
    const db = await connect(url, createLoader(import.meta.dirname), ".");
    try {
      await client.query(sql);
      const started = performance.now();
      const { filled, unfilled } = await createFiller(db, { rows: 20, seed: 1 }).fill();
      console.log(filled, performance.now() - started, unfilled);
      expect(filled + unfilled.length).toBeGreaterThanOrEqual(50);
      expect(filled + unfilled.length).toBeLessThanOrEqual(150);
      expect(filled / (filled + unfilled.length)).toBeGreaterThanOrEqual(0.95);
    } finally {
      await db.close();
      await client.end();
    }
  });
});
