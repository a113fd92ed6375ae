import { expect, test } from "vitest";
import { planData, planText } from "../../src/review/plan.ts";
import { writeRevision } from "../../src/revision/folder.ts";
import { dryRun } from "../../src/run/dry-run.ts";
import { upgrade } from "../../src/run/run.ts";
import { listCatalog } from "../support/observer.ts";
import { revisionText } from "../support/revisions.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

const FIRST = `
  op.createTable("mall", { columns: [{ name: "id", type: "integer" }], primaryKey: { name: "PK_mall", columns: ["id"] } });
  op.createIndex("mall", { name: "IDX_new", columns: ["id"] });`;

const SECOND = `
  op.todo("Two\\nlines?");
  op.addColumn("mall", { name: "big", type: "bigint", default: "1" });
  op.insertRows("mall", [{ id: 1, big: 9007199254740993n }]);
  op.createIndex("mall", { name: "IDX_big", columns: ["big"] }, { concurrently: true });
  op.dropConstraint("mall", "PK_mall");
  op.commit();
  op.sql("UPDATE mall SET big = 2");
  op.run(async (db) => void (await db.query("SELECT 1")));`;

test("a plan is every statement with its locks, and runs nothing", () =>
  withFolder((folder) =>
    withDatabase(newest(), async (url) => {
      writeRevision(folder, "1.ts", revisionText("aaaa11110000", null, FIRST, 'op.dropTable("mall");'));
      writeRevision(folder, "2.ts", revisionText("bbbb22220000", "aaaa11110000", SECOND));
      const client = await connect(url);
      const session = await testSession({ url, folder, entities: [] });
      try {
        const before = await listCatalog(client, { ignoreTables: [] });
        const up = await dryRun(session, "upgrade");
        expect(planText(up, "upgrade")).toMatchInlineSnapshot(`
          "-- upgrade aaaa11110000 Revision aaaa11110000
          -- In one transaction:
          CREATE TABLE "mall" (
            "id" integer NOT NULL,
            CONSTRAINT "PK_mall" PRIMARY KEY ("id")
          );
          CREATE INDEX "IDX_new" ON "mall" ("id");
          --   index-blocks-writes: mall cannot be written while IDX_new is built.

          -- upgrade bbbb22220000 Revision bbbb22220000
          -- In one transaction:
          -- TODO Two
          -- lines?
          ALTER TABLE "mall" ADD COLUMN "big" bigint DEFAULT 1 NOT NULL;
          --   ACCESS EXCLUSIVE on mall: blocks reads and writes
          INSERT INTO "mall" ("id", "big") VALUES
            ('1', '9007199254740993');
          --   ROW EXCLUSIVE on mall: blocks only writes of the same rows
          -- Outside a transaction:
          DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass('"IDX_big"')::pg_catalog.oid AND NOT indisvalid) THEN RETURN; END IF;
            IF EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index WHERE index_relid = pg_catalog.to_regclass('"IDX_big"')::pg_catalog.oid) THEN
              RAISE EXCEPTION '% is being built', '"IDX_big"' USING ERRCODE = 'lock_not_available';
            END IF;
            PERFORM pg_catalog.set_config('lock_timeout', '4000', true);
            EXECUTE 'DROP INDEX ' || '"IDX_big"';
          END $$;
          CREATE INDEX CONCURRENTLY "IDX_big" ON "mall" ("big");
          --   SHARE UPDATE EXCLUSIVE on mall: blocks neither reads nor writes
          -- In one transaction:
          ALTER TABLE "mall" DROP CONSTRAINT "PK_mall";
          --   ACCESS EXCLUSIVE on mall: blocks reads and writes
          --   ACCESS EXCLUSIVE on tables that foreign keys, views and sequences connect with mall: blocks reads and writes
          -- Committed (op.commit).
          -- In one transaction:
          UPDATE mall SET big = 2;
          --   Locks unknown: custom SQL or code.
          -- code (op.run)
          --   Locks unknown: custom SQL or code."
        `);
        expect(planData(up, "upgrade")).toMatchObject({
          direction: "upgrade",
          revisions: [
            {
              revision: "aaaa11110000",
              steps: [
                { name: "createTable", locks: [], transaction: true },
                { name: "createIndex", locks: [] },
              ],
            },
            {
              revision: "bbbb22220000",
              steps: [
                { name: "todo", locks: [] },
                { name: "addColumn", locks: [{ mode: "ACCESS EXCLUSIVE", on: "mall" }] },
                { name: "insertRows" },
                { name: "createIndex", locks: [{ mode: "SHARE UPDATE EXCLUSIVE", on: "mall" }], transaction: false },
                { name: "dropConstraint", transaction: true },
                { name: "commit", locks: [], transaction: true },
                { name: "sql", locks: null },
                { name: "run", locks: null },
              ],
            },
          ],
        });
        expect(await listCatalog(client, { ignoreTables: [] })).toBe(before);
        await upgrade(session, "aaaa");
        expect(planText(await dryRun(session, "downgrade", "base"), "downgrade")).toMatchInlineSnapshot(`
          "-- downgrade aaaa11110000 Revision aaaa11110000
          -- In one transaction:
          DROP TABLE "mall";
          --   ACCESS EXCLUSIVE on mall: blocks reads and writes
          --   ACCESS EXCLUSIVE on tables that foreign keys, views and sequences connect with mall: blocks reads and writes
          --   drop-table: All rows of mall are lost."
        `);
        expect(await dryRun(session, "upgrade", "aaaa")).toEqual([]);
      } finally {
        await session.close();
        await client.end();
      }
    }),
  ));
