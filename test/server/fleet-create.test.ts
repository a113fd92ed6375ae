import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chooseCreateTarget, createTenant } from "../../src/fleet/create-tenant.ts";
import { requireTenant } from "../../src/fleet/selection.ts";
import { readFleetStatus } from "../../src/fleet/status.ts";
import { buildWave, runTestFleet } from "../support/fleet.ts";
import { type OpenFleet, withNewFleet } from "../support/new-fleet.ts";
import { fileText, type RevisionParts } from "../support/running.ts";
import { connect, createDatabase, type TestDatabase } from "../support/servers.ts";

const HISTORY: readonly RevisionParts[] = [
  ["a_mall", 'op.sql("CREATE TABLE mall (id integer PRIMARY KEY)");', ""],
  ["b_shop", 'op.sql("CREATE TABLE shop (id integer PRIMARY KEY)");', ""],
  ["c_fax", 'op.addColumn("shop", { name: "fax", type: "text", nullable: true });', ""],
  ["d_bad", 'op.sql("ALTER TABLE shop ADD CHECK (no_such_column > 0)");', ""],
];
const SCHEMAS =
  "CREATE SCHEMA mall_a; CREATE SCHEMA mall_b; CREATE SCHEMA mall_c; CREATE SCHEMA mall_bare; CREATE SCHEMA office;";

let shared: TestDatabase;

beforeAll(async () => {
  shared = await createDatabase(undefined, { sql: SCHEMAS });
});

afterAll(() => shared.drop());

async function query(url: string, sql: string): Promise<readonly unknown[]> {
  const client = await connect(url);
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

function create(open: OpenFleet, name: string, to?: string) {
  const { signal } = new AbortController();
  return open({ newTenant: name }).then(async (fleet) => {
    const tenant = requireTenant(fleet.inventory, name);
    const ids = await chooseCreateTarget(fleet, name, to);
    return await createTenant(fleet, tenant, ids, {
      stop: signal,
      signal,
      goOn: `remodel fleet upgrade --select ${name}`,
    });
  });
}

test("a new schema is made and upgraded to where most tenants are; one that exists is not touched", () =>
  withNewFleet(HISTORY, { tenants: { schemas: "mall_*" }, waves: [{ name: "all" }] }, shared.url, async (open) => {
    expect(await create(open, "mall_first", "a_mall")).toMatchObject({ outcome: "upgraded", to: ["a_mall"] });
    await query(shared.url, "DROP SCHEMA mall_first CASCADE");
    const { project, tenants } = await open({ except: ["mall_bare"] });
    const [a, b, c] = tenants;
    await runTestFleet(project, [buildWave([a!, b!])], { target: "b_shop" });
    await runTestFleet(project, [buildWave([c!])], { target: "c_fax" });

    expect(await create(open, "mall_new")).toEqual({
      name: "mall_new",
      wave: "all",
      server: new URL(shared.url).host,
      outcome: "upgraded",
      to: ["b_shop"],
      revisions: ["a_mall", "b_shop"],
      durationMs: expect.any(Number),
    });
    expect(await query(shared.url, "SELECT revision FROM mall_new.remodel_revision ORDER BY 1")).toEqual([
      "a_mall",
      "b_shop",
    ]);

    for (const name of ["mall_a", "mall_bare"])
      await expect(create(open, name, "c_fax")).rejects.toMatchObject({
        code: "FLEET_INVALID",
        message: expect.stringContaining(`${name} exists already`),
      });
    const tables = (schema: string) => `SELECT relname FROM pg_class WHERE relnamespace = '${schema}'::regnamespace`;
    expect(await query(shared.url, tables("mall_bare"))).toEqual([]);
    expect(await query(shared.url, "SELECT revision FROM mall_a.remodel_revision ORDER BY 1")).toEqual([
      "a_mall",
      "b_shop",
    ]);

    await expect(create(open, "office_new")).rejects.toMatchObject({
      code: "FLEET_INVALID",
      message: expect.stringContaining("no tenant office_new"),
    });
    for (const to of ["base", "-1", "no_such"])
      await expect(create(open, "mall_x", to)).rejects.toMatchObject({
        code: expect.stringMatching(/^(USAGE|REVISION_UNKNOWN)$/),
      });
    expect(
      await query(shared.url, "SELECT nspname FROM pg_namespace WHERE nspname IN ('mall_x', 'office_new')"),
    ).toEqual([]);
  }));

test("a new database is made once, also by two commands; where its upgrade fails, it is there", () => {
  const place = (name: string) =>
    Object.assign(new URL(shared.url), { pathname: `${new URL(shared.url).pathname.slice(1)} ${name}` }).href;
  const tenants = ["new", "bad"].map((name) => ({ name, url: place(name) }));
  const fleet = { tenants, waves: [{ name: "canary", match: { name: "new" } }] };
  return withNewFleet(HISTORY, fleet, shared.url, async (open) => {
    try {
      const made = await Promise.allSettled([create(open, "new", "b_shop"), create(open, "new", "b_shop")]);
      const [line] = made.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      const [error] = made.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
      expect(line).toMatchObject({ name: "new", wave: "canary", outcome: "upgraded", to: ["b_shop"] });
      expect(error).toMatchObject({ code: "FLEET_INVALID", message: expect.stringContaining("exists already") });

      await expect(create(open, "bad", "heads")).rejects.toMatchObject({
        message: expect.stringMatching(/ bad was created, but its upgrade failed: .*no_such_column/s),
        hint: "Correct the cause, then run: remodel fleet upgrade --select bad",
        details: { tenant: { name: "bad", outcome: "failed", error: { sqlState: "42703" } } },
      });
      expect(await query(place("bad"), "SELECT to_regclass('remodel_revision') IS NOT NULL")).toEqual([true]);
    } finally {
      for (const { url } of tenants)
        await query(
          shared.url,
          `DROP DATABASE IF EXISTS "${decodeURIComponent(new URL(url).pathname.slice(1))}" WITH (FORCE)`,
        );
    }
  });
});

/** Two branches, of which neither is merged. */
const BRANCHES: readonly (readonly [id: string, after: string | null, up: string])[] = [
  ["a_mall", null, 'op.sql("CREATE TABLE mall (id integer PRIMARY KEY)");'],
  ["b_shop", "a_mall", 'op.sql("CREATE TABLE shop (id integer PRIMARY KEY)");'],
  ["c_fax", "a_mall", 'op.sql("CREATE TABLE fax (id integer PRIMARY KEY)");'],
];

test("where the fleet has several heads, a new tenant gets all of them, or those of most others", () =>
  withNewFleet([], { tenants: { schemas: "branch_*" }, waves: [{ name: "all" }] }, shared.url, async (open) => {
    const { project: empty } = await open({ newTenant: "branch_a" });
    for (const [id, after, up] of BRANCHES) writeFileSync(join(empty.folder, `${id}.ts`), fileText(id, after, up));
    expect(await create(open, "branch_a")).toMatchObject({
      outcome: "upgraded",
      to: ["b_shop", "c_fax"],
      revisions: ["a_mall", "b_shop", "c_fax"],
    });
    expect(await create(open, "branch_b", "b_shop")).toMatchObject({ to: ["b_shop"], revisions: ["a_mall", "b_shop"] });
    // Of two that are equally common, the newer one: the tenant with both branches.
    expect(await create(open, "branch_c")).toMatchObject({ to: ["b_shop", "c_fax"] });
    expect(await query(shared.url, "SELECT count(*)::integer FROM pg_class WHERE relname = 'fax'")).toEqual([2]);
  }));

test("a new embedded database is made in its folder; one that is there is not touched", () =>
  withNewFleet(
    HISTORY.slice(0, 2),
    { tenants: ["north", "south"], url: "pglite:./malls/{name}" },
    shared.url,
    async (open) => {
      const made = { outcome: "upgraded", to: ["b_shop"], revisions: ["a_mall", "b_shop"] };
      expect(await create(open, "north")).toMatchObject(made);
      const again = { code: "FLEET_INVALID", message: expect.stringContaining("north exists already") };
      await expect(create(open, "north")).rejects.toMatchObject(again);
      const { classes } = await readFleetStatus(await open({ select: ["north"] }));
      expect(classes).toMatchObject([{ state: "there", current: ["b_shop"], tenants: ["north"] }]);
    },
  ));
