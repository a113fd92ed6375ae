import { afterAll, expect, test, vi } from "vitest";
import type { Outcome } from "../../src/fleet/outcome.ts";
import {
  buildTenant,
  buildWave,
  FIRST,
  LOCK_SQL,
  type Mall,
  runTestFleet,
  SECOND,
  withFleet,
} from "../support/fleet.ts";
import { connect } from "../support/servers.ts";

/** How many malls there are, and how many of them are bad. */
const MALLS = Number(process.env["REMODEL_FLEET_MALLS"] ?? 12);
const BAD = Number(process.env["REMODEL_FLEET_BAD"] ?? 11);

vi.setConfig({ testTimeout: 900_000, hookTimeout: 120_000 });

const SHOP = `CREATE TABLE mall (id integer PRIMARY KEY);
CREATE TABLE shop (id integer PRIMARY KEY, n integer NOT NULL, code text, mall_id integer, size integer, city text);
INSERT INTO mall VALUES (1);
INSERT INTO shop SELECT at, at, 'code ' || at, 1, at, 'x' FROM generate_series(1, 3) at;`;

const STRICT = `op.sql("UPDATE shop SET n = n + 1");
  op.alterColumn("shop", "code", { nullable: false });
  op.createUniqueConstraint("shop", { name: "UQ_shop_code", columns: ["code"] });
  op.createForeignKey("shop", { name: "FK_shop_mall", columns: ["mall_id"], references: { table: "mall", columns: ["id"] } });
  op.createCheckConstraint("shop", { name: "CK_shop_size", expression: "size > 0" });
  op.sql("ALTER TABLE shop ALTER city TYPE varchar(5)");`;

/** What makes a mall bad, and how it ends. */
interface Fault {
  readonly kind: string;
  readonly sql?: string;
  /** A statement that a session runs, which then stays open. */
  readonly held?: string;
  readonly url?: (url: URL) => void;
  readonly outcome: Outcome;
}

const FAULTS: readonly Fault[] = [
  { kind: "NULLs", sql: "UPDATE shop SET code = NULL WHERE id = 1", outcome: "quarantined" },
  { kind: "duplicates", sql: "UPDATE shop SET code = 'same'", outcome: "quarantined" },
  { kind: "orphans", sql: "UPDATE shop SET mall_id = 7", outcome: "quarantined" },
  { kind: "a bad value", sql: "UPDATE shop SET size = 0", outcome: "quarantined" },
  { kind: "too long", sql: "UPDATE shop SET city = 'too long'", outcome: "quarantined" },
  { kind: "drifted", sql: "ALTER TABLE shop ADD note text", outcome: "skipped" },
  { kind: "unreachable", url: (url) => Object.assign(url, { port: "1" }), outcome: "unreachable" },
  { kind: "behind a held lock", held: "BEGIN; LOCK TABLE shop IN SHARE MODE", outcome: "busy" },
  { kind: "another run", held: LOCK_SQL, outcome: "busy" },
  { kind: "no database", url: (url) => Object.assign(url, { pathname: "/no_such_mall" }), outcome: "unreachable" },
  { kind: "no such user", url: (url) => Object.assign(url, { username: "nobody_knows" }), outcome: "unreachable" },
];

const holders: Awaited<ReturnType<typeof connect>>[] = [];
afterAll(async () => void (await Promise.all(holders.map((holder) => holder.end()))));

test(`of ${MALLS} malls the ${BAD} bad ones are reported, each in its class, within every budget; all others are upgraded`, () =>
  withFleet(MALLS, SHOP, async ({ malls, query, write, open }) => {
    write(STRICT);
    const faults = new Map<Mall, Fault>();
    for (const [at, mall] of malls.slice(0, BAD).entries()) {
      const fault = FAULTS[at % FAULTS.length]!;
      faults.set(mall, fault);
      if (fault.sql !== undefined) await query(mall, fault.sql);
      if (fault.held === undefined) continue;
      const holder = await connect(mall.url);
      holders.push(holder);
      await holder.query(fault.held);
    }
    const tenants = malls.map((mall) => {
      const url = new URL(mall.url);
      faults.get(mall)?.url?.(url);
      return buildTenant(mall.tenant.name, url.href);
    });
    const project = await open();
    const bad = tenants.slice(0, BAD);
    for (const budget of [0, 3, Math.floor((BAD * 5) / 100)]) {
      const { waves } = await runTestFleet(project, [buildWave(bad, { budget })]);
      const { failed, quarantined, unreachable } = waves[0]!.counts;
      expect(failed + quarantined + unreachable).toBeLessThanOrEqual(budget + 1);
    }
    const ran = await runTestFleet(project, tenants);
    for (const mall of malls) {
      const { kind, outcome } = faults.get(mall) ?? { kind: "good", outcome: "upgraded" };
      expect({ kind, outcome: ran.line(mall.tenant.name).outcome }).toEqual({ kind, outcome });
      const [row] = await query(
        mall,
        "SELECT (SELECT string_agg(revision, ' ' ORDER BY 1) FROM remodel_revision) AS revisions, (SELECT sum(n)::integer FROM shop) AS n",
      );
      const isGood = outcome === "upgraded";
      expect({ kind, ...row }).toEqual({ kind, revisions: isGood ? `${FIRST} ${SECOND}` : FIRST, n: isGood ? 9 : 6 });
    }
    expect(ran.waves[0]?.counts.upgraded).toBe(MALLS - BAD);
  }));
