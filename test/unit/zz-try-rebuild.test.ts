import { startServer } from "/work/main/test/support/postgres.mjs";
import { readFileSync } from "node:fs";
import { addColumn } from "/work/main/src/kinds/columns.ts";
import { listCatalog } from "/work/main/test/support/observer.ts";
import { createTwoFilesPatch } from "diff";
import pg from "pg";
import { writeFileSync } from "node:fs";
import { test } from "vitest";
const f = (n: string) => readFileSync(`/work/main/test/fixtures/rebuild/${n}.sql`, "utf8");
for (const major of [14, 18]) test(`${major}`, async () => {
  const s = await startServer(major);
  const c = new pg.Client({ connectionString: s.url }); await c.connect();
  try {
    await c.query(f("everything")); if (major >= 15) await c.query(f("everything-15")); if (major >= 18) await c.query(f("everything-18"));
    const before = await listCatalog(c, { notNullNames: true, columnOrder: false });
    const op = addColumn("estate.users", { name: "nick", type: "text", nullable: true, comment: "new" }, { after: "name" });
    writeFileSync("/tmp/do.sql", op.sql[0]!);
    const t = performance.now();
    await c.query(op.sql[0]!);
    console.log(major, "ms", performance.now() - t);
    const after = await listCatalog(c, { notNullNames: true, columnOrder: false });
    console.log(createTwoFilesPatch("a", "b", before, after, "", "", { context: 0 }));
  } catch (e: any) { console.log(major, e.message, e.detail, e.where, e.position); }
  await c.end(); await s.stop();
});
