import { EntitySchema } from "typeorm";
import { expect, test } from "vitest";
import { check } from "../../src/author/check.ts";
import { revise } from "../../src/author/revise.ts";
import { stamp } from "../../src/author/stamp.ts";
import type { CommandContext } from "../../src/cli/command.ts";
import { noteDrift } from "../../src/cli/drift.ts";
import { readDrift } from "../../src/compare/drift.ts";
import { writeRevision } from "../../src/revision/folder.ts";
import { offlineSql } from "../../src/run/offline.ts";
import { upgrade } from "../../src/run/run.ts";
import { computeFingerprint } from "../../src/state/saved-schema.ts";
import { runScript } from "../support/psql.ts";
import { revisionText } from "../support/revisions.ts";
import { anyMajors, connect, majors, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

const MALL = new EntitySchema({
  name: "mall",
  columns: {
    id: { type: "integer", primary: true, primaryKeyConstraintName: "PK_mall" },
    name: { type: "text", default: () => "'a'::text" },
  },
  checks: [{ name: "CHK_name", expression: "(name <> ''::text)" }],
});
const CREATE = `op.createTable("mall", {
    columns: [{ name: "id", type: "integer" }, { name: "name", type: "text", default: "'a'" }],
    primaryKey: { name: "PK_mall", columns: ["id"] },
    checks: [{ name: "CHK_name", expression: "name <> ''" }],
  });`;

/** Each one would make a table, or take the lock, if it came to the server as SQL. */
const ATTACKS = [
  "0); CREATE TABLE sprung (); --",
  "0)::text; CREATE TABLE sprung (); SELECT ('",
  "pg_catalog.text(app_spring())",
  "app_spring()",
  "text DEFAULT app_spring()); CREATE TABLE sprung (); --",
  `'; CREATE TABLE sprung (); --`,
  "\\'; CREATE TABLE sprung (); --",
  'x"; CREATE TABLE sprung (); --',
  "$$; CREATE TABLE sprung (); $$",
];

type Json = Record<string, unknown>;
type Place = (kept: Json, attack: string) => void;
const table = (kept: Json) => ((kept["schema"] as Json)["tables"] as Json[])[0]!;
const list = (owner: Json, name: string) => owner[name] as Json[];

/** Every place of a kept schema in which a text stands. */
const PLACES: Readonly<Record<string, Place>> = {
  default: (kept, attack) => Object.assign(list(table(kept), "columns")[1]!, { default: attack }),
  type: (kept, attack) => Object.assign(list(table(kept), "columns")[1]!, { type: attack }),
  collation: (kept, attack) => Object.assign(list(table(kept), "columns")[1]!, { collation: attack }),
  "generated column": (kept, attack) =>
    Object.assign(list(table(kept), "columns")[1]!, {
      default: undefined,
      asExpression: attack,
      generatedType: "STORED",
    }),
  check: (kept, attack) => Object.assign(list(table(kept), "checks")[0]!, { expression: attack }),
  predicate: (kept, attack) =>
    Object.assign(table(kept), { indexes: [{ name: "IDX", columns: ["id"], where: attack }] }),
  exclusion: (kept, attack) => Object.assign(table(kept), { exclusions: [{ name: "XCL", expression: attack }] }),
  view: (kept, attack) => Object.assign(kept["schema"] as Json, { views: [{ name: "list", expression: attack }] }),
  "column name": (kept, attack) => Object.assign(list(table(kept), "columns")[1]!, { name: attack }),
  "table name": (kept, attack) => Object.assign(table(kept), { name: `"${attack.replaceAll('"', '""')}"` }),
  schema: (kept, attack) => Object.assign(kept, { schemas: [attack] }),
};

/** Rows that are no schema. */
const DAMAGED: readonly string[] = [
  "",
  "{",
  "null",
  "[]",
  "1",
  "{}",
  '{"own":"public","schemas":[],"schema":null}',
  '{"own":"public","schemas":{},"schema":{}}',
  '{"own":"public","schemas":[],"schema":{"tables":{}}}',
  '{"own":"public","schemas":[],"schema":{"tables":[null]}}',
  '{"own":"public","schemas":[],"schema":{"tables":[{"name":"a.b.c","columns":[]}]}}',
  '{"own":"public","schemas":[],"schema":{"tables":[{"name":"mall","columns":[{"name":"id"}]}]}}',
  '{"own":"public","schemas":[],"schema":{"tables":[{"name":"mall","columns":[],"checks":[{"expression":"true"}]}]}}',
  '{"own":"public","schemas":[],"schema":{"views":[{"name":"list"}]}}',
  '{"own":"public","schemas":[],"schema":{"tables":[]}}',
];

test.each(anyMajors())("PostgreSQL %s: no text of the state table comes to the server as SQL", (major) =>
  withFolder((folder) =>
    withDatabase(major, async (url) => {
      const client = await connect(url);
      const session = await testSession({ url, folder, entities: [MALL] });
      const write = (schema: string, fingerprint: string) =>
        client.query("UPDATE remodel_revision SET schema = $1, fingerprint = $2", [schema, fingerprint]);
      try {
        await client.query(`CREATE FUNCTION app_spring() RETURNS text LANGUAGE plpgsql IMMUTABLE AS
          $$ BEGIN PERFORM pg_advisory_lock(666, 1); RETURN 'x'; END $$`);
        writeRevision(folder, "1.ts", revisionText("aaaa", null, CREATE, 'op.dropTable("mall");'));
        await upgrade(session);
        const good = (await client.query("SELECT schema FROM remodel_revision")).rows[0].schema as string;
        const attacked = async (attack: string, wheres: readonly string[]) => {
          const kept = JSON.parse(good) as Json & { schema: Json };
          for (const where of wheres) PLACES[where]!(kept, attack);
          await write(JSON.stringify(kept), computeFingerprint(kept.schema));
          return (await readDrift(session)) !== undefined;
        };
        const [first = ""] = ATTACKS;
        for (const where of Object.keys(PLACES))
          expect([where, await attacked(first, [where])]).toEqual([where, where !== "schema"]);
        for (const attack of ATTACKS)
          expect([attack, await attacked(attack, Object.keys(PLACES))]).toEqual([attack, true]);
        expect((await check(session)).drift).toBeDefined();
        await revise(session, { message: "More", autogenerate: true, dryRun: true });
        const left = await client.query(`SELECT to_regclass('sprung') AS made, (SELECT count(*)::integer FROM pg_locks
          JOIN pg_database d ON d.oid = database WHERE classid = 666 AND d.datname = current_database()) AS locks`);
        expect(left.rows).toEqual([{ made: null, locks: 0 }]);

        for (const text of DAMAGED) {
          await write(text, "0");
          await expect(readDrift(session), text).rejects.toMatchObject({ code: "STATE_DAMAGED" });
        }
        await write(good, "0");
        await client.query("ALTER TABLE mall ADD COLUMN city text");
        await expect(check(session)).rejects.toMatchObject({ code: "STATE_DAMAGED" });
        const notes: string[] = [];
        await noteDrift(session, { note: (text) => void notes.push(text) } as CommandContext, async (before) => {
          await before();
          return await upgrade(session);
        });
        expect(notes).toEqual([expect.stringMatching(/^Note: The check for drift failed: .* has a damaged schema/)]);
        await stamp(session, ["current"]);
        expect(await readDrift(session)).toBeUndefined();

        expect((await check(session)).writers).toEqual([]);
        for (const grant of ["GRANT SELECT ON remodel_revision TO PUBLIC", "GRANT pg_read_all_stats TO CURRENT_USER"])
          await client.query(grant);
        expect((await check(session)).writers).toEqual([]);
        await client.query(
          "GRANT UPDATE (schema) ON remodel_revision TO PUBLIC; GRANT INSERT ON remodel_log TO pg_monitor",
        );
        expect((await check(session)).writers).toEqual(["PUBLIC", "pg_monitor"]);
      } finally {
        await session.close();
        await client.end();
      }
    }),
  ),
);

const POSITIONS = [
  "",
  "x",
  "null",
  "5",
  "[]",
  "{}",
  '{"rows": 1}',
  '{"rows": "x", "last": ["1", "1"]}',
  '{"rows": -1, "last": ["1", "1"]}',
  '{"rows": 1, "last": []}',
  '{"rows": 1, "last": ["1"]}',
  '{"rows": 1, "last": ["1", null]}',
  '{"rows": 1, "last": [1, 1]}',
  '{"rows": 1, "last": ["1", "1", "1"]}',
  '{"rows": 1, "last": {"0": "1", "1": "1"}}',
];

test("a damaged note of a batch stops a run and a script, and no row is skipped", () =>
  withFolder((folder) =>
    withDatabase(majors().at(-1)!, async (url) => {
      const client = await connect(url);
      await client.query(
        "CREATE TABLE shop (a integer, b text, n integer, PRIMARY KEY (a, b)); INSERT INTO shop VALUES (1, '1', 0), (2, '1', 0)",
      );
      writeRevision(folder, "aaaa.ts", revisionText("aaaa", null, "op.sql(`SELECT 1`);"));
      writeRevision(folder, "bbbb.ts", revisionText("bbbb", "aaaa", `op.backfill("shop", { set: { n: "1" } });`));
      const session = await testSession({ url, folder, entities: [] });
      try {
        await upgrade(session, "aaaa");
        const script = await offlineSql(session, "upgrade", "aaaa:bbbb");
        const note = (action: string, position: string | null) =>
          client.query(
            "INSERT INTO remodel_log (action, revision, direction, step, position) VALUES ($1, 'bbbb', 'upgrade', 1, $2)",
            [action, position],
          );
        await note("begin", null);
        for (const position of POSITIONS) {
          await note("batch", position);
          await expect(upgrade(session), position).rejects.toMatchObject({ code: "STATE_DAMAGED" });
          if (!/\[1, 1\]|-1/.test(position)) await expect(runScript(client, script), position).rejects.toThrow();
          await client.query("SELECT pg_advisory_unlock_all()");
        }
        expect((await client.query("SELECT n FROM shop")).rows).toEqual([{ n: 0 }, { n: 0 }]);
        await note("batch", '{"rows": 1, "last": ["1", "1"]}');
        await upgrade(session);
        expect((await client.query("SELECT n FROM shop ORDER BY a")).rows).toEqual([{ n: 0 }, { n: 1 }]);
      } finally {
        await session.close();
        await client.end();
      }
    }),
  ));
