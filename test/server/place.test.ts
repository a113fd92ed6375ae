import { Check, Column, Entity, PrimaryGeneratedColumn } from "typeorm";
import { describe, expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { stamp } from "../../src/author/stamp.ts";
import { compare } from "../../src/compare/compare.ts";
import type { Config } from "../../src/config.ts";
import { PINNED_SETTINGS } from "../../src/database.ts";
import { excludes, idlePatterns, relativeName } from "../../src/read/exclude.ts";
import { readServerInfo, searchPathOf } from "../../src/read/server-info.ts";
import { writeRevision as writeFile } from "../../src/revision/folder.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Session } from "../../src/state/session.ts";
import { logName } from "../../src/state/state-tables.ts";
import { fileText } from "../support/running.ts";
import { anyMajors, connect, majors, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

@Entity()
class Mall {
  @PrimaryGeneratedColumn() id: number;
}

@Entity()
class Visitor {
  @PrimaryGeneratedColumn("uuid") id: string;
  @Column({ type: "citext", default: "x" }) email: string;
}

@Entity()
@Check("CHK_code", `"code" <> next_code()`)
class Shop {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: "text", default: () => "next_code()" }) code: string;
}

class MoodBase {
  @PrimaryGeneratedColumn() id: number;
}

@Entity("moody")
class Moody extends MoodBase {
  @Column({ type: "enum", enum: ["calm", "busy"], enumName: "shared.mood", default: "calm" }) mood: string;
  @Column({ type: "enum", enum: ["calm", "busy"], enumName: "shared.mood", array: true, default: [] }) moods: string[];
}

@Entity("moody")
class Moodier extends MoodBase {
  @Column({ type: "enum", enum: ["calm", "busy", "late"], enumName: "shared.mood", default: "calm" }) mood: string;
  @Column({ type: "enum", enum: ["calm", "busy", "late"], enumName: "shared.mood", array: true, default: [] })
  moods: string[];
}

interface Given {
  readonly entities?: readonly unknown[];
  readonly schema?: string;
  readonly config?: Config;
}

/** A database that is set up with SQL, and a function that acts on it in a session of its own. */
async function withProject(
  major: number,
  setup: string,
  body: (
    act: <Result>(given: Given, work: (session: Session) => Promise<Result>) => Promise<Result>,
    at: Ran,
  ) => Promise<void>,
): Promise<void> {
  await withFolder((folder) =>
    withDatabase(major, async (url) => {
      const admin = await connect(url);
      await admin.query(setup);
      const sql = async (text: string) => (await admin.query({ text, rowMode: "array" })).rows.flat();
      try {
        await body(
          async ({ entities = [Mall], schema, config }, work) => {
            const options = schema === undefined ? {} : { options: { schema } };
            const session = await testSession({ url, folder, entities, ...options, ...(config && { config }) });
            try {
              return await work(session);
            } finally {
              await session.close();
            }
          },
          { folder, sql },
        );
      } finally {
        await admin.end();
      }
    }),
  );
}

interface Ran {
  readonly folder: string;
  readonly sql: (text: string) => Promise<readonly unknown[]>;
}

const generate = (session: Session) => revise(session, { message: "Tables", autogenerate: true, accept: ["all"] });
const pathOf = (path: string) =>
  `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = ${path}', current_database()); END $$`;
const TABLES =
  "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname !~ '^pg_|^information' ORDER BY 1";

describe.each(anyMajors())("PostgreSQL %i:", (major) => {
  test.each([
    ["an extension", "CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext", `"$user", public, ext`, [Visitor]],
    [
      "a function",
      "CREATE SCHEMA app; CREATE SCHEMA ext; CREATE FUNCTION ext.next_code() RETURNS text LANGUAGE sql AS 'SELECT ''x'''",
      "app, ext, public",
      [Shop],
    ],
  ])("%s in another schema of the search path is found", (_, setup, path, entities) =>
    withProject(major, `${setup}; ${pathOf(path)}`, async (act) => {
      await act({ entities }, generate);
      await act({ entities }, upgrade);
      expect((await act({ entities }, (session) => compare(session))).upgrade).toEqual([]);
    }),
  );

  test("an enum type in another schema of the search path has its schema in columns too", () =>
    withProject(
      major,
      `CREATE SCHEMA app; CREATE SCHEMA shared; CREATE TYPE shared.mood AS ENUM ('calm', 'busy'); ${pathOf("app, shared")}`,
      async (act) => {
        const given = { entities: [Moody], schema: "app" };
        const differences = () => act(given, async (session) => (await compare(session)).upgrade);
        expect(await act(given, generate)).toMatchObject({ text: expect.not.stringContaining("createEnum") });
        await act(given, upgrade);
        expect(await differences()).toEqual([]);
        await act(given, (session) => downgrade(session, "base"));
        await act(given, upgrade);
        expect(await differences()).toEqual([]);
        expect(
          await act({ ...given, entities: [Moodier] }, async (session) => (await compare(session)).upgrade),
        ).toMatchObject([{ operations: [{ name: "addEnumValue", args: ["shared.mood", "late"] }] }]);
      },
    ));

  test("two malls as schemas of one database have a history and a lock each", () =>
    withProject(major, "CREATE SCHEMA mall_a; CREATE SCHEMA mall_b", async (act, { sql }) => {
      await act({ schema: "mall_a" }, generate);
      await act({ schema: "mall_a" }, upgrade);
      await act({ schema: "mall_b" }, upgrade);
      expect(await sql(TABLES)).toEqual(
        ["mall_a", "mall_b"].flatMap((schema) =>
          ["mall", "remodel_log", "remodel_revision"].map((name) => `${schema}.${name}`),
        ),
      );
      const locks = await Promise.all(
        ["mall_a", "mall_b"].map((schema) => act({ schema }, async (session) => (await session.state()).lock)),
      );
      expect(new Set(locks).size).toBe(2);
    }));

  test("a schema that does not exist is created by the revision, or missed", () =>
    withProject(major, "", async (act, { folder, sql }) => {
      writeFile(folder, "aaaa.ts", fileText("aaaa", null, `op.sql("CREATE TABLE mall (id integer)");`));
      await expect(act({ schema: "app" }, (session) => upgrade(session))).rejects.toMatchObject({
        code: "SCHEMA_MISSING",
      });
      await expect(act({ schema: "app" }, (session) => stamp(session, ["aaaa"]))).rejects.toMatchObject({
        code: "SCHEMA_MISSING",
      });
      expect(await sql(TABLES)).toEqual([]);
    }));

  test("autogenerate begins with the schema that is missing", () =>
    withProject(major, "", async (act, { sql }) => {
      const revised = await act({ schema: "app" }, generate);
      expect(revised).toMatchObject({ text: expect.stringContaining('op.createSchema("app", { ifNotExists: true })') });
      await act({ schema: "app" }, upgrade);
      expect(await sql(TABLES)).toEqual(["app.mall", "app.remodel_log", "app.remodel_revision"]);
      expect((await act({ schema: "app" }, (session) => compare(session))).upgrade).toEqual([]);
    }));

  test("a state in the old place is used where it was written for this schema, and refused where it was not", () =>
    withProject(major, "CREATE SCHEMA app; CREATE SCHEMA other", async (act, { sql }) => {
      await act({ schema: "app" }, generate);
      await act({ schema: "app" }, upgrade);
      await sql("ALTER TABLE app.remodel_revision SET SCHEMA public");
      await sql("ALTER TABLE app.remodel_log SET SCHEMA public");
      const applied = (session: Session) => upgrade(session).then(({ revisions }) => revisions.length);
      expect(await act({ schema: "app" }, applied)).toBe(0);
      await expect(act({ schema: "other" }, applied)).rejects.toMatchObject({ code: "STATE_ELSEWHERE" });
      expect(await act({ schema: "other", config: { stateTable: "other.remodel_revision" } }, applied)).toBe(1);
    }));

  test("tables of our own are never dropped, however their name is configured, and each has its own log", () =>
    withProject(major, "CREATE SCHEMA ops", async (act, { sql }) => {
      for (const stateTable of ["public.remodel_revision", "remodel_revision", "ops.remodel_revision", "history"]) {
        const config = { stateTable };
        await act({ config }, async (session) => {
          const { comparison } = (await generate(session)) as { comparison: { upgrade: readonly unknown[] } };
          expect(JSON.stringify(comparison.upgrade)).not.toContain("dropTable");
        }).catch((error: { code?: string }) => expect(error.code).toBe("NOT_AT_HEAD"));
        await act({ config }, (session) => stamp(session, ["heads"]));
        expect(
          (await act({ config }, (session) => compare(session))).upgrade.flatMap(({ operations }) =>
            operations.map(({ name }) => name),
          ),
        ).not.toContain("dropTable");
      }
      expect(await sql(TABLES)).toEqual(
        expect.arrayContaining([
          "public.history",
          "public.history_remodel_log",
          "ops.remodel_log",
          "public.remodel_log",
        ]),
      );
    }));

  test("a baseline that empties the search path, as dumps do, is noted all the same", () =>
    withProject(major, "", async (act, { folder, sql }) => {
      const dump = `op.sql("SELECT pg_catalog.set_config('search_path', '', false)");
  op.sql("CREATE TABLE public.mall (id integer)");
  op.createTable("shop", { columns: [{ name: "id", type: "integer" }] });`;
      writeFile(folder, "aaaa.ts", fileText("aaaa", null, dump));
      await act({}, upgrade);
      expect(await sql("SELECT revision FROM remodel_revision")).toEqual(["aaaa"]);
      expect(await sql(TABLES)).toContain("public.shop");
    }));

  test("settings of a role change neither what is read nor what is written", () =>
    withProject(
      major,
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET DateStyle = ''German, DMY''', current_database());
        EXECUTE format('ALTER DATABASE %I SET IntervalStyle = ''sql_standard''', current_database());
        EXECUTE format('ALTER DATABASE %I SET quote_all_identifiers = on', current_database());
        EXECUTE format('ALTER DATABASE %I SET standard_conforming_strings = off', current_database());
        EXECUTE format('ALTER DATABASE %I SET TimeZone = ''Asia/Tokyo''', current_database()); END $$`,
      async (act, { folder, sql }) => {
        writeFile(
          folder,
          "aaaa.ts",
          fileText("aaaa", null, `op.sql("CREATE TABLE day (d date DEFAULT '02/03/2024'::date)");`),
        );
        await act({}, upgrade);
        await sql("INSERT INTO day DEFAULT VALUES");
        expect(await sql("SELECT to_char(d, 'YYYY-MM-DD') FROM day")).toEqual(["2024-02-03"]);
      },
    ));
});

/** Settings of PostgreSQL's group "Locale and Formatting" that change no value that is written or read as text. */
const HARMLESS = [
  "client_encoding", // pg and psql set it
  "default_text_search_config", // what the database means by to_tsvector(text)
  "icu_validation_level",
  "lc_messages",
  "lc_monetary", // says what a stored amount is: amounts are written as numbers
  "lc_numeric", // only of to_char
  "lc_time", // only of to_char
  "timezone_abbreviations", // values are printed with offsets
];

test.each(anyMajors())("every setting of PostgreSQL %i that changes how values print is pinned", (major) =>
  withDatabase(major, async (url) => {
    const client = await connect(url);
    const { rows } = await client.query<{ name: string }>(
      `SELECT name FROM pg_settings WHERE category = 'Client Connection Defaults / Locale and Formatting' AND context <> 'internal'`,
    );
    await client.end();
    const left = rows.map(({ name }) => name).filter((name) => !(name in PINNED_SETTINGS));
    expect(left.filter((name) => !HARMLESS.includes(name))).toEqual([]);
  }),
);

test.each([
  ["app", `"$user", public`, undefined, '"app", "$user", "public"'],
  ["public", "ext, public", "public", '"public", "ext"'],
  ["app", "app, ext, public", undefined, '"app", "ext", "public"'],
  ["missing", "missing, public", undefined, '"missing", "public"'],
  ["Odd, One", `"Odd, One", public`, undefined, '"Odd, One", "public"'],
])("of the search path, %s comes first", (own, setting, schema, expected) =>
  withDatabase(majors().at(-1)!, async (url) => {
    const admin = await connect(url);
    await admin.query("CREATE SCHEMA ext; CREATE SCHEMA app");
    await admin.query(`SET search_path = ${setting}`);
    const db = {
      query: async (sql: string) => {
        const result = await admin.query(sql);
        return (Array.isArray(result) ? result.at(-1) : result).rows;
      },
    };
    const server = await readServerInfo(db as never, schema ?? (setting.includes("$user") ? own : undefined));
    await admin.end();
    expect([server.schema, searchPathOf(server)]).toEqual([own, expected]);
  }),
);

test.each([
  ["legacy", "legacy", "public", true],
  ["public.legacy", "legacy", "public", true],
  ["public.legacy", "legacy", "app", false],
  ["public.legacy", "public.legacy", "app", true],
  ["legacy", "audit.legacy", "public", false],
  ["legacy_*", "legacy_a", "public", true],
  ["legacy_*", "audit.legacy_a", "public", true],
  ["audit.*", "audit.log", "public", true],
  ["audit.*", "log", "audit", true],
  ["aud*.l*", "audit.log", "public", true],
  ["*", "audit.log", "public", true],
  ['"odd.name"', '"odd.name"', "public", true],
  ["odd.name", '"odd.name"', "public", false],
])("the pattern %s and the name %s, in the schema %s: %s", (pattern, name, own, expected) => {
  expect(excludes([pattern], name, own)).toBe(expected);
  expect(idlePatterns([pattern], [name], own)).toEqual(expected ? [] : [pattern]);
});

test("a configured name is written as the schema writes names", () => {
  expect(["a.b", "b", '"a"."b.c"'].map((name) => relativeName(name, "a"))).toEqual(["b", "b", '"b.c"']);
  const long = "x".repeat(60);
  expect([logName("remodel_revision"), logName("remodel"), logName(long) === logName(`${long}y`)]).toEqual([
    "remodel_log",
    "remodel_remodel_log",
    false,
  ]);
});
