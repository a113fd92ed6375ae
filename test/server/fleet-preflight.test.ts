import { expect, test } from "vitest";
import { preflightTenant, readFinding, type WarningLimits } from "../../src/fleet/preflight.ts";
import { describePreflight } from "../../src/fleet/preflight-fleet.ts";
import { openTenant } from "../../src/fleet/tenant-session.ts";
import { buildTenant, FIRST, type Mall, SECOND, type TestFleet, withFleet } from "../support/fleet.ts";
import { connect } from "../support/servers.ts";

const SHOP = `CREATE TABLE shop (id integer PRIMARY KEY, code text NOT NULL, city text);
INSERT INTO shop VALUES (1, 'a', 'x'), (2, 'b', 'x')`;

/** What preflight says about the mall of a fleet of one, as one user. */
async function look({ open, malls: [mall] }: TestFleet, user?: string, limits?: WarningLimits) {
  const url = Object.assign(new URL(mall!.url), user === undefined ? {} : { username: user }).href;
  const session = await openTenant(await open(), buildTenant("mall", url), 5000);
  try {
    return await preflightTenant(session, "upgrade", "heads", limits);
  } finally {
    await session.close();
  }
}

/** Calls a function with a mall that has a revision to come. */
async function withMall(up: string, body: (fleet: TestFleet, mall: Mall) => Promise<void>): Promise<void> {
  await withFleet(1, SHOP, async (fleet) => {
    fleet.write(up);
    await body(fleet, fleet.malls[0]!);
  });
}

test("each warning is one: a mall without any is ready", () =>
  withMall(`op.alterColumn("shop", "city", { default: "'x'" });`, async (fleet, mall) => {
    const ready = { state: "ready", bytes: expect.any(Number), current: [FIRST] };
    expect(await look(fleet)).toEqual(ready);
    expect((await look(fleet)).bytes).toBeGreaterThan(8000);
    const holder = await connect(mall.url);
    await holder.query("BEGIN");
    try {
      expect(await look(fleet)).toEqual(ready);
      const old = await look(fleet, undefined, { connections: 3, transactionMs: 0 });
      expect(old).toEqual({ ...ready, reason: expect.stringMatching(/^a transaction has been open for more than /) });
    } finally {
      await holder.end();
    }
    const few = await look(fleet, undefined, { connections: 10_000, transactionMs: 60_000 });
    expect(few).toEqual({ ...ready, reason: "fewer than 10000 connections of the server are free" });
    const build = fleet.query(mall, "CREATE UNIQUE INDEX CONCURRENTLY shop_city ON shop (city)");
    await expect(build).rejects.toMatchObject({ code: "23505" });
    expect(await look(fleet)).toEqual({ ...ready, reason: "invalid index shop_city" });
  }));

test("a table of another role, and a state table that may not be read, are forbidden", () =>
  withMall(`op.addColumn("shop", { name: "fax", type: "text", nullable: true });`, async (fleet, mall) => {
    const role = `remodel_preflight_${process.pid}`;
    await fleet.query(mall, `CREATE ROLE ${role} LOGIN; GRANT SELECT ON shop TO ${role}`);
    try {
      const hidden = await look(fleet, role).catch((error: unknown) => readFinding({ error }));
      expect(hidden).toMatchObject({ state: "forbidden", sqlState: "42501" });
      await fleet.query(mall, `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
      expect(await look(fleet, role)).toEqual({
        state: "forbidden",
        reason: "the role does not own shop",
        sqlState: "42501",
        bytes: expect.any(Number),
        current: [FIRST],
      });
    } finally {
      await fleet.query(mall, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  }));

test("the size of the tables is said where it is large", () => {
  const show = (bytes: number) =>
    describePreflight({ target: [SECOND], classes: [{ state: "ready", bytes, count: 2, tenants: ["a", "b"] }] });
  expect(show(2 ** 20)).toBe("2  ready");
  expect(show(12 * 2 ** 30)).toBe("2  ready (tables of 12 GB)");
});
