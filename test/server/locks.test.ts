import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLoader } from "../../src/load/load.ts";
import { readFolder } from "../../src/revision/folder.ts";
import { LOCK_MODES, type Operation } from "../../src/schema/operation.ts";
import { path } from "../../src/sql.ts";
import { loadRevisions } from "../../src/state/revisions.ts";
import { BASE, type ByHand, CASES, revisionFile, START } from "../support/by-hand.ts";
import { fastestFolder } from "../support/fastest-folder.mjs";
import { until } from "../support/running.ts";
import { anyMajors, connect, createDatabase, type TestDatabase } from "../support/servers.ts";

/** What the cases of all operations leave out: what is tied to a table by a foreign key, a view or a sequence. */
const MORE: readonly ByHand[] = [
  {
    title: "a second note for TypeORM",
    up: `op.addTypeormMetadata({ type: "VIEW", name: "open_shop" }, "SELECT");
  op.addTypeormMetadata({ type: "VIEW", name: "mall_names" }, "SELECT");`,
    down: `op.removeTypeormMetadata({ type: "VIEW", name: "open_shop" }); op.removeTypeormMetadata({ type: "VIEW", name: "mall_names" });`,
  },
  {
    title: "a column in the middle of a table that others lean on",
    up: `op.addColumn("mall", { name: "city", type: "text", nullable: true }, { after: "id" });
  op.addColumn("shop", { name: "floor", type: "integer", nullable: true }, { before: "code" });`,
    down: "",
  },
  {
    title: "a table, a column and a type with foreign keys",
    up: `op.alterColumn("mall", "id", { type: "bigint" });
  op.alterColumn("shop", "mall_id", { type: "bigint" });
  op.dropColumn("shop", "mall_id");
  op.dropView("open_shop");
  op.dropTable("shop");`,
    down: "",
  },
];

/** Asked from another connection, which still sees what was dropped. Reading is no lock that anybody waits for, nor is that of a sequence that gives a number. */
const MEASURED = `
  SELECT l.relation::oid AS oid, replace(upper(regexp_replace(l.mode, '([a-z])([A-Z])', '\\1 \\2', 'g')), ' LOCK', '') AS mode
  FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
  WHERE l.pid = $1 AND l.granted = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
    AND l.mode NOT IN ('AccessShareLock', 'RowShareLock') AND NOT (c.relkind = 'S' AND l.mode = 'RowExclusiveLock')`;

/** Names as revisions write them, by oid; and which two are tied to each other. */
const RELATIONS = `SELECT c.oid, CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname IN ('public', 'other')`;
const TIES = `
  SELECT conrelid::oid AS one, confrelid::oid AS other FROM pg_constraint WHERE contype = 'f'
  UNION SELECT refobjid, objid FROM pg_depend WHERE refclassid = 'pg_class'::regclass AND classid = 'pg_class'::regclass AND refobjid <> objid
  UNION SELECT d.refobjid, r.ev_class FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class`;

interface Found {
  readonly names: ReadonlyMap<string, string>;
  readonly ties: readonly { readonly one: string; readonly other: string }[];
}

for (const major of anyMajors())
  describe(`PostgreSQL ${major}`, () => {
    let [database, client, other, folder]: [TestDatabase?, pg.Client?, pg.Client?, string?] = [];
    const [claimed, reached] = [new Set<string>(), new Set<string>()];

    beforeAll(async () => {
      folder = mkdtempSync(join(fastestFolder(), "remodel-test-"));
      database = await createDatabase(major, { sql: "CREATE SCHEMA other" });
      client = await connect(database.url);
      other = await connect(database.url);
      writeFileSync(join(folder, "start.ts"), revisionFile(START, "", BASE));
      for (const [at, one] of [...CASES.filter(({ exports }) => exports === undefined), ...MORE].entries())
        writeFileSync(join(folder, `case_${String(at).padStart(3, "0")}.ts`), revisionFile(`case_${at}`, "", one));
    });

    afterAll(async () => {
      await client?.end();
      await other?.end();
      await database?.drop();
      rmSync(folder!, { recursive: true, force: true });
    });

    test("every operation takes the locks that it claims, and no others", async () => {
      const files = readFolder(folder!);
      const loaded = await loadRevisions(createLoader(folder!), files);
      const start = loaded.find(({ revision }) => revision.id === START)!;
      await run(start.upgrade.map(({ operation }) => operation));
      for (const { revision, upgrade, downgrade } of loaded) {
        if (revision.id === START) continue;
        const wrong = await run([...upgrade, ...downgrade].map(({ operation }) => operation));
        expect(wrong, revision.message).toEqual([]);
      }
      expect([...claimed].filter((claim) => !reached.has(claim)).sort(), "claims that no case meets").toEqual([]);
    });

    /** Each operation in a transaction of its own; `op.run` may do anything. */
    async function run(operations: readonly Operation[]): Promise<readonly string[]> {
      const wrong: string[] = [];
      for (const operation of operations) {
        const before = await relations();
        const taken = operation.outsideTransaction ? await awaited(operation) : await held(operation);
        const after = await relations();
        const ties = [...before.ties, ...after.ties];
        if (operation.locks !== undefined) wrong.push(...unclaimed(operation, taken, { names: before.names, ties }));
        else if (!["sql", "run"].includes(operation.name)) wrong.push(`${operation.name} claims nothing`);
      }
      return wrong;
    }

    async function relations(): Promise<Found> {
      const { rows: names } = await client!.query(RELATIONS);
      const { rows: ties } = await client!.query(TIES);
      return { names: new Map(names.map(({ oid, name }) => [oid, name])), ties };
    }

    async function held({ sql, values, run }: Operation): Promise<readonly Taken[]> {
      await client!.query("BEGIN");
      for (const one of run === undefined ? sql : []) await client!.query(one, values as unknown[]);
      const { rows } = await other!.query(MEASURED, [await pidOf(client!), true]);
      await client!.query("COMMIT");
      return rows;
    }

    /** What cannot be in a transaction is asked for what it waits for, while another one has the table. */
    async function awaited({ sql, locks = [] }: Operation): Promise<readonly Taken[]> {
      const [table] = locks;
      if (table === undefined) {
        for (const one of sql) await client!.query(one);
        return [];
      }
      await other!.query(`BEGIN; LOCK TABLE ${path(table.on)} IN EXCLUSIVE MODE`);
      const pid = await pidOf(client!);
      const running = (async () => {
        for (const one of sql) await client!.query(one);
      })();
      let hasEnded = false;
      const end = () => (hasEnded = true);
      running.then(end, end);
      const found = await until(async (): Promise<readonly Taken[] | undefined> => {
        if (hasEnded) return [];
        const { rows } = await other!.query(MEASURED, [pid, false]);
        return rows.length > 0 ? rows : undefined;
      });
      await other!.query("ROLLBACK");
      await running;
      return found;
    }

    function unclaimed({ name, locks = [] }: Operation, taken: readonly Taken[], found: Found): readonly string[] {
      for (const { mode, onDependents } of locks) claimed.add(`${name} ${mode}${onDependents ? " tied" : ""}`);
      return taken.flatMap(({ oid, mode }) => {
        const relation = found.names.get(oid);
        if (relation === undefined) return []; // made by the first of several statements
        const tied = (on: string) =>
          found.ties.some(
            ({ one, other }) =>
              (one === oid && found.names.get(other) === on) || (other === oid && found.names.get(one) === on),
          );
        const claims = locks.filter((lock) => (lock.onDependents ? tied(lock.on) : lock.on === relation));
        const strongest = Math.max(-1, ...claims.map((lock) => LOCK_MODES.indexOf(lock.mode)));
        for (const lock of claims)
          if (lock.mode === mode) reached.add(`${name} ${mode}${lock.onDependents ? " tied" : ""}`);
        const measured = LOCK_MODES.indexOf(mode as (typeof LOCK_MODES)[number]);
        return measured >= 0 && measured <= strongest ? [] : [`${name}: ${mode} on ${relation}`];
      });
    }
  });

interface Taken {
  readonly oid: string;
  readonly mode: string;
}

async function pidOf(client: pg.Client): Promise<number> {
  return (await client.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;
}
