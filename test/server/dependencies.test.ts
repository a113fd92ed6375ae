import { readFileSync } from "node:fs";
import type pg from "pg";
import { describe, expect, test } from "vitest";
import { readInSnapshot } from "../../src/connection/snapshot.ts";
import { usableAs, useKey, usesOf } from "../../src/kinds/dependents.ts";
import { type CatalogReading, readCatalogWithDependencies } from "../../src/read/catalog.ts";
import type { Dependent, Use } from "../../src/schema/dependencies.ts";
import { listCatalog } from "../support/observer.ts";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

describe.each(anyMajors())("PostgreSQL %i", (major) => {
  test("each object that depends on ours is read with exactly what it uses", () =>
    onDependents(major, async (_, { dependencies: { dependents, uses } }) => {
      const lines = dependents.map((one) => `${nameDependent(one)}: ${one.uses.map(nameUse).join(", ")}`.trim());
      expect(lines.toSorted()).toEqual(linesSince(DEPENDENTS, major));
      const items = [...uses].map(([place, list]) => `${place.split("\0").join(" ")}: ${list.map(nameUse).join(", ")}`);
      expect(items.filter((line) => /^(?:mall|purchase|lease|payment) /.test(line)).toSorted()).toEqual(
        linesSince(ITEMS, major),
      );
    }));

  test("what depends on our objects can be dropped, and created again as it was", () =>
    onDependents(major, async (client, { dependencies: { dependents } }) => {
      const moved = movable(dependents);
      const before = await listCatalog(client);
      await client.query("BEGIN; SET LOCAL search_path = public");
      for (const { drop } of moved.toReversed()) await client.query(drop);
      for (const statement of moved.flatMap(({ create }) => create)) await client.query(statement);
      expect(await listCatalog(client)).toBe(before);
      await client.query("ROLLBACK");
      const fixed = dependents.filter((one) => !moved.includes(one)).map(nameDependent);
      expect(fixed.toSorted()).toEqual(FIXED);
    }));

  test("the same where the schema and the types have names in quotes", () =>
    onDatabase(major, ODD, "Odd one", async (client, { dependencies: { dependents } }) => {
      expect(dependents.map(nameDependent).toSorted()).toEqual(
        ['function of_odd("naïve 商店")', "index by_a on t"].toSorted(),
      );
      const before = await listCatalog(client);
      await client.query('BEGIN; SET LOCAL search_path = "Odd one"');
      for (const { drop } of dependents.toReversed()) await client.query(drop);
      for (const statement of dependents.flatMap(({ create }) => create)) await client.query(statement);
      expect(await listCatalog(client)).toBe(before);
      await client.query("ROLLBACK");
    }));
});

const ODD = `CREATE SCHEMA "Odd one"; SET search_path = "Odd one";
  CREATE TYPE "naïve 商店" AS ENUM ('a'); CREATE TABLE t (a "naïve 商店");
  CREATE INDEX by_a ON t (a DESC); CREATE FUNCTION of_odd(s "naïve 商店") RETURNS integer LANGUAGE sql AS 'SELECT 1';
  COMMENT ON FUNCTION of_odd IS 'odd'; REVOKE EXECUTE ON FUNCTION of_odd FROM PUBLIC`;

/** Each dependent of the fixture, with what it uses. */
const DEPENDENTS = `
cast state AS boolean: function is_done(state), type state
cast text AS state: type state
check constraint tmp_done on tmp_audit: function is_done(state), relation tmp_audit.state
check constraint tmp_loose on tmp_audit: relation tmp_audit.state, type state [18]
column again on else where.other: type state
column live on tmp_audit: type live_state
column state on else where.other: type state
column state on far: type state
column state on log: type state
column state on tmp_audit: type state
column states on tmp_audit: type state
column whole on tmp_audit: relation lease
composite type receipt: relation mall, type state
default no on tmp_audit: relation mall_id_seq
default state on log_2026: type state
domain live_state: function is_done(state), type state
domain receipts: type receipt
exclusion constraint tmp_apart on tmp_audit: relation tmp_audit.state
foreign key log_mall on log: key mall_pk of mall, relation mall.id, relation log.mall
foreign key other_mall_fkey on else where.other: key mall_pk of mall, relation mall.id, relation else where.other.mall
foreign key tmp_audit_slug_fkey on tmp_audit: key mall_slug of mall, relation mall.slug, relation tmp_audit.slug
foreign key tmp_lease on tmp_audit: key lease_pkey of lease, relation lease.id, relation tmp_audit.lease
foreign key tmp_loose_key on tmp_audit: key lease_pkey of lease, relation lease.id, relation tmp_audit.lease
function else where.odd name(state, text): function is_done(state), type state
function first_state(state, state): type state
function is_done(state): type state
function malls(): relation mall
function pay(integer): relation purchase.id, relation purchase.state, type state
function rents(lease): relation lease
function slug_of(integer): relation mall.id, relation mall.slug
function states(state[]): type state
index lease_collated on lease: relation lease.no
index lease_include on lease: relation lease.rent, relation lease.no
index lease_nulls on lease: relation lease.no [15]
index lease_pattern on lease: relation lease.no
index purchase_expression on purchase: function is_done(state), relation purchase.state, type state
index purchase_open on purchase: relation purchase.id, relation purchase.state, type state
index sums_desc on sums: relation sums.total, relation sums.paid
index sums_expression on sums: relation sums.total, relation sums.paid
index sums_key on sums: relation sums.mall_id
materialized view empty_sums: relation sums.total
materialized view sums: relation purchase.mall_id, relation purchase.state, relation purchase.total, type state
partition log_2026: relation log
policy other on lease: relation purchase.total, relation lease.rent
policy visible on purchase: function is_done(state), relation purchase.state, type state
publication news on lease:
publication news on mall:
publication part on mall: relation mall.id, relation mall.slug [15]
publication part on purchase: relation purchase.total, relation purchase.done [15]
range type state_range: type state
rule log on names: relation lease.no, relation names.name
rule no_delete on names:
rule no_slug on mall: relation mall.slug
sequence spare on mall: relation mall.slug
statistics else where."odd ""statistics" on purchase: relation purchase.state, relation purchase.total
statistics expressions on mall: relation mall.id, relation mall.name
statistics mall_statistics on mall: relation mall.name, relation mall.slug
statistics sums_statistics on sums: relation sums.mall_id, relation sums.total
trigger added on purchase:
trigger changed on purchase: relation purchase.state
trigger late on purchase: relation mall
trigger put on totals:
trigger touch on mall: relation mall.name, relation mall.slug
unique constraint lease_covered on lease: relation lease.id, relation lease.no
view else where.Names: relation names.id, relation names.name, relation names.slug
view invoked: relation mall.name [15]
view names: function slug_of(integer), relation mall.id, relation mall.name
view pay_here: relation purchase.id, relation purchase.state, type state
view totals: key mall_pk of mall, relation mall.id, relation mall.name, relation purchase.mall_id, relation purchase.total
view whole: function is_done(state), relation mall, type state`;

/** What items of our own tables use. */
const ITEMS = `
lease indexes lease_collated: relation lease.no
lease indexes lease_include: relation lease.rent, relation lease.no
lease indexes lease_nulls: relation lease.no [15]
lease indexes lease_odd: relation lease.rent, relation lease.no
lease indexes lease_pattern: relation lease.no
payment columns twice: relation payment.amount [18]
purchase checks purchase_total: relation purchase.state, relation purchase.total, type state
purchase columns done: relation purchase.state, type state
purchase exclusions purchase_apart: relation purchase.mall_id, relation purchase.total, relation purchase.during
purchase foreignKeys purchase_mall_id_fkey: key mall_pk of mall
purchase indexes purchase_expression: function is_done(state), relation purchase.state, type state
purchase indexes purchase_open: relation purchase.id, relation purchase.state, type state`;

/** What has rows, and what that uses. */
const FIXED = [
  "column again on else where.other",
  "column live on tmp_audit",
  "column state on else where.other",
  "column state on far",
  "column state on log",
  "column state on tmp_audit",
  "column states on tmp_audit",
  "column whole on tmp_audit",
  "domain live_state",
  "function is_done(state)",
  "partition log_2026",
];

/** The lines of a list, but for those that end with the major that they need. */
function linesSince(list: string, major: number): readonly string[] {
  return list
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [, text = line, since = "0"] = /^(.*) \[(\d+)\]$/.exec(line) ?? [];
      return Number(since) <= major ? [text] : [];
    })
    .toSorted();
}

function nameUse(use: Use): string {
  const column = "relation" in use && use.column !== undefined ? `.${use.column}` : "";
  return `${useKey(use)}${column}`;
}

/** Calls a function with a database that has one of every sort of dependent of its major, and what is read of it. */
function onDependents(
  major: number,
  body: (client: pg.Client, catalog: CatalogReading) => Promise<void>,
): Promise<void> {
  const files = [0, 15, 18].filter((since) => since <= major).map((since) => (since === 0 ? "" : `-${since}`));
  const path = (file: string) => new URL(`../fixtures/dependents/dependents${file}.sql`, import.meta.url);
  const sql = files.map((file) => readFileSync(path(file), "utf8")).join("\n");
  return onDatabase(major, sql, "public", body);
}

function onDatabase(
  major: number,
  sql: string,
  schema: string,
  body: (client: pg.Client, catalog: CatalogReading) => Promise<void>,
): Promise<void> {
  const use = async (folder: string, url: string) => {
    const client = await connect(url);
    const session = await testSession({ url, folder, entities: [], options: { schema } });
    try {
      const server = await session.server();
      const db = await session.connection();
      const options = { server, exclude: ["tmp_*"], inTransaction: true } as const;
      await body(client, await readInSnapshot(db, () => readCatalogWithDependencies(db, options)));
    } finally {
      await client.end();
      await session.close();
    }
  };
  return withFolder((folder) => withDatabase(major, (url) => use(folder, url), { sql }));
}

function nameDependent({ kind, name, table }: Dependent): string {
  return table === undefined ? `${kind} ${name}` : `${kind} ${name} on ${table}`;
}

/** Without rows, and used by nothing that has rows. */
function movable(dependents: readonly Dependent[]): readonly Dependent[] {
  const fixed = new Set<string>();
  const moved: Dependent[] = [];
  for (const one of dependents.toReversed()) {
    const use = usableAs(one);
    const isFixed = one.create.length === 0 || one.holdsData || (use !== undefined && fixed.has(useKey(use)));
    if (isFixed) for (const used of usesOf(one)) fixed.add(useKey(used));
    else moved.unshift(one);
  }
  return moved;
}
