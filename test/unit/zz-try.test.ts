import { startServer } from "/work/main/test/support/postgres.mjs";
import { addColumn } from "/work/main/src/kinds/columns.ts";
import { PGlite } from "@electric-sql/pglite";
import { everything } from "../support/rebuilding.ts";
import pg from "pg";
import { test } from "vitest";
test(`tablespaces and speed`, async () => {
  const s = await startServer(18);
  const c = new pg.Client({ connectionString: s.url }); await c.connect();
  const q = async (x: string) => console.log(JSON.stringify((await c.query(x)).rows));
  try {
    await c.query("SET allow_in_place_tablespaces = on"); await c.query("CREATE TABLESPACE sp LOCATION ''"); 
    await c.query("CREATE TABLESPACE sp2 LOCATION ''"); 
    await c.query("CREATE TABLE shop (id int primary key using index tablespace sp2, name text, floor int) TABLESPACE sp; CREATE INDEX i1 ON shop (name) TABLESPACE sp; CREATE INDEX i2 ON shop(floor); create materialized view mv tablespace sp2 as select * from shop; create index i3 on mv (id) tablespace sp");
    await c.query("INSERT INTO shop SELECT n, repeat('x', 100), n FROM generate_series(1, 500000) n");
    const look = "select relname, (select spcname from pg_tablespace t where t.oid = reltablespace) from pg_class where relnamespace = 'public'::regnamespace order by 1";
    await q(look);
    await c.query("SET default_tablespace = sp2");
    const op = addColumn("shop", { name: "nick", type: "text", nullable: true, comment: "new" }, { after: "name" });
    const t = performance.now();
    await c.query(op.sql[0]!);
    console.log("ms", performance.now() - t);
    await q(look); await q("show default_tablespace"); await q("show search_path");
  } catch (e: any) { console.log(e.message, e.detail, e.where, e.position); }
  await c.end(); await s.stop();
}, 120000);
test("pglite", async () => {
  const db = new PGlite();
  try {
    await db.exec(everything(18));
    const op = addColumn("estate.users", { name: "nick", type: "text", nullable: true, comment: "new" }, { after: "name" });
    await db.query(op.sql[0]!);
    console.log((await db.query("select attname from pg_attribute where attrelid='estate.users'::regclass and attnum between 1 and 5 order by attnum")).rows);
  } catch (e: any) { console.log(e.message, e.detail, e.where, e.position); }
}, 120000);
