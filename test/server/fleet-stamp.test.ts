import { afterAll, beforeAll, expect, test } from "vitest";
import type { JournalEvent } from "../../src/fleet/journal.ts";
import type { FleetStampOptions } from "../../src/fleet/stamp-fleet.ts";
import { stampFleet } from "../../src/fleet/stamp-fleet.ts";
import { readFleetStatus } from "../../src/fleet/status.ts";
import { loadRevisions } from "../../src/state/revisions.ts";
import { type OpenFleet, withNewFleet } from "../support/new-fleet.ts";
import { type RevisionParts, until } from "../support/running.ts";
import { connect, createDatabase, newest, oldest, type TestDatabase } from "../support/servers.ts";

/** The same tables, by hand and by revisions. */
const MALL = "CREATE TABLE mall (id integer PRIMARY KEY, name text DEFAULT 'Mall' NOT NULL)";
const SHOP = `CREATE TABLE shop (id serial PRIMARY KEY, mall_id integer REFERENCES mall, size integer CHECK (size > 0));
  CREATE VIEW big AS SELECT s.id, m.name FROM shop s JOIN mall m ON m.id = s.mall_id WHERE s.size > 9`;
const HISTORY: readonly RevisionParts[] = [
  ["a_mall", `op.sql(${JSON.stringify(MALL)});`, ""],
  ["b_shop", `op.sql(${JSON.stringify(SHOP.replaceAll(/\s+/g, " "))});`, ""],
  ["c_fax", 'op.addColumn("shop", { name: "fax", type: "text", nullable: true });', ""],
];
const inSchema = (schema: string, more = "") =>
  `CREATE SCHEMA ${schema}; SET search_path = ${schema}; ${MALL}; ${SHOP}; ${more}; RESET search_path;`;

let whole: TestDatabase;
let shared: TestDatabase;
let old: TestDatabase;

beforeAll(async () => {
  const sql = ["north", "south", "west"].map((schema) => inSchema(schema)).join("");
  whole = await createDatabase(newest(), { sql: `${MALL}; ${SHOP}` });
  old = await createDatabase(oldest(), { sql: `${MALL}; ${SHOP}` });
  const bad = "ALTER TABLE shop ADD note text; ALTER TABLE mall ALTER name DROP NOT NULL";
  shared = await createDatabase(newest(), {
    sql: `${sql}${inSchema("noted", bad)}${inSchema("ahead", "ALTER TABLE shop ADD fax text")}CREATE SCHEMA bare;`,
  });
});

afterAll(async () => {
  for (const database of [whole, shared, old]) await database.drop();
});

async function query(url: string, sql: string): Promise<readonly unknown[]> {
  const client = await connect(url);
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

/** Tests of other files have throwaways on the same server, which go when these tests end; one that was left would stay. */
async function untilGone(url: string, names: readonly unknown[]): Promise<void> {
  await until(async () => {
    const left = (await query(url, THROWAWAYS)).filter((name) => names.includes(name));
    return left.length === 0 ? true : undefined;
  });
}

function listTenants(): readonly object[] {
  const schemas = ["north", "south", "west", "noted", "ahead", "bare", "lost"];
  return [
    { name: "whole", url: whole.url },
    { name: "old", url: old.url },
    ...schemas.map((schema) => ({ name: schema, url: shared.url, schema })),
    { name: "gone", url: Object.assign(new URL(shared.url), { pathname: "no_such_mall" }).href },
  ];
}

async function run(
  open: OpenFleet,
  target: string,
  options: Partial<FleetStampOptions> & { readonly names?: string[] } = {},
) {
  const { names = [], ...others } = options;
  const report = await stampFleet(await open({ select: names }), target, {
    stop: new AbortController().signal,
    ...others,
  });
  return {
    ...report,
    classes: report.classes.map(({ outcome, reason, tenants }) => [outcome, reason ?? "", tenants.join(" ")]),
  };
}

const TABLES = "SELECT relnamespace::regnamespace::text FROM pg_class WHERE relname = 'remodel_revision' ORDER BY 1";
const STAMPED =
  "SELECT revision || ' ' || coalesce(position, 'none') FROM remodel_log WHERE action = 'stamp' ORDER BY revision";
const THROWAWAYS = "SELECT datname FROM pg_database WHERE datname ~ '^remodel_verify_'";

test("a tenant is stamped only if its live schema is that of the history up to the revision", () =>
  withNewFleet(HISTORY, { tenants: listTenants() }, shared.url, async (open) => {
    const first = await run(open, "b_shop");
    expect(first.classes).toEqual([
      ["stamped", "", "whole old north south west"],
      ["skipped", "mall: column name differs, and 1 more", "noted"],
      ["skipped", "shop has a column fax", "ahead"],
      ["skipped", expect.stringMatching(/^(the database|mall|shop) lacks the .*more$/), "bare"],
      ["failed", expect.stringContaining("lost"), "lost"],
      ["unreachable", expect.stringContaining("does not exist"), "gone"],
    ]);
    expect(first).toMatchObject({
      target: ["b_shop"],
      outcome: "partial",
      waves: [{ name: "rest", counts: { stamped: 5, skipped: 3, unreachable: 1 } }],
    });
    expect(first.tenants[2]).toEqual({
      name: "north",
      wave: "rest",
      server: new URL(shared.url).host,
      outcome: "stamped",
      to: ["b_shop"],
      revisions: ["a_mall", "b_shop"],
      durationMs: expect.any(Number),
    });
    // Nothing was written where it was not stamped, and no throwaway is left.
    expect(await query(shared.url, TABLES)).toEqual(["north", "south", "west"]);
    for (const { url } of [shared, old]) await untilGone(url, await query(url, THROWAWAYS));

    // Once more: those that have rows are left, also where another revision is named.
    const names = ["whole", "old", "north", "ahead"];
    expect((await run(open, "b_shop", { names: names.slice(0, 3) })).outcome).toBe("done");
    expect((await run(open, "a_mall", { names: ["north"] })).classes).toEqual([["there", "", "north"]]);
    expect((await run(open, "c_fax", { names })).classes).toEqual([
      ["stamped", "", "ahead"],
      ["skipped", "is at b_shop already", "whole old north"],
    ]);
    const { classes } = await readFleetStatus(await open({ select: names }));
    expect(classes.map(({ state, tenants }) => [state, tenants.join(" ")])).toEqual([
      ["there", "ahead"],
      ["behind", "whole old north"],
    ]);
  }));

test("the checksums of revisions that were built are kept, as adopt keeps that of a baseline", async () => {
  const made = await createDatabase(newest(), { sql: `${MALL}; ${SHOP}` });
  const alike = await createDatabase(newest(), { sql: `${MALL}; ${SHOP}` });
  const tenants = [made, alike].map(({ url }, at) => ({ name: ["made", "alike"][at], url }));
  try {
    await withNewFleet(HISTORY, { tenants }, shared.url, async (open) => {
      const { project, inventory } = await open();
      await run(open, "b_shop", { names: ["made"] });
      await run(open, "b_shop", { names: ["alike"], like: inventory[0]! });
      const loaded = await loadRevisions(project.loader, [...project.graph().revisions.values()]);
      const known = loaded.slice(0, 2).map(({ revision, checksum }) => `${revision.id} ${checksum}`);
      expect(await query(made.url, STAMPED)).toEqual(known);
      expect(await query(alike.url, STAMPED)).toEqual(["a_mall none", "b_shop none"]);
    });
  } finally {
    for (const database of [made, alike]) await database.drop();
  }
});

test("with --like the live schema of a tenant is the reference, which must be at the revision if it has any", () =>
  withNewFleet(HISTORY, { tenants: listTenants() }, shared.url, async (open) => {
    const { inventory } = await open();
    const find = (name: string) => inventory.find((one) => one.name === name)!;
    const names = ["noted", "bare"];
    expect((await run(open, "b_shop", { names, like: find("noted") })).classes).toEqual([
      ["stamped", "", "noted"],
      ["skipped", expect.stringContaining("lacks the"), "bare"],
    ]);
    await expect(run(open, "c_fax", { names, like: find("noted") })).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringContaining("noted is at b_shop"),
    });
    await expect(run(open, "b_shop", { names, like: find("gone") })).rejects.toMatchObject({
      code: "DATABASE_UNREACHABLE",
    });
    await expect(run(open, "base", { names })).rejects.toMatchObject({ code: "USAGE" });
    await expect(run(open, "-1", { names })).rejects.toMatchObject({ code: "USAGE" });
  }));

test("a tenant that another run is changing is looked at again at the end, and the journal tells the story", async () => {
  const busy = await createDatabase(newest(), { sql: inSchema("one") + inSchema("two") });
  const holder = await connect(busy.url);
  try {
    await holder.query(
      "SELECT pg_advisory_lock(1919249780, hashtext('one'::regnamespace::oid::text || '.remodel_revision'))",
    );
    const tenants = ["one", "two"].map((schema) => ({ name: schema, url: busy.url, schema }));
    await withNewFleet(HISTORY, { tenants }, busy.url, async (open) => {
      const events: JournalEvent[] = [];
      const released: Promise<void>[] = [];
      const { outcome, classes } = await run(open, "b_shop", {
        journal: (event) => void events.push(event),
        onEnd: () => void released.push(holder.end()),
      });
      await Promise.all(released);
      expect({ outcome, classes }).toEqual({ outcome: "done", classes: [["stamped", "", "one two"]] });
      expect(events).toEqual([
        { event: "run", direction: "stamp", target: ["b_shop"], tenants: 2 },
        { event: "done", tenant: "two", outcome: "stamped", durationMs: expect.any(Number) },
        { event: "done", tenant: "one", outcome: "stamped", durationMs: expect.any(Number) },
        { event: "end", outcome: "done" },
      ]);
    });
  } finally {
    await holder.end();
    await busy.drop();
  }
});

test("without a reference nothing is stamped: a role that may create no database is told what to name", () =>
  withNewFleet(HISTORY, { tenants: listTenants() }, shared.url, async (open) => {
    const role = `mall_reader_${process.pid}`;
    await query(shared.url, `CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    await query(shared.url, `GRANT ALL ON SCHEMA bare TO ${role}`);
    const url = Object.assign(new URL(shared.url), { username: role, password: "x" }).href;
    try {
      const fleet = await open({ select: ["bare"] });
      const [bare] = fleet.tenants.map((one) => ({ ...one, target: () => url }));
      const limited = { ...fleet, tenants: [bare!], waves: [{ wave: { name: "rest" }, tenants: [bare!] }] };
      const { signal } = new AbortController();
      await expect(stampFleet(limited, "b_shop", { stop: signal })).rejects.toMatchObject({
        code: "DATABASE_FORBIDDEN",
        hint: expect.stringContaining("--like NAME"),
      });
    } finally {
      await query(shared.url, `DROP OWNED BY ${role}`);
      await query(shared.url, `DROP ROLE ${role}`);
    }
  }));
