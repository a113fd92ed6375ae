import type { Client } from "pg";
import { expect, test } from "vitest";
import { connect } from "../../src/connection/connect.ts";
import { createLoader } from "../../src/load/load.ts";
import { createFiller } from "../../src/shadow/fill.ts";
import { listRows } from "../support/observer.ts";
import { connect as connectClient, newest, withDatabase } from "../support/servers.ts";
import { TABLES_TO_FILL } from "../support/tables-to-fill.ts";

const OPTIONS = { rows: 20, seed: 1 };
const NOT_FILLED = ["impossible", "no_partition", "of_impossible"];

test("tables with every type and every kind of rule are filled, and the others are named with their rule", async () => {
  await withDatabase(newest(), async (url) => {
    const client = await connectClient(url);
    const db = await connect(url, createLoader(import.meta.dirname), ".");
    try {
      await client.query(TABLES_TO_FILL);
      const { unfilled } = await createFiller(db, OPTIONS).fill();
      expect(unfilled).toEqual([
        { table: "public.impossible", reason: "never" },
        { table: "public.no_partition", reason: "it is partitioned and has no partition" },
        { table: "public.of_impossible", reason: "of_impossible_id_fkey: the table that it references has no rows" },
      ]);
      const rows = await listRows(client);
      const counts = Object.entries(rows).map(([table, list]) => ({ table, rows: list.length }));
      const few = counts.filter(({ table, rows: found }) => found < OPTIONS.rows && !NOT_FILLED.includes(table));
      expect(few).toEqual([{ table: "one_bit", rows: 2 }]);
      await everyReferenceHolds(client);
    } finally {
      await db.close();
      await client.end();
    }
  });
});

test("keys of sequences have several digits, unless a rule takes only small ones", async () => {
  await withDatabase(newest(), async (url) => {
    const db = await connect(url, createLoader(import.meta.dirname), ".");
    try {
      await db.query("CREATE TABLE plain (id serial PRIMARY KEY)");
      await db.query("CREATE TABLE small (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY CHECK (id < 100))");
      expect(await createFiller(db, OPTIONS).fill()).toEqual({ filled: 2, unfilled: [] });
      const keys = await db.readOne("SELECT (SELECT min(id) FROM plain), (SELECT max(id) FROM small)");
      expect(keys).toEqual([["10001", "20"]]);
    } finally {
      await db.close();
    }
  });
});

/** Tables of a cycle are filled while their foreign keys are off, so all are checked again. */
async function everyReferenceHolds(client: Client): Promise<void> {
  const { rows } = await client.query(
    "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', conrelid::regclass, conname, conname, pg_get_constraintdef(oid)) AS sql FROM pg_constraint WHERE contype = 'f' AND conparentid = 0",
  );
  expect(rows.length).toBeGreaterThan(10);
  for (const { sql } of rows) await client.query(sql);
}
