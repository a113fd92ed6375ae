import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import type { Outcome } from "../../src/fleet/outcome.ts";
import type { ProjectFiles } from "../../src/state/project-files.ts";
import { buildTenant, FIRST, LOCK_SQL, type Mall, runTestFleet, type TestFleet } from "./fleet.ts";
import { type OwnServer, startOwnServer } from "./postgres.mjs";
import { connect, newest } from "./servers.ts";

/** The tables of a mall before {@link STRICT}. */
export const SHOP = `CREATE TABLE mall (id integer PRIMARY KEY);
CREATE TABLE shop (id integer PRIMARY KEY, n integer NOT NULL, code text, mall_id integer, size integer, city text);
INSERT INTO mall VALUES (1);
INSERT INTO shop SELECT at, at, 'code ' || at, 1, at, 'x' FROM generate_series(1, 3) at;`;

/** The steps of a revision that refuses rows in every way that PostgreSQL has. */
export const STRICT = `op.sql("UPDATE shop SET n = n + 1");
  op.alterColumn("shop", "code", { nullable: false });
  op.createUniqueConstraint("shop", { name: "UQ_shop_code", columns: ["code"] });
  op.createForeignKey("shop", { name: "FK_shop_mall", columns: ["mall_id"], references: { table: "mall", columns: ["id"] } });
  op.createCheckConstraint("shop", { name: "CK_shop_size", expression: "size > 0" });
  op.sql("ALTER TABLE shop ALTER city TYPE varchar(5)");`;

/** What makes a mall bad, and how it ends. */
export interface Fault {
  readonly kind: string;
  readonly outcome: Outcome;
  /** The few words in the report. */
  readonly reason?: RegExp;
  readonly sql?: string;
  /** A statement that a session runs, which then stays open. */
  readonly held?: string;
  /** Where the mall is instead. */
  readonly at?: (url: URL, elsewhere: Elsewhere) => object;
}

/** Where bad malls are. */
interface Elsewhere {
  readonly name: string;
  /** A server that is a standby, and that asks the user `walled` for a password. */
  readonly standby: URL;
}

/** The user that may have one connection, which somebody else has. */
const LIMITED = `remodel_limited_${process.pid}`;

/** Every way of the table of failures in which one mall can be bad. */
export const FAULTS: readonly Fault[] = [
  {
    kind: "NULLs",
    sql: "UPDATE shop SET code = NULL WHERE id = 1",
    outcome: "quarantined",
    reason: /: 23502 shop\.code$/,
  },
  { kind: "duplicates", sql: "UPDATE shop SET code = 'same'", outcome: "quarantined", reason: /: 23505 UQ_shop_code$/ },
  { kind: "orphans", sql: "UPDATE shop SET mall_id = 7", outcome: "quarantined", reason: /: 23503 FK_shop_mall$/ },
  { kind: "a bad value", sql: "UPDATE shop SET size = 0", outcome: "quarantined", reason: /: 23514 CK_shop_size$/ },
  {
    kind: "too long",
    sql: "UPDATE shop SET city = 'too long'",
    outcome: "quarantined",
    reason: /: 22001 value too long/,
  },
  {
    kind: "drifted",
    sql: "ALTER TABLE shop ADD note text",
    outcome: "skipped",
    reason: /^drifted \(shop has a column note\)$/,
  },
  {
    kind: "unreachable",
    at: () => ({ port: "1" }),
    outcome: "unreachable",
    reason: /^no server answers \(ECONNREFUSED\)$/,
  },
  {
    kind: "behind a held lock",
    held: "BEGIN; LOCK TABLE shop IN SHARE MODE",
    outcome: "busy",
    reason: /: 55P03 canceling statement/,
  },
  { kind: "another run", held: LOCK_SQL, outcome: "busy", reason: /^another run holds the migration lock$/ },
  {
    kind: "wrong password",
    at: (_, { standby }) => ({ host: standby.host, username: "walled", password: "wr0ng" }),
    outcome: "unreachable",
    reason: /^28P01 /,
  },
  { kind: "no such user", at: () => ({ username: "nobody_knows" }), outcome: "unreachable", reason: /^28000 / },
  {
    kind: "no database",
    at: (url) => ({ pathname: `${url.pathname}_gone` }),
    outcome: "unreachable",
    reason: /^3D000 /,
  },
  {
    kind: "a read-only standby",
    at: (_, { standby, name }) => ({ host: standby.host, pathname: name }),
    outcome: "failed",
    reason: /^25006 The server is a standby/,
  },
  { kind: "connection limit reached", at: () => ({ username: LIMITED }), outcome: "unreachable", reason: /^53300 / },
  { kind: "an edited revision", sql: "UPDATE remodel_revision SET checksum = md5('edited')", outcome: "upgraded" },
];

/** Malls of which some are bad. */
export interface BadMalls {
  /** What is wrong with each bad one. */
  readonly faults: ReadonlyMap<Mall, Fault>;
  /** How each mall is reached. */
  readonly urls: ReadonlyMap<Mall, string>;
  close(): Promise<void>;
}

/** Makes the first malls of a fleet bad, each in the next way. */
export async function makeBad(fleet: TestFleet, count: number): Promise<BadMalls> {
  const bad = fleet.malls.slice(0, count).map((mall, at) => [mall, FAULTS[at % FAULTS.length]!] as const);
  const holders: pg.Client[] = [];
  const hold = async (url: string, sql?: string) => {
    const holder = await connect(url);
    holders.push(holder);
    if (sql !== undefined) await holder.query(sql);
  };
  const names = bad
    .filter(([, { kind }]) => kind === "a read-only standby")
    .map(([{ tenant }]) => tenant.name.replace("-", "_"));
  const server = await startStandby(await fleet.open(), names);
  const servers = new Map(fleet.malls.map((mall) => [new URL(mall.url).host, mall]));
  for (const mall of servers.values()) {
    await fleet.query(mall, `CREATE ROLE ${LIMITED} LOGIN CONNECTION LIMIT 1`);
    await hold(Object.assign(new URL(mall.url), { username: LIMITED }).href);
  }
  const standby = new URL(server.url);
  const urls = new Map(fleet.malls.map((mall) => [mall, mall.url]));
  for (const [mall, { sql, held, at }] of bad) {
    if (sql !== undefined) await fleet.query(mall, sql);
    if (held !== undefined) await hold(mall.url, held);
    const url = new URL(mall.url);
    const place = at?.(url, { standby, name: mall.tenant.name.replace("-", "_") });
    urls.set(mall, Object.assign(url, place).href);
  }
  const close = async () => {
    await Promise.all(holders.map((holder) => holder.end()));
    for (const mall of servers.values()) await fleet.query(mall, `DROP ROLE ${LIMITED}`);
    await server.stop();
  };
  return { faults: new Map(bad), urls, close };
}

/** Starts a standby with databases that are at the first revision, where the user `walled` has a password. */
async function startStandby(project: ProjectFiles, names: readonly string[]): Promise<OwnServer> {
  const server = await startOwnServer(newest());
  try {
    const admin = await connect(server.url);
    await admin.query("CREATE ROLE walled LOGIN SUPERUSER PASSWORD 'right'");
    for (const name of names) await admin.query(`CREATE DATABASE ${name}`);
    await admin.end();
    for (const name of names) {
      const url = Object.assign(new URL(server.url), { pathname: name }).href;
      const client = await connect(url);
      await client.query(SHOP);
      await client.end();
      await runTestFleet(project, [buildTenant(name, url)], { target: FIRST });
    }
    await server.crash();
    const access = join(server.data, "pg_hba.conf");
    writeFileSync(access, `host all walled all scram-sha-256\n${readFileSync(access, "utf8")}`);
    writeFileSync(join(server.data, "standby.signal"), "");
    await server.start();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}
