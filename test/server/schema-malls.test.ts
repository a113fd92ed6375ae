import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { check } from "../../src/author/check.ts";
import { revise } from "../../src/author/revise.ts";
import { stamp } from "../../src/author/stamp.ts";
import { compare } from "../../src/compare/compare.ts";
import { connect as open } from "../../src/connection/connect.ts";
import { createLoader } from "../../src/load/load.ts";
import { offlineSql } from "../../src/run/offline.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Session } from "../../src/state/session.ts";
import { readSyncStatus } from "../../src/state/sync-status.ts";
import { type Malls, withMalls } from "../support/malls.ts";
import { startPooler } from "../support/pooler.ts";
import { runScript } from "../support/psql.ts";
import { fileText } from "../support/running.ts";
import { anyMajors, connect, newest, withDatabase } from "../support/servers.ts";

const OBJECTS = `
  SELECT c.relkind::text || ' ' || c.relname AS name FROM pg_class c WHERE c.relnamespace = to_regnamespace($1)
  UNION ALL SELECT t.typtype::text || ' ' || t.typname FROM pg_type t WHERE t.typnamespace = to_regnamespace($1) AND t.typtype = 'e'
  UNION ALL SELECT 'function ' || p.proname FROM pg_proc p WHERE p.pronamespace = to_regnamespace($1)
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  UNION ALL SELECT 'extension ' || e.extname FROM pg_extension e WHERE e.extnamespace = to_regnamespace($1)
  ORDER BY 1`;
const MALLS = ["mall_a", "Mall B"] as const;
const SCHEMAS = `CREATE SCHEMA mall_a; CREATE SCHEMA "Mall B"`;

/** Statements without a schema, in one transaction. */
const TOGETHER = `op.sql("CREATE FUNCTION next_code() RETURNS text LANGUAGE sql AS 'SELECT ''c'' || count(*) FROM shop'");
  op.sql("INSERT INTO floor (name) VALUES ('Ground')");
  op.sql("INSERT INTO shop (code, \\"floorId\\") SELECT next_code(), id FROM floor WHERE name = 'GROUND'");
  op.run(async (db) => void (await db.query("INSERT INTO shop (code) VALUES (next_code())")));`;
const TOGETHER_BACK = `op.sql("DELETE FROM shop");
  op.sql("DELETE FROM floor");
  op.sql("DROP FUNCTION next_code");`;
/** The same outside a transaction, and in batches. */
const APART = `op.createIndex("shop", { name: "shop_id_code", columns: ["id", "code"] }, { concurrently: true });
  op.backfill("shop", { set: { code: "code || 'x'" }, batch: 1 });
  op.dropIndex("shop", "shop_id_code", { concurrently: true });`;

const generate = (session: Session) => revise(session, { message: "Tables", autogenerate: true, accept: ["all"] });
const differences = async (session: Session) => (await compare(session)).upgrade;

/** Writes the revisions after the generated one. */
async function writeRest({ inMall, revisions }: Malls, url: string, ...texts: readonly (readonly string[])[]) {
  let last = await inMall("mall_a", url, async (session) => [...session.graph().revisions.keys()].at(-1) ?? null);
  for (const [id = "", up = "", down = ""] of texts) {
    writeFileSync(join(revisions, `${id}.ts`), fileText(id, last, up, down));
    last = id;
  }
}

describe.each(anyMajors())("PostgreSQL %i: two malls as two schemas of one database", (major) => {
  test("are upgraded, checked and downgraded at the same time, with one history", () =>
    withMalls((malls) =>
      withDatabase(
        major,
        async (url) => {
          const client = await connect(url);
          const objects = async (schema: string) => {
            const { rows } = await client.query(OBJECTS, [schema === "public" ? schema : `"${schema}"`]);
            return rows.map(({ name }) => name);
          };
          const both = <Result>(work: (session: Session) => Promise<Result>) =>
            Promise.all(MALLS.map((mall) => malls.inMall(mall, url, work)));
          try {
            const written = await malls.inMall("mall_a", url, generate);
            expect(written).toMatchObject({ text: expect.not.stringMatching(/mall_a|Mall B|"?public/) });
            await writeRest(malls, url, ["b_together", TOGETHER, TOGETHER_BACK], ["c_apart", APART]);

            const ran = await both(upgrade);
            expect(ran.map(({ revisions }) => revisions.length)).toEqual([3, 3]);
            expect(await both(readSyncStatus)).toMatchObject([{ pending: [] }, { pending: [] }]);
            expect(await both(check)).toMatchObject([{ inSync: true }, { inSync: true }]);
            const [one, two] = await Promise.all(MALLS.map(objects));
            expect(one).toEqual(two);
            expect(one).toEqual(
              expect.arrayContaining([
                "S shop_id_seq",
                "e floor_state_enum",
                "function next_code",
                "r remodel_revision",
                "v place",
              ]),
            );
            expect(await objects("public")).toEqual(["extension citext", "extension uuid-ossp"]);
            for (const mall of MALLS) {
              const { rows } = await client.query(
                `SELECT code, label, "floorId" IS NULL AS bare FROM "${mall}".shop ORDER BY id`,
              );
              expect(rows).toEqual([
                { code: "c0x", label: "C0X", bare: false },
                { code: "c1x", label: "C1X", bare: true },
              ]);
            }
            const fingerprints = await client.query(
              `SELECT fingerprint FROM mall_a.remodel_revision WHERE schema IS NOT NULL
               UNION SELECT fingerprint FROM "Mall B".remodel_revision WHERE schema IS NOT NULL`,
            );
            expect(fingerprints.rows).toEqual([{ fingerprint: expect.any(String) }]);

            await Promise.all([
              malls.inMall("mall_a", url, (session) => downgrade(session, "base")),
              malls.inMall("Mall B", url, (session) => downgrade(session, "b_together")),
            ]);
            expect((await objects("mall_a")).filter((name) => !name.includes("remodel_"))).toEqual([]);
            expect(await malls.inMall("Mall B", url, differences)).toEqual([]);
            await both(upgrade);
            expect(await both(check)).toMatchObject([{ inSync: true }, { inSync: true }]);
            await client.query('ALTER TABLE "Mall B".shop ADD note text');
            expect(await both(check)).toMatchObject([
              { inSync: true },
              { inSync: false, drift: { changes: [{ operations: [{ name: "addColumn" }] }] } },
            ]);
          } finally {
            await client.end();
          }
        },
        { sql: SCHEMAS },
      ),
    ));
});

test("a schema that is given counts, whatever the data source, the configuration and the search path say", () =>
  withMalls(
    (malls) =>
      withDatabase(
        newest(),
        async (url) => {
          const client = await connect(url);
          try {
            await malls.inMall("public", url, generate);
            for (const mall of ["public", ...MALLS]) {
              await malls.inMall(mall, url, upgrade);
              expect(await malls.inMall(mall, url, differences)).toEqual([]);
            }
            await malls.inMall("mall_a", url, (session) => stamp(session, ["base"]));
            const { rows } = await client.query(
              "SELECT table_schema AS schema FROM information_schema.tables WHERE table_name = 'history' ORDER BY 1",
            );
            expect(rows.map(({ schema }) => schema)).toEqual(["Mall B", "mall_a", "public"]);
            expect(await malls.inMall("mall_a", url, readSyncStatus)).toMatchObject({ current: [] });
            expect(await malls.inMall("Mall B", url, readSyncStatus)).toMatchObject({ pending: [] });
          } finally {
            await client.end();
          }
        },
        { sql: `${SCHEMAS}; CREATE SCHEMA app; CREATE SCHEMA ops` },
      ),
    `schema: "app"`,
    `stateTable: "ops.history"`,
  ));

test("a schema that does not exist is refused, and no revision creates it", () =>
  withMalls((malls) =>
    withDatabase(newest(), async (url) => {
      const missing = { code: "SCHEMA_MISSING", hint: 'Create it: CREATE SCHEMA "mall_a".' };
      await expect(malls.inMall("mall_a", url, generate)).rejects.toMatchObject(missing);
      writeFileSync(join(malls.revisions, "a.ts"), fileText("a", null, TOGETHER));
      await expect(malls.inMall("mall_a", url, upgrade)).rejects.toMatchObject(missing);
      await expect(malls.inMall("mall_a", url, (session) => stamp(session, ["a"]))).rejects.toMatchObject(missing);
      expect(await malls.inMall("mall_a", url, readSyncStatus)).toMatchObject({ current: [], pending: ["a"] });
    }),
  ));

test("through a pooler two malls are upgraded at the same time; steps outside a transaction are refused first", () =>
  withMalls((malls) =>
    withDatabase(
      newest(),
      async (url) => {
        await malls.inMall("mall_a", url, generate);
        await writeRest(malls, url, ["b_together", TOGETHER, TOGETHER_BACK]);
        const pooler = await startPooler(url);
        const client = await connect(pooler.url);
        try {
          const both = <Result>(work: (session: Session) => Promise<Result>) =>
            Promise.all(MALLS.map((mall) => malls.inMall(mall, pooler.url, work)));
          await both(upgrade);
          expect(await both(check)).toMatchObject([{ inSync: true }, { inSync: true }]);
          expect(pooler.most()).toBeGreaterThan(1);
          for (let at = 0; at < 4; at++)
            expect((await client.query("SHOW search_path")).rows).toEqual([{ search_path: '"$user", public' }]);

          await writeRest(malls, url, ["c_apart", APART], ["d_more", 'op.sql("SELECT 1");']);
          await expect(malls.inMall("mall_a", pooler.url, upgrade)).rejects.toMatchObject({
            code: "USAGE",
            message: expect.stringContaining("pooler"),
            hint: expect.stringContaining("--url"),
          });
          expect(await both(readSyncStatus)).toMatchObject([{ current: ["b_together"] }, { current: ["b_together"] }]);
          await both((session) => downgrade(session, "base"));
          expect(await both(readSyncStatus)).toMatchObject([{ current: [] }, { current: [] }]);
        } finally {
          await client.end();
          await pooler.close();
        }
      },
      { sql: SCHEMAS },
    ),
  ));

test("a connection that two malls share has its own search path again after each", () =>
  withMalls((malls) =>
    withDatabase(
      newest(),
      async (url) => {
        await malls.inMall("mall_a", url, generate);
        await writeRest(malls, url, ["b_together", TOGETHER, TOGETHER_BACK], ["c_apart", APART]);
        const db = await open(url, createLoader(process.cwd()), process.cwd());
        try {
          for (const mall of MALLS) {
            expect((await malls.inMall(mall, db, upgrade)).revisions).toHaveLength(3);
            expect(await malls.inMall(mall, db, differences)).toEqual([]);
            expect(await db.query("SHOW search_path")).toEqual([{ search_path: '"$user", public' }]);
          }
        } finally {
          await db.close();
        }
      },
      { sql: SCHEMAS },
    ),
  ));

test("a script for one schema is that of the other, with another name", () =>
  withMalls((malls) =>
    withDatabase(
      newest(),
      async (url) => {
        await malls.inMall("mall_a", url, generate);
        for (const mall of MALLS) {
          const client = await connect(url);
          const script = await malls.inMall(mall, url, (session) => offlineSql(session, "upgrade", "heads"));
          await runScript(client, script).finally(() => client.end());
          expect(await malls.inMall(mall, url, readSyncStatus)).toMatchObject({ pending: [] });
          expect(await malls.inMall(mall, url, differences)).toEqual([]);
        }
      },
      { sql: SCHEMAS },
    ),
  ));
