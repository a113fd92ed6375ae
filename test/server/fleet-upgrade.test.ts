import { describe, expect, test } from "vitest";
import type { Outcome } from "../../src/fleet/outcome.ts";
import { classifyFindings, preflightFleet, refuseBad, willFail } from "../../src/fleet/preflight-fleet.ts";
import type { WaveToRun } from "../../src/fleet/run-fleet.ts";
import { openTenant } from "../../src/fleet/tenant-session.ts";
import { upgrade } from "../../src/run/run.ts";
import {
  buildTenant,
  buildWave,
  FIRST,
  LOCK_SQL,
  type Mall,
  nameMall,
  runTestFleet,
  SECOND,
  type TestFleet,
  withFleet,
} from "../support/fleet.ts";
import { connect } from "../support/servers.ts";

const SHOP = `CREATE TABLE mall (id integer PRIMARY KEY);
CREATE TABLE shop (id integer PRIMARY KEY, n integer NOT NULL, code text, mall_id integer, size integer, city text);
INSERT INTO mall VALUES (1);
INSERT INTO shop SELECT at, at, 'code ' || at, 1, at, 'x' FROM generate_series(1, 3) at;`;

/** Refuses rows in every way that PostgreSQL has. */
const STRICT = `op.sql("UPDATE shop SET n = n + 1");
  op.sql("ALTER TABLE shop ALTER code SET NOT NULL");
  op.sql('ALTER TABLE shop ADD CONSTRAINT "UQ_shop_code" UNIQUE (code)');
  op.sql('ALTER TABLE shop ADD CONSTRAINT "FK_shop_mall" FOREIGN KEY (mall_id) REFERENCES mall');
  op.sql('ALTER TABLE shop ADD CONSTRAINT "CK_shop_size" CHECK (size > 0)');
  op.sql("ALTER TABLE shop ALTER city TYPE varchar(5)");`;

/** What makes a mall bad, and how it ends then. */
interface Fault {
  readonly sql?: string;
  readonly outcome: Outcome;
  readonly sqlState?: string;
  readonly reason?: string;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  "a NULL": {
    sql: "UPDATE shop SET code = NULL WHERE id = 1",
    outcome: "quarantined",
    sqlState: "23502",
    reason: "23502 shop.code",
  },
  "a duplicate": {
    sql: "UPDATE shop SET code = 'same'",
    outcome: "quarantined",
    sqlState: "23505",
    reason: "23505 UQ_shop_code",
  },
  "an orphan": {
    sql: "UPDATE shop SET mall_id = 7",
    outcome: "quarantined",
    sqlState: "23503",
    reason: "23503 FK_shop_mall",
  },
  "a bad value": {
    sql: "UPDATE shop SET size = 0",
    outcome: "quarantined",
    sqlState: "23514",
    reason: "23514 CK_shop_size",
  },
  "a long text": { sql: "UPDATE shop SET city = 'too long'", outcome: "quarantined", sqlState: "22001" },
  "another shape": { sql: "ALTER TABLE shop RENAME code TO shop_code", outcome: "failed", sqlState: "42703" },
};

function outcomes(tenants: readonly { readonly name: string; readonly outcome: string }[]) {
  return Object.fromEntries(tenants.map(({ name, outcome }) => [name, outcome]));
}

async function readMall({ query }: TestFleet, mall: Mall): Promise<unknown> {
  const [row] = await query(
    mall,
    "SELECT (SELECT string_agg(n::text, ' ' ORDER BY id) FROM shop) AS n, (SELECT string_agg(revision, ' ' ORDER BY revision) FROM remodel_revision) AS revisions",
  );
  return row;
}

const BEFORE = { n: "1 2 3", revisions: FIRST };
const AFTER = { n: "2 3 4", revisions: `${FIRST} ${SECOND}` };

describe("one mall costs no other anything", () => {
  test("each kind of bad rows is reported as such, all others are upgraded, and once mended everything is done once", () =>
    withFleet(10, SHOP, async (fleet) => {
      const { malls, query, write, open } = fleet;
      write(STRICT);
      const kinds = Object.keys(FAULTS);
      for (const [at, { sql = "" }] of Object.values(FAULTS).entries()) await query(malls[at]!, sql);
      const project = await open();
      const tenants = malls.map(({ tenant }) => tenant);
      // The renamed column is drift too: without the flag it would be skipped before anything is tried.
      const ran = await runTestFleet(project, tenants, { allowDrift: true });
      for (const [at, kind] of kinds.entries()) {
        const { outcome, sqlState } = FAULTS[kind]!;
        const line = ran.line(nameMall(at + 1));
        expect({ kind, outcome: line.outcome, sqlState: line.error?.sqlState }).toEqual({ kind, outcome, sqlState });
        expect(line).toMatchObject({
          from: [FIRST],
          to: [FIRST],
          error: { revision: SECOND, line: expect.any(Number) },
        });
      }
      for (const { reason } of Object.values(FAULTS).filter((one) => one.reason !== undefined))
        expect(ran.classes.map((one) => one.reason)).toContainEqual(expect.stringContaining(reason!));
      expect(ran).toMatchObject({ outcome: "partial", target: [SECOND] });
      expect(ran.waves).toMatchObject([
        { name: "rest", counts: { upgraded: 4, quarantined: 5, failed: 1, waiting: 0 } },
      ]);
      for (const [at, mall] of malls.entries())
        if (at >= kinds.length) expect(await readMall(fleet, mall)).toEqual(AFTER);
        else expect(await readMall(fleet, mall)).toMatchObject({ revisions: FIRST });
      const MEND = `UPDATE shop SET code = 'code ' || id, mall_id = 1, size = 1, city = 'x'`;
      for (const mall of malls.slice(0, 5)) await query(mall, MEND);
      await query(malls[5]!, "ALTER TABLE shop RENAME shop_code TO code");
      const again = await runTestFleet(project, tenants);
      expect(again).toMatchObject({ outcome: "done", waves: [{ counts: { upgraded: 6, there: 4 } }] });
      for (const mall of malls) expect(await readMall(fleet, mall)).toEqual(AFTER);
      expect((await runTestFleet(project, tenants)).waves).toMatchObject([{ counts: { there: 10 } }]);
    }));

  test("what cannot be reached, is locked, has drifted or lacks its database", () =>
    withFleet(6, SHOP, async (fleet) => {
      const { malls, query, write, open } = fleet;
      write(STRICT);
      const [locked, migrating, drifted, readOnly, limited, good] = malls as [Mall, Mall, Mall, Mall, Mall, Mall];
      await query(drifted, "ALTER TABLE shop ADD note text");
      const name = (mall: Mall) => mall.tenant.database;
      await query(readOnly, `ALTER DATABASE ${name(readOnly)} SET default_transaction_read_only = on`);
      const role = `${name(limited)}_role`;
      await query(limited, `CREATE ROLE ${role} LOGIN CONNECTION LIMIT 0`);
      const holders = await Promise.all([connect(locked.url), connect(migrating.url)]);
      try {
        await holders[0]!.query("BEGIN; LOCK TABLE shop IN SHARE MODE");
        await holders[1]!.query(LOCK_SQL);
        const as = (url: string, change: object) => Object.assign(new URL(url), change).href;
        const extra = [
          buildTenant("away", "postgres://postgres@127.0.0.1:1/mall"),
          buildTenant("missing", as(good.url, { pathname: "no_such_mall" })),
          buildTenant("stranger", as(good.url, { username: "nobody_knows" })),
          buildTenant("limited", as(limited.url, { username: role })),
        ];
        const tenants = [...malls.filter((one) => one !== limited).map(({ tenant }) => tenant), ...extra];
        const ran = await runTestFleet(await open(), tenants);
        expect(outcomes(ran.tenants)).toEqual({
          [locked.tenant.name]: "busy",
          [migrating.tenant.name]: "busy",
          [drifted.tenant.name]: "skipped",
          [readOnly.tenant.name]: "upgraded",
          [good.tenant.name]: "upgraded",
          away: "unreachable",
          missing: "unreachable",
          stranger: "unreachable",
          limited: "unreachable",
        });
        expect(ran.classes.find(({ outcome }) => outcome === "skipped")?.reason).toBe(
          "drifted (shop has a column note)",
        );
        expect(await readMall(fleet, locked)).toEqual(BEFORE);
        expect(await readMall(fleet, drifted)).toEqual(BEFORE);
      } finally {
        await Promise.all(holders.map((holder) => holder.end()));
        await query(limited, `DROP ROLE ${role}`);
      }
    }));
});

describe("a run stops by itself", () => {
  test("when more fail than may, when two fail in the same way, and after a canary that did not arrive", () =>
    withFleet(8, SHOP, async (fleet) => {
      const { malls, query, write, open } = fleet;
      const tenants = malls.map(({ tenant }) => tenant);
      write(STRICT);
      for (const mall of malls.slice(0, 6)) await query(mall, "UPDATE shop SET size = 0");
      for (const budget of [0, 1]) {
        const ran = await runTestFleet(await open(), [buildWave(tenants, { budget })]);
        expect(ran.outcome).toBe("halted");
        expect(ran.reason).toBe(`${budget + 1} failed, ${budget} were allowed`);
        expect(ran.waves[0]?.counts.quarantined).toBe(budget + 1);
        expect(ran.tenants).toHaveLength(8);
      }
      const canary = [
        buildWave(tenants.slice(0, 1), { name: "canary", budget: 0, canary: true }),
        buildWave(tenants.slice(1)),
      ];
      const stopped = await runTestFleet(await open(), canary);
      expect(stopped).toMatchObject({
        outcome: "halted",
        waves: [{ counts: { quarantined: 1 } }, { counts: { waiting: 7 } }],
      });
      write(`op.sql("ALTER TABLE shop ADD no_such_type no_such_type")`);
      const systemic = await runTestFleet(await open(), tenants);
      expect(systemic).toMatchObject({ outcome: "halted", waves: [{ counts: { failed: 2, waiting: 6 } }] });
      write(`op.todo("Which size?")`);
      await expect((async () => runTestFleet(await open(), tenants))()).rejects.toMatchObject({
        code: "REVISION_UNFINISHED",
      });
    }));
});

describe("preflight", () => {
  const NARROW = `op.createUniqueConstraint("shop", { name: "UQ_shop_code", columns: ["code"] });`;

  test("finds the malls whose rows are in the way; they are not tried, and half a wave stops the run", () =>
    withFleet(5, SHOP, async (fleet) => {
      const { malls, query, write, open } = fleet;
      const tenants = malls.map(({ tenant }) => tenant);
      const [bad, busy, ...others] = malls as [Mall, Mall, ...Mall[]];
      await query(bad, "UPDATE shop SET code = 'same'");
      write(NARROW);
      const project = await open();
      const look = () =>
        preflightFleet({
          project,
          tenants: [...tenants, buildTenant("away", "postgres://postgres@127.0.0.1:1/mall")],
          limits: { concurrency: 4, perServer: 4, timeoutMs: 3000 },
          direction: "upgrade",
          target: "heads",
          stop: new AbortController().signal,
        });
      const holder = await connect(busy.url);
      await holder.query(LOCK_SQL);
      const classes = classifyFindings(await look());
      await holder.end();
      expect(classes).toEqual([
        { state: "ready", bytes: expect.any(Number), count: 3, tenants: others.map(({ tenant }) => tenant.name) },
        {
          state: "rows-in-the-way",
          reason: "23505 UQ_shop_code",
          revision: SECOND,
          query: expect.stringContaining("SELECT"),
          rows: 1,
          bytes: expect.any(Number),
          count: 1,
          tenants: [bad.tenant.name],
        },
        { state: "busy", reason: "another run holds its lock", count: 1, tenants: [busy.tenant.name] },
        { state: "unreachable", reason: "no server answers (ECONNREFUSED)", count: 1, tenants: ["away"] },
      ]);
      expect(classes.filter(willFail).map(({ state }) => state)).toEqual(["rows-in-the-way", "unreachable"]);
      const query1 = classes[1]?.query ?? "";
      expect(await query(bad, query1)).toHaveLength(1);

      const run = async (wave: WaveToRun) =>
        await runTestFleet(project, [wave], { known: refuseBad(await look(), [wave]) });
      const half = await run(buildWave(tenants.slice(0, 2)));
      expect(half).toMatchObject({
        outcome: "halted",
        reason: expect.stringContaining("The cause is probably the revision, not the tenants"),
        waves: [{ counts: { quarantined: 1, waiting: 1 } }],
      });
      const ran = await run(buildWave(tenants, { budget: 0 }));
      expect(ran).toMatchObject({ outcome: "partial", waves: [{ counts: { quarantined: 1, upgraded: 4 } }] });
      expect(ran.line(bad.tenant.name)).toMatchObject({
        from: [FIRST],
        to: [FIRST],
        error: { code: "ROWS_IN_THE_WAY", sqlState: "23505", revision: SECOND, query: query1 },
      });
      const back = await runTestFleet(project, tenants, { direction: "downgrade", target: FIRST });
      expect(back).toMatchObject({ outcome: "done", waves: [{ counts: { downgraded: 4, there: 1 } }] });
    }));
});

describe("two fleets at once", () => {
  test("do nothing twice, and neither reports a failure", () =>
    withFleet(8, SHOP, async (fleet) => {
      const { malls, write, open } = fleet;
      const tenants = malls.map(({ tenant }) => tenant);
      write(`op.sql("UPDATE shop SET n = n + 1");
  op.sql("ALTER TABLE shop ADD CONSTRAINT \\"CK_shop_size\\" CHECK (size > 0)");`);
      const runs = await Promise.all([
        runTestFleet(await open(), tenants),
        runTestFleet(await open(), tenants.toReversed()),
      ]);
      for (const mall of malls) expect(await readMall(fleet, mall)).toEqual(AFTER);
      const counts = runs.map(({ waves }) => waves[0]!.counts);
      expect(counts.reduce((sum, { upgraded }) => sum + upgraded, 0)).toBe(8);
      expect(counts.every(({ failed, quarantined, unreachable }) => failed + quarantined + unreachable === 0)).toBe(
        true,
      );
    }));
});

test("a fleet beside a single upgrade of one of its malls: nothing is done twice, and neither fails", () =>
  withFleet(4, SHOP, async (fleet) => {
    const { malls, write, open } = fleet;
    write(`op.sql("UPDATE shop SET n = n + 1");`);
    const session = await openTenant(await open(), malls[1]!.tenant, 5000);
    try {
      const [ran, single] = await Promise.all([
        runTestFleet(
          await open(),
          malls.map(({ tenant }) => tenant),
        ),
        upgrade(session),
      ]);
      const done = [ran.line(nameMall(2)).revisions ?? [], single.revisions.map(({ revision }) => revision.id)];
      expect(done.flat()).toEqual([SECOND]);
      expect(ran.tenants.filter(({ outcome }) => !["upgraded", "there", "busy"].includes(outcome))).toEqual([]);
      for (const mall of malls) expect(await readMall(fleet, mall)).toEqual(AFTER);
    } finally {
      await session.close();
    }
  }));

test("schemas of one database are upgraded at once, and steps outside a transaction in each of them", () =>
  withFleet(1, "", async ({ malls, query, write, open }) => {
    const [mall] = malls as [Mall];
    const schemas = ["mall_a", "mall_b", "mall_c"];
    await query(mall, "DROP TABLE remodel_revision, remodel_log");
    for (const schema of schemas)
      await query(
        mall,
        `CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.shop (id integer PRIMARY KEY, n integer NOT NULL);
INSERT INTO ${schema}.shop VALUES (1, 1)`,
      );
    write(`op.sql("UPDATE shop SET n = n + 1");
  op.createIndex("shop", { name: "shop_n", columns: ["n"] }, { concurrently: true });
  op.sql("UPDATE shop SET n = n + 1");`);
    const tenants = schemas.map((schema) => buildTenant(schema, mall.url, schema));
    const ran = await runTestFleet(await open(), tenants);
    expect(ran).toMatchObject({ outcome: "done", waves: [{ counts: { upgraded: 3 } }] });
    for (const schema of schemas)
      expect(
        await query(
          mall,
          `SELECT (SELECT n FROM ${schema}.shop) AS n, '${schema}.shop_n'::regclass IS NOT NULL AS indexed,
  (SELECT string_agg(revision, ' ' ORDER BY 1) FROM ${schema}.remodel_revision) AS revisions`,
        ),
      ).toEqual([{ n: 3, indexed: true, revisions: `${FIRST} ${SECOND}` }]);
  }));

test("a table in a schema that malls share is made by the first one; for the others it exists, and each change of it is drift", () =>
  withFleet(1, "", async ({ malls, query, write, open }) => {
    const [mall] = malls as [Mall];
    const schemas = ["mall_a", "mall_b", "mall_c"];
    await query(mall, "DROP TABLE remodel_revision, remodel_log");
    await query(mall, schemas.map((schema) => `CREATE SCHEMA ${schema};`).join(" "));
    const wave = [
      buildWave(
        schemas.map((schema) => buildTenant(schema, mall.url, schema)),
        { concurrency: 1 },
      ),
    ];
    const writeTable = (options: string) =>
      write(`op.createSchema("common", { ifNotExists: true });
  op.createTable("common.tax", { columns: [{ name: "id", type: "integer" }] }${options});`);
    writeTable("");
    const first = await runTestFleet(await open(), wave);
    expect(first.outcome).toBe("halted");
    expect(first.tenants.map(({ outcome, error }) => [outcome, error?.sqlState])).toEqual([
      ["upgraded", undefined],
      ["failed", "42P07"],
      ["failed", "42P07"],
    ]);
    writeTable(", { ifNotExists: true }");
    expect((await runTestFleet(await open(), wave)).waves).toMatchObject([{ counts: { there: 1, upgraded: 2 } }]);
    const more = `op.addColumn("common.tax", { name: "rate", type: "integer", nullable: true }, { ifNotExists: true });`;
    write(more, "", "c_rate", SECOND);
    const drifted = await runTestFleet(await open(), wave);
    expect(drifted.waves).toMatchObject([{ counts: { upgraded: 1, skipped: 2 } }]);
    expect(drifted.classes.map(({ reason }) => reason)).toContainEqual(
      expect.stringMatching(/^drifted \(common\.tax /),
    );
    const accepted = await runTestFleet(await open(), wave, { allowDrift: true });
    expect(accepted).toMatchObject({ outcome: "done", waves: [{ counts: { there: 1, upgraded: 2 } }] });
  }));
