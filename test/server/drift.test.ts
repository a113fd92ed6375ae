import { EntitySchema } from "typeorm";
import { describe, expect, test } from "vitest";
import { check } from "../../src/author/check.ts";
import { revise } from "../../src/author/revise.ts";
import { stamp } from "../../src/author/stamp.ts";
import type { CommandContext } from "../../src/cli/command.ts";
import { driftText, noteDrift } from "../../src/cli/drift.ts";
import { readDrift } from "../../src/compare/drift.ts";
import { writeRevision } from "../../src/revision/folder.ts";
import { offlineSql } from "../../src/run/offline.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Session } from "../../src/state/session.ts";
import { runScript } from "../support/psql.ts";
import { revisionText } from "../support/revisions.ts";
import { anyMajors, connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

const MALL = `op.createTable("mall", {
    columns: [{ name: "id", type: "integer" }, { name: "name", type: "text", default: "'a'::text || 'b'::text" }],
    primaryKey: { name: "PK_mall", columns: ["id"] },
    checks: [{ name: "CHK_name", expression: "name <> ''" }],
  });`;
const MODELS = [
  new EntitySchema({
    name: "mall",
    columns: {
      id: { type: "integer", primary: true, primaryKeyConstraintName: "PK_mall" },
      name: { type: "text", default: () => "'a' || 'b'" },
    },
    checks: [{ name: "CHK_name", expression: "name <> ''" }],
  }),
];

interface Scene {
  readonly session: Session;
  readonly sql: (text: string) => Promise<readonly Record<string, unknown>[]>;
  readonly folder: string;
  readonly script: (direction: "upgrade" | "downgrade", range: string) => Promise<void>;
}

/** A database of one table, made by one of two revisions; the second one makes an index. */
function withMall(body: (scene: Scene) => Promise<void>, major = newest()): Promise<void> {
  return withFolder((folder) =>
    withDatabase(major, async (url) => {
      writeRevision(folder, "1.ts", revisionText("aaaa", null, MALL, 'op.dropTable("mall");'));
      const index = 'op.createIndex("mall", { name: "IDX_name", columns: ["name"] });';
      writeRevision(folder, "2.ts", revisionText("bbbb", "aaaa", index, 'op.dropIndex("mall", "IDX_name");'));
      const client = await connect(url);
      const session = await testSession({ url, folder, entities: MODELS, config: { exclude: ["legacy_*"] } });
      const sql = async (text: string) => (await client.query(text)).rows ?? [];
      try {
        await body({
          session,
          sql,
          folder,
          script: async (direction, range) => {
            await runScript(client, await offlineSql(session, direction, range));
          },
        });
      } finally {
        await session.close();
        await client.end();
      }
    }),
  );
}

test("a configuration that leaves out more, or less, than it did is no drift", () =>
  withMall(async ({ session, sql }) => {
    await sql("CREATE TABLE legacy_shop (id integer); CREATE TABLE other (id integer)");
    await upgrade(session);
    for (const exclude of [[], ["other"], ["legacy_*", "other"], ["legacy_*"]]) {
      const configured = { ...session, settings: { ...session.settings, exclude } };
      expect(await readDrift(configured), exclude.join()).toBeUndefined();
    }
    await sql("ALTER TABLE other ADD COLUMN name text");
    expect(await operations({ ...session, settings: { ...session.settings, exclude: [] } })).toEqual(["addColumn"]);
  }));

const CHANGE = "ALTER TABLE mall ADD COLUMN city text";
const operations = async (session: Session) =>
  (await readDrift(session))?.changes.flatMap((change) => change.operations.map(({ name }) => name));

for (const major of anyMajors())
  test(`PostgreSQL ${major}: what is done beside the revisions is told with the difference, also to autogenerate`, () =>
    withMall(async ({ session, sql }) => {
      await upgrade(session);
      expect(await readDrift(session)).toBeUndefined();
      await sql(`${CHANGE}; DROP INDEX "IDX_name"`);
      const { drift, inSync } = await check(session);
      expect(inSync).toBe(false);
      expect(drift?.changes.flatMap((one) => one.operations.map(({ name }) => name))).toEqual([
        "dropIndex",
        "addColumn",
      ]);
      expect(await driftText(drift!)).toMatchInlineSnapshot(`
        "The database schema has changed outside of remodel since revision bbbb:
        --- after bbbb
        +++ database
        @@ -1,6 +1,6 @@
         table mall
           "id" integer NOT NULL
           "name" text DEFAULT ('a'::text || 'b'::text) NOT NULL
        +  "city" text
           CONSTRAINT "PK_mall" PRIMARY KEY ("id")
           CONSTRAINT "CHK_name" CHECK ((name <> ''::text))
        -  CREATE INDEX "IDX_name" ON "mall" ("name")
          Undo the change, or add it to the models and to a revision. To accept the schema as it is, run: remodel stamp current"
      `);
      const draft = await revise(session, { message: "More", autogenerate: true, dryRun: true });
      expect(draft).toMatchObject({ drift: { revision: "bbbb" } });
      await stamp(session, ["current"]);
      expect(await readDrift(session)).toBeUndefined();
    }, major));

test("a run that buries it shows it, and one that has nothing to do leaves it", () =>
  withMall(async ({ session, sql }) => {
    const notes: string[] = [];
    const context = { note: (text: string) => void notes.push(text) } as CommandContext;
    await upgrade(session, "aaaa");
    await sql(CHANGE);
    await noteDrift(session, context, (onPlan) => upgrade(session, "aaaa", { onPlan }));
    expect(notes).toEqual([]);
    expect(await operations(session)).toEqual(["addColumn"]);
    await noteDrift(session, context, (onPlan) => upgrade(session, "heads", { onPlan }));
    expect(notes.join()).toMatch(/^Note: .* since revision aaaa\. .*\n(?:.*\n)*\+ {2}"city" text\n/);
    expect(await readDrift(session)).toBeUndefined();
  }));

test("what a revision that is half applied has done is no drift: no comparison and no later run calls it that", () =>
  withMall(async ({ session, sql, folder }) => {
    const notes: string[] = [];
    const context = { note: (text: string) => void notes.push(text) } as CommandContext;
    const steps = `op.createIndex("mall", { name: "IDX_id", columns: ["id"] }, { concurrently: true });
  op.sql("SELECT 1 / count(*) FROM mall");`;
    await upgrade(session);
    writeRevision(folder, "3.ts", revisionText("cccc", "bbbb", steps, 'op.dropIndex("mall", "IDX_id");'));
    await expect(upgrade(session)).rejects.toMatchObject({ code: "REVISION_FAILED" });
    await sql("INSERT INTO mall VALUES (1)");
    expect(await readDrift(session)).toBeUndefined();
    const result = await noteDrift(session, context, (onPlan) => upgrade(session, "heads", { onPlan }));
    expect({ applied: result.revisions.map(({ revision }) => revision.id), notes }).toEqual({
      applied: ["cccc"],
      notes: [],
    });
    expect(await readDrift(session)).toBeUndefined();
  }));

describe("it is not drift", () => {
  test.each([
    ["a table that is not ours", "CREATE TABLE legacy_mall (id integer)"],
    ["rows", "INSERT INTO mall VALUES (1)"],
    ["what models cannot declare", "CREATE INDEX lower_name ON mall (lower(name))"],
    ["an extension", "CREATE EXTENSION IF NOT EXISTS citext"],
    ["another schema", "CREATE SCHEMA other; CREATE TABLE other.mall (id integer)"],
    ["the same expression made anew", "ALTER TABLE mall ALTER COLUMN name SET DEFAULT ('a' || ('b'))"],
    [
      "a column that was taken away and put back",
      "ALTER TABLE mall RENAME COLUMN id TO x; ALTER TABLE mall RENAME COLUMN x TO id",
    ],
    [
      "what TypeORM keeps for itself",
      `CREATE TABLE typeorm_metadata (type text, database text, schema text, "table" text, name text, value text)`,
    ],
  ])("%s", (_, change) =>
    withMall(async ({ session, sql }) => {
      await upgrade(session);
      await sql(change);
      expect(await operations(session)).toBeUndefined();
    }),
  );

  test("what another major version of PostgreSQL printed", () =>
    withMall(async ({ session, sql }) => {
      await upgrade(session);
      const { version } = await session.server();
      await sql(CHANGE);
      expect(await operations(session)).toEqual(["addColumn"]);
      await sql(
        `UPDATE remodel_revision SET schema = replace(schema, '"version":${version}', '"version":${version - 10000}')`,
      );
      expect(await operations(session)).toBeUndefined();
    }));
});

describe("what the last run left is known", () => {
  test("after a downgrade, and when the next revision of a run fails", () =>
    withMall(async ({ session, sql, folder }) => {
      await upgrade(session);
      await downgrade(session, "-1");
      expect(await operations(session)).toBeUndefined();
      await sql(CHANGE);
      expect(await operations(session)).toEqual(["addColumn"]);
      await sql("ALTER TABLE mall DROP COLUMN city");
      writeRevision(folder, "3.ts", revisionText("cccc", "bbbb", 'op.dropTable("nothing");'));
      await expect(upgrade(session)).rejects.toMatchObject({ code: "REVISION_FAILED" });
      await sql(CHANGE);
      expect(await readDrift(session)).toMatchObject({ revision: "bbbb" });
      expect(
        (await sql("SELECT revision FROM remodel_revision WHERE schema IS NOT NULL")).map((row) => row["revision"]),
      ).toEqual(["bbbb"]);
    }));

  test("of several heads as a whole", () =>
    withMall(async ({ session, sql, folder }) => {
      writeRevision(
        folder,
        "3.ts",
        revisionText("cccc", "aaaa", 'op.createTable("shop", { columns: [{ name: "id", type: "integer" }] });'),
      );
      await upgrade(session, "heads");
      expect(await operations(session)).toBeUndefined();
      await sql("DROP TABLE shop");
      expect(await operations(session)).toEqual(["dropTable"]);
    }));

  test("after an upgrade that has nothing to do, where a run was killed before it saved the schema", () =>
    withMall(async ({ session, sql }) => {
      await upgrade(session);
      const killed = "UPDATE remodel_revision SET fingerprint = NULL, schema = NULL";
      await sql(killed);
      await upgrade(session, "aaaa");
      await sql(CHANGE);
      expect(await readDrift(session)).toMatchObject({ revision: "bbbb" });
      await sql(killed);
      await downgrade(session, "bbbb");
      expect(await readDrift(session)).toBeUndefined();
    }));

  test("but not after a script, nor where nobody ever looked", () =>
    withMall(async ({ session, sql, script }) => {
      await upgrade(session);
      await script("downgrade", "bbbb:aaaa");
      await sql(CHANGE);
      expect(await readDrift(session)).toBeUndefined();
      await script("upgrade", "aaaa:bbbb");
      expect(await readDrift(session)).toBeUndefined();
      await sql("UPDATE remodel_revision SET fingerprint = NULL; ALTER TABLE remodel_revision DROP COLUMN schema");
      expect(await readDrift(session)).toBeUndefined();
      await stamp(session, ["current"]);
      expect(await sql("SELECT revision FROM remodel_revision WHERE schema IS NOT NULL")).toEqual([
        { revision: "bbbb" },
      ]);
    }));
});
