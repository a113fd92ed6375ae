import { expect, test } from "vitest";
import { connect } from "../../src/connection/connect.ts";
import { createLoader } from "../../src/load/load.ts";
import { createFiller } from "../../src/shadow/fill.ts";
import { REAL_SCHEMAS } from "../support/real-schemas.ts";
import { connect as connectClient, isMatrix, newest, withDatabase } from "../support/servers.ts";

/** `npm test` fills one of them there. */
const ON_EMBEDDED = isMatrix() ? REAL_SCHEMAS : REAL_SCHEMAS.slice(-1);

test.each(ON_EMBEDDED)("the tables of $name are filled on the embedded database: $tables", async ({ sql, tables }) => {
  const db = await connect("pglite:memory", createLoader(import.meta.dirname), import.meta.dirname);
  try {
    await db.query(sql);
    expect(await createFiller(db, { rows: 8, seed: 1 }).fill()).toEqual({ filled: tables, unfilled: [] });
  } finally {
    await db.close();
  }
});

test.each(REAL_SCHEMAS)("the tables of $name are filled: $tables", async ({ sql, tables }) => {
  await withDatabase(newest(), async (url) => {
    const client = await connectClient(url);
    const db = await connect(url, createLoader(import.meta.dirname), ".");
    try {
      await client.query(sql);
      expect(await createFiller(db, { rows: 8, seed: 1 }).fill()).toEqual({ filled: tables, unfilled: [] });
    } finally {
      await db.close();
      await client.end();
    }
  });
});
