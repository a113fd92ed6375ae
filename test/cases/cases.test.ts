import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compare } from "../../src/run/compare.ts";
import { revise } from "../../src/run/revise.ts";
import { offlineSql } from "../../src/run/offline.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Direction } from "../../src/run/context.ts";
import { writeRevision } from "../../src/revision/folder.ts";
import { listCatalog, listRows } from "../support/observer.ts";
import { runScript, type Snapshot, snapshotOf } from "../support/offline.ts";
import { connect, majors, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";
import { synchronizeOn } from "../support/typeorm.ts";
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
const CASES = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap((kind) => readdirSync(join(ROOT, kind.name)).map((name) => `${kind.name}/${name}`))
  .sort();

for (const major of majors())
  describe(`PostgreSQL ${major}`, () => {
    for (const name of CASES) test(name, () => runCase(name, major));
  });

async function runCase(name: string, major: number): Promise<void> {
  const path = (file: string) => join(ROOT, name, file);
  const [before, after] = (await Promise.all([import(path("before.ts")), import(path("after.ts"))])) as [Side, Side];
  await withFolder((folder) =>
    withDatabase(major, async (url) => {
      const client = await connect(url);
      try {
        const at: At = async (side, act) => {
          const session = await testSession({ url, folder, ...projectOf(side) });
          try {
            return await act(session);
          } finally {
            await session.close();
          }
        };
        await client.query(String(before["given"] ?? ""));
        const empty = await listCatalog(client);
        await at(before, (session) => revise(session, { message: "Before", autogenerate: true, revisionId: "aaaa" }));
        await at(before, (session) => upgrade(session));
        await inSync(at, before);
        await equalsOracle(major, before, await listCatalog(client, { columnOrder: false }));
        if (existsSync(path("rows.sql"))) await client.query(readFileSync(path("rows.sql"), "utf8"));
        const [catalogBefore, rowsBefore] = [await listCatalog(client), await listRows(client)];

        const online = [await snapshotOf(client)];

        const draft = await at(after, (session) =>
          revise(session, { message: "After", autogenerate: true, revisionId: "bbbb", dryRun: true }),
        );
        const text = "text" in draft ? draft.text : "";
        if (major === newest()) await expect(text).toMatchFileSnapshot(path("revision.ts"));
        else expect(upgradeOf(text)).toBe(upgradeOf(readFileSync(path("revision.ts"), "utf8")));
        if (text === "") return;
        writeRevision(folder, "bbbb.ts", existsSync(path("completed.ts")) ? readFileSync(path("completed.ts"), "utf8") : withoutTodos(text));

        await at(after, (session) => upgrade(session));
        await inSync(at, after);
        const catalogAfter = await listCatalog(client, { columnOrder: false });
        await equalsOracle(major, after, catalogAfter);
        const rowsAfter = await listRows(client);
        online.push(await snapshotOf(client));

        await at(after, (session) => downgrade(session, "aaaa"));
        online.push(await snapshotOf(client));
        await inSync(at, before);
        expect(withoutOrder(await listCatalog(client))).toEqual(withoutOrder(catalogBefore));
        expect(kept(await listRows(client), after)).toEqual(kept(rowsBefore, after));

        await at(after, (session) => upgrade(session));
        expect(await listCatalog(client, { columnOrder: false })).toBe(catalogAfter);
        expect(kept(await listRows(client), after)).toEqual(kept(rowsAfter, after));

        await at(after, (session) => downgrade(session, "base"));
        expect(await listCatalog(client)).toBe(empty);
        if (major === newest()) await sameByScripts(at, after, path("rows.sql"), online);
      } finally {
        await client.end();
      }
    }),
  );
}

/** What runs made of one database, scripts make of another: after each step both are the same. */
async function sameByScripts(at: At, after: Side, rows: string, [first, second, back]: readonly Snapshot[]): Promise<void> {
  await withDatabase(newest(), async (url) => {
    const client = await connect(url);
    const script = (direction: Direction, range: string) => at(after, async (session) => runScript(client, await offlineSql(session, direction, range)));
    try {
      await client.query(String(after["given"] ?? ""));
      await script("upgrade", "base:aaaa");
      if (existsSync(rows)) await client.query(readFileSync(rows, "utf8"));
      expect(await snapshotOf(client)).toEqual(first);
      await script("upgrade", "aaaa:bbbb");
      expect(await snapshotOf(client)).toEqual(second);
      await script("downgrade", "bbbb:aaaa");
      expect(await snapshotOf(client)).toEqual(back);
    } finally {
      await client.end();
    }
  });
}

type At = <Result>(side: Side, act: (session: Awaited<ReturnType<typeof testSession>>) => Promise<Result>) => Promise<Result>;

async function inSync(at: At, side: Side): Promise<void> {
  const { upgrade, downgrade, unreadable } = await at(side, (session) => compare(session));
  expect({ upgrade, downgrade, unreadable }).toEqual({ upgrade: [], downgrade: [], unreadable: [] });
}

/** TypeORM's own `synchronize()` on an empty database is the oracle for what models mean. */
async function equalsOracle(major: number, side: Side, catalog: string): Promise<void> {
  const { entities, options } = projectOf(side);
  if (entities.length === 0) return;
  await withDatabase(
    major,
    async (url) => {
    await synchronizeOn(url, entities as never, options);
    const client = await connect(url);
    try {
      expect(catalog).toBe(await listCatalog(client, { columnOrder: false }));
    } finally {
      await client.end();
    }
    },
    { sql: `${side["setup"] ?? ""};${side["given"] ?? ""}` },
  );
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
function withoutOrder(catalog: string): string[] {
  return catalog.split("\n").sort();
}

function kept(rows: Record<string, unknown[]>, { lost }: Side): unknown {
  const names = (lost ?? []) as readonly string[];
  const tables = Object.entries(rows).filter(([table]) => !names.includes(`${table}.*`));
  return Object.fromEntries(
    tables.map(([table, list]) => [
      table,
      list
        .map((row) => Object.fromEntries(Object.entries(row as object).filter(([column]) => !names.includes(`${table}.${column}`)).sort()))
        .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ]),
  );
}
