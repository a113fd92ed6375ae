import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Client } from "pg";
import { expect } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { connect as connectDatabase } from "../../src/connection/connect.ts";
import { createLoader } from "../../src/load/load.ts";
import { writeRevision } from "../../src/revision/folder.ts";
import type { Direction } from "../../src/run/context.ts";
import { offlineSql } from "../../src/run/offline.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { borrowConnection } from "../support/connections.ts";
import { withKeptDatabase } from "../support/kept-databases.ts";
import { listCatalog, listRows, withoutColumnOrder } from "../support/observer.ts";
import { type Snapshot, snapshotOf } from "../support/offline.ts";
import { runScript } from "../support/psql.ts";
import { newest } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";
import { synchronizeWith } from "../support/typeorm.ts";
import { projectOf, type Side } from "./side.ts";

/**
 * A case is a folder `<kind>/<what-happens>/`: `before.ts` and `after.ts` export entities (and `options` of the data
 * source), `rows.sql` fills the tables in between, `revision.ts` is the revision as a person reads it, and
 * `completed.ts`, where the guess alone is not enough, what a person makes of it.
 * `after.ts` may export `lost`: the columns (`table.*`: all) whose values the way down cannot bring back. Either may export `setup`: SQL
 * that TypeORM's `synchronize()` needs before it, such as the schemas that it does not create itself. `given`, which
 * both export, is SQL for what is there from the start.
 */
const ROOT = fileURLToPath(new URL(".", import.meta.url));
/** The names of all cases. */
export const CASES = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap((kind) => readdirSync(join(ROOT, kind.name)).map((name) => `${kind.name}/${name}`))
  .sort();

/** The whole law: there, back, there again, and to the beginning; online and by scripts. */
export function holdLaw(name: string, major: number): Promise<void> {
  return withCase(name, major, async (it) => {
    const { client, before, after } = it;
    const empty = await listCatalog(client);
    await upgradeBefore(it);
    await inSync(it.at, before);
    await equalsOracle(major, before, await listCatalog(client, { columnOrder: false }));
    await fillRows(it); // may make by hand what the models do not declare
    const rowsBefore = await listRows(client);
    const online = [await snapshotOf(client)];
    if (!(await writeAfter(it))) return;

    await upgradeAfter(it);
    const rowsAfter = await listRows(client);
    online.push(await snapshotOf(client));
    const catalogAfter = withoutColumnOrder(online[1]?.catalog ?? "");
    await equalsOracle(major, after, catalogAfter);

    await it.at(after, (session) => downgrade(session, "aaaa"));
    online.push(await snapshotOf(client));
    await inSync(it.at, before);
    expect(withoutOrder(online[2]?.catalog)).toEqual(withoutOrder(online[0]?.catalog));
    expect(kept(await listRows(client), after)).toEqual(kept(rowsBefore, after));

    await it.at(after, (session) => upgrade(session));
    expect(await listCatalog(client, { columnOrder: false })).toBe(catalogAfter);
    expect(kept(await listRows(client), after)).toEqual(kept(rowsAfter, after));

    await it.at(after, (session) => downgrade(session, "base"));
    expect(await listCatalog(client)).toBe(empty);
    if (major === newest()) await sameByScripts(it.at, after, it.path("rows.sql"), online);
  });
}

/** What may differ by version: what is generated, whether it can be run on rows, and what comes of it. */
export function holdOnce(name: string, major: number): Promise<void> {
  return withCase(name, major, async (it) => {
    await upgradeBefore(it);
    await fillRows(it);
    if (!(await writeAfter(it))) return;
    await upgradeAfter(it);
    await equalsOracle(major, it.after, await listCatalog(it.client, { columnOrder: false }));
  });
}

/** A case and the database that it is played on. */
interface Case {
  readonly major: number;
  readonly client: Client;
  /** The folder of the revision files. */
  readonly folder: string;
  readonly before: Side;
  readonly after: Side;
  readonly at: At;
  /** The path of a file of the case. */
  path(file: string): string;
}

async function withCase(name: string, major: number, body: (it: Case) => Promise<void>): Promise<void> {
  const path = (file: string) => join(ROOT, name, file);
  const [before, after] = (await Promise.all([import(path("before.ts")), import(path("after.ts"))])) as [Side, Side];
  await withFolder((folder) =>
    withKeptDatabase(major, async ({ url, client }) => {
      // One for all sessions: a new one would have to fill its caches of the catalog again.
      const { db: connection, giveBack } = await borrowConnection(url, () =>
        connectDatabase(url, createLoader(ROOT), folder),
      );
      const at: At = async (side, act) => await act(await testSession({ url, folder, connection, ...projectOf(side) }));
      try {
        await client.query(String(before["given"] ?? ""));
        await body({ major, client, folder, before, after, at, path });
      } finally {
        await giveBack();
      }
    }),
  );
}

async function upgradeBefore({ at, before }: Case): Promise<void> {
  await at(before, (session) => revise(session, { message: "Before", autogenerate: true, revisionId: "aaaa" }));
  await at(before, (session) => upgrade(session));
}

async function fillRows({ client, path }: Case): Promise<void> {
  if (existsSync(path("rows.sql"))) await client.query(readFileSync(path("rows.sql"), "utf8"));
}

/** Generates the revision, holds it against the file of the case, and writes it as a person would complete it. */
async function writeAfter({ major, at, after, folder, path }: Case): Promise<boolean> {
  const draft = await at(after, (session) =>
    revise(session, { message: "After", autogenerate: true, revisionId: "bbbb", dryRun: true }),
  );
  const text = "text" in draft ? draft.text : "";
  if (major === newest()) await expect(text).toMatchFileSnapshot(path("revision.ts"));
  else expect(upgradeOf(text)).toBe(upgradeOf(readFileSync(path("revision.ts"), "utf8")));
  const completed = path("completed.ts");
  const written = existsSync(completed) ? readFileSync(completed, "utf8") : withoutTodos(text);
  if (text !== "") writeRevision(folder, "bbbb.ts", written);
  return text !== "";
}

/** Upgrades to what the models are. */
async function upgradeAfter({ at, after }: Case): Promise<void> {
  await at(after, (session) => upgrade(session));
  await inSync(at, after);
}

/** What runs made of one database, scripts make of another: after each step both are the same. */
async function sameByScripts(
  at: At,
  after: Side,
  rows: string,
  [first, second, back]: readonly Snapshot[],
): Promise<void> {
  await withKeptDatabase(newest(), async ({ client }) => {
    const script = (direction: Direction, range: string) =>
      at(after, async (session) => runScript(client, await offlineSql(session, direction, range)));
    await client.query(String(after["given"] ?? ""));
    await script("upgrade", "base:aaaa");
    if (existsSync(rows)) await client.query(readFileSync(rows, "utf8"));
    expect(await snapshotOf(client)).toEqual(first);
    await script("upgrade", "aaaa:bbbb");
    expect(await snapshotOf(client)).toEqual(second);
    await script("downgrade", "bbbb:aaaa");
    expect(await snapshotOf(client)).toEqual(back);
  });
}

type At = <Result>(
  side: Side,
  act: (session: Awaited<ReturnType<typeof testSession>>) => Promise<Result>,
) => Promise<Result>;

async function inSync(at: At, side: Side): Promise<void> {
  const { upgrade, downgrade, unreadable } = await at(side, (session) => compare(session));
  expect({ upgrade, downgrade, unreadable }).toEqual({ upgrade: [], downgrade: [], unreadable: [] });
}

/** TypeORM's own `synchronize()` on an empty database is the oracle for what models mean. */
async function equalsOracle(major: number, side: Side, catalog: string): Promise<void> {
  const { entities, options } = projectOf(side);
  if (entities.length === 0) return;
  await withKeptDatabase(major, async ({ client }) => {
    await client.query(`${side["setup"] ?? ""};${side["given"] ?? ""}`);
    await synchronizeWith(client, entities as never, options);
    expect(catalog).toBe(await listCatalog(client, { columnOrder: false }));
  });
}

/** The way up; the way down has PostgreSQL's own spelling, which differs between majors. */
function upgradeOf(text: string): string {
  return text.slice(0, text.indexOf("export function downgrade"));
}

/** What a person does who accepts every guess. */
function withoutTodos(text: string): string {
  return text.replace(/^ {2}op\.todo\((?:.*\);|\n(?: {4}.*\n)+ {2}\);)\n/gm, "");
}

/** Columns that were dropped and added again stand at the end. */
function withoutOrder(catalog = ""): string[] {
  return catalog.split("\n").sort();
}

function kept(rows: Record<string, unknown[]>, { lost }: Side): unknown {
  const names = (lost ?? []) as readonly string[];
  const tables = Object.entries(rows).filter(([table]) => !names.includes(`${table}.*`));
  return Object.fromEntries(
    tables.map(([table, list]) => [
      table,
      list
        .map((row) =>
          Object.fromEntries(
            Object.entries(row as object)
              .filter(([column]) => !names.includes(`${table}.${column}`))
              .sort(),
          ),
        )
        .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ]),
  );
}
