import { expect, test } from "vitest";
import { buildTenant, FIRST, type Mall, runTestFleet, SECOND, withFleet } from "../support/fleet.ts";
import { type Pooler, startPooler } from "../support/pooler.ts";

const SHOP = `CREATE TABLE shop (id integer PRIMARY KEY, n integer NOT NULL, m integer NOT NULL);
INSERT INTO shop SELECT at, 0, 0 FROM generate_series(1, 40) at;`;
const STEPS = `op.sql("UPDATE shop SET n = n + 1");
  op.createIndex("shop", { name: "shop_n", columns: ["n"] }, { concurrently: true });
  op.backfill("shop", { set: { m: "m + 1" }, batch: 15 });`;

async function withPoolers(urls: readonly string[], body: (poolers: readonly Pooler[]) => Promise<void>) {
  const poolers: Pooler[] = [];
  try {
    for (const url of urls) poolers.push(await startPooler(url));
    await body(poolers);
  } finally {
    await Promise.all(poolers.map((pooler) => pooler.close()));
  }
}

test("a fleet behind poolers whose transactions go to any connection is upgraded, each step once", () =>
  withFleet(3, SHOP, async ({ malls, query, write, open }) => {
    write(STEPS);
    await withPoolers(
      malls.map(({ url }) => url),
      async (poolers) => {
        const tenants = malls.map(({ tenant }, at) => buildTenant(tenant.name, poolers[at]!.url));
        const ran = await runTestFleet(await open(), tenants);
        expect(ran).toMatchObject({ outcome: "done", waves: [{ counts: { upgraded: 3 } }] });
        expect((await runTestFleet(await open(), tenants)).waves).toMatchObject([{ counts: { there: 3 } }]);
        expect(Math.max(...poolers.map(({ most }) => most()))).toBeGreaterThan(1);
      },
    );
    const state = `SELECT (SELECT array_agg(DISTINCT n) FROM shop) AS n, (SELECT array_agg(DISTINCT m) FROM shop) AS m,
  (SELECT indisvalid FROM pg_index WHERE indexrelid = 'shop_n'::regclass) AS valid`;
    for (const mall of malls) expect(await query(mall, state)).toEqual([{ n: [1], m: [1], valid: true }]);
  }));

test("malls that are schemas behind one pooler are upgraded; steps outside a transaction are refused, and nothing is run", () =>
  withFleet(1, "", async ({ malls, query, write, open }) => {
    const [mall] = malls as [Mall];
    const schemas = ["mall_a", "mall_b"];
    await query(mall, "DROP TABLE remodel_revision, remodel_log");
    for (const schema of schemas) {
      await query(mall, `CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.shop (id integer, n integer NOT NULL)`);
      await query(mall, `INSERT INTO ${schema}.shop VALUES (1, 0)`);
    }
    await withPoolers([mall.url], async ([pooler]) => {
      const tenants = schemas.map((schema) => buildTenant(schema, pooler!.url, schema));
      write('op.sql("UPDATE shop SET n = n + 1");');
      expect((await runTestFleet(await open(), tenants)).waves).toMatchObject([{ counts: { upgraded: 2 } }]);
      write(STEPS, "", "c_steps", SECOND);
      const refused = await runTestFleet(await open(), tenants);
      expect(refused.tenants.map(({ outcome, error }) => [outcome, error?.message])).toEqual(
        schemas.map(() => ["failed", expect.stringMatching(/goes through a pooler.*Nothing was run/)]),
      );
    });
    for (const schema of schemas)
      expect(
        await query(
          mall,
          `SELECT n, (SELECT string_agg(revision, ' ' ORDER BY 1) FROM ${schema}.remodel_revision) AS revisions FROM ${schema}.shop`,
        ),
      ).toEqual([{ n: 1, revisions: `${FIRST} ${SECOND}` }]);
  }));
