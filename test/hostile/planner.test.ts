import { randomBytes } from "node:crypto";
import { EntitySchema } from "typeorm";
import { expect, test } from "vitest";
import { check } from "../../src/author/check.ts";
import { revise } from "../../src/author/revise.ts";
import { listNotes } from "../../src/cli/changes.ts";
import { compare, compareSides } from "../../src/compare/compare.ts";
import { readCatalog } from "../../src/read/catalog.ts";
import { writeRevision } from "../../src/revision/folder.ts";
import { upgrade } from "../../src/run/run.ts";
import type { Column, Schema, Table } from "../../src/schema/schema.ts";
import { revisionText } from "../support/revisions.ts";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

/**
 * What a role without rights leaves behind: functions that call themselves immutable, and ways to have them called. They
 * spring for superusers only, and take an advisory lock, which is allowed in read-only transactions and outlives them.
 */
const trapsSql = (tenant: string) => `
  CREATE ROLE ${tenant};
  CREATE SCHEMA app AUTHORIZATION ${tenant};
  GRANT CREATE, USAGE ON SCHEMA public TO ${tenant};
  SET ROLE ${tenant};
  CREATE FUNCTION app.spring() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
    IF current_setting('is_superuser') = 'on' THEN PERFORM pg_advisory_lock(666, 1); END IF; RETURN 'x'; END $$;
  CREATE FUNCTION app.evil() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN app.spring(); END $$;
  CREATE FUNCTION app.inlined() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT app.evil() $$;
  CREATE FUNCTION app.evil(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN PERFORM app.spring(); RETURN true; END $$;
  CREATE FUNCTION public.lower(varchar) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN app.spring(); END $$;
  CREATE FUNCTION app.same(text, varchar) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN PERFORM app.spring(); RETURN true; END $$;
  CREATE OPERATOR public.= (FUNCTION = app.same, LEFTARG = text, RIGHTARG = varchar);
  CREATE OPERATOR app.@@@ (FUNCTION = app.same, LEFTARG = text, RIGHTARG = varchar);
  CREATE DOMAIN app.word AS text CHECK (app.evil(VALUE));
  CREATE DOMAIN app.words AS app.word[];
  CREATE TYPE app.pair AS (one app.word, two integer);
  CREATE TYPE app.color AS ENUM ('red', 'green');
  CREATE FUNCTION app.to_color(integer) RETURNS app.color LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN PERFORM app.spring(); RETURN 'red'; END $$;
  CREATE CAST (integer AS app.color) WITH FUNCTION app.to_color(integer) AS ASSIGNMENT;
  CREATE TABLE app.theirs (id integer, words app.word[]);
  CREATE INDEX ON app.theirs (id) WHERE app.evil() = 'x';
  CREATE VIEW app.list AS SELECT id, app.evil() AS word FROM app.theirs WHERE app.evil('x');
  CREATE TABLE public.mall (
    id integer CONSTRAINT "PK_mall" PRIMARY KEY,
    name text NOT NULL DEFAULT app.evil(),
    code varchar NOT NULL DEFAULT app.inlined(),
    tag text GENERATED ALWAYS AS (app.evil() || 'x') STORED NOT NULL,
    CONSTRAINT "CHK_name" CHECK (app.evil('a'::text)),
    CONSTRAINT "CHK_code" CHECK (lower('A'::varchar) <> ''),
    CONSTRAINT "CHK_same" CHECK ('a'::text OPERATOR(public.=) 'b'::varchar)
  );
  CREATE INDEX "IDX_name" ON public.mall (name) WHERE app.evil('b'::text);
  RESET ROLE;`;

const MALL = new EntitySchema({
  name: "mall",
  columns: {
    id: { type: "integer", primary: true, primaryKeyConstraintName: "PK_mall" },
    name: { type: "text", default: () => "(app.evil ())" },
    code: { type: "varchar", default: () => "app . inlined()" },
    tag: { type: "text", asExpression: "app.evil()||'x'", generatedType: "STORED" },
  },
  checks: [
    { name: "CHK_name", expression: "app.evil('a')" },
    { name: "CHK_code", expression: "lower('A'::varchar)<>''" },
    { name: "CHK_same", expression: "'a'::text = 'b'::varchar" },
  ],
  indices: [{ name: "IDX_name", columns: ["name"], where: "(app.evil('b'))" }],
});

/** Its changes have questions whose rows are counted, a drop that is counted, and a column for which the table must be empty. */
const CHANGED = new EntitySchema({
  name: "mall",
  columns: {
    id: { type: "integer", primary: true, primaryKeyConstraintName: "PK_mall" },
    name: { type: "varchar", length: 3 },
    place: { type: "integer" },
  },
  checks: [{ name: "CHK_length", expression: "lower('A'::varchar) <> '' AND lower(name::varchar) <> ''" }],
  uniques: [{ name: "UQ_name", columns: ["name"] }],
});

/** Texts of models, of which each one means something of the tenant's; the second is how in the form that PostgreSQL prints. */
const TEXTS: readonly (readonly [
  where: "default" | "check" | "exclusion" | "view",
  type: string,
  one: string,
  other: string,
])[] = [
  ["default", "text", "app.evil()", "(app.evil())"],
  ["default", "text", '"app"."evil"()', "app.evil()"],
  ["default", "text", `U&"\\0061pp".U&"\\0065vil"()`, "app.evil()"],
  ["default", "text", "APP.Evil/**/()", "app.evil()"],
  ["default", "app.color", "(1)::app.color", "CAST(1 AS app.color)"],
  ["default", "app.color", "1", "(1)"],
  ["default", "app.word", "'a'", "'a'::text"],
  ["default", "app.word[]", "'{a}'", "'{a}'::app.word[]"],
  ["default", "app.words", "'{a}'", "'{a}'::app.words"],
  ["default", "app.pair", "'(a,1)'", "'(a,1)'::app.pair"],
  ["default", "text", "('{a}'::app._word)::text", "(('{a}'::app.word[]))::text"],
  ["check", "", "'a'::text OPERATOR(app.@@@) 'b'::varchar", "('a'::text OPERATOR(app.@@@) 'b'::character varying)"],
  ["check", "", "'a'::text IN ('b'::varchar)", "('a'::text = 'b'::character varying)"],
  ["check", "", "id > 0 AND app.evil('a')", "((id > 0) AND app.evil('a'::text))"],
  [
    "exclusion",
    "",
    "USING btree (id WITH =) WHERE (app.evil('a'))",
    "USING btree (id WITH =) WHERE (app.evil('a'::text))",
  ],
  ["exclusion", "", "USING btree ((app.evil()) WITH =)", "USING btree (app.evil() WITH =)"],
  ["view", "", "SELECT app.evil() AS word", " SELECT app.evil() AS word;"],
  ["view", "", "SELECT id FROM app.list", " SELECT list.id\n   FROM app.list;"],
  [
    "view",
    "",
    "SELECT id FROM app.theirs WHERE words = '{a}'",
    "SELECT id FROM app.theirs WHERE (words = '{a}'::app.word[])",
  ],
  ["view", "", "SELECT '{a}'::app.word[] AS words", " SELECT '{a}'::app.word[] AS words;"],
];

function schemaOf(which: 0 | 1): Schema {
  const id: Column = { name: "id", type: "integer" };
  const tables = TEXTS.flatMap(([where, type, ...texts], at): Table[] => {
    const [name, text] = [`case_${at}`, texts[which]!];
    if (where === "default") return [{ name, columns: [id, { name: "value", type, default: text }] }];
    if (where === "check") return [{ name, columns: [id], checks: [{ name: "CHK", expression: text }] }];
    if (where === "exclusion") return [{ name, columns: [id], exclusions: [{ name: "XCL", expression: text }] }];
    return [];
  });
  const views = TEXTS.flatMap(([where, , ...texts], at) =>
    where === "view"
      ? [
          {
            name: `case_${at}`,
            expression: texts[which]!,
            materialized: true as const,
            indexes: [
              {
                name: `IDX_${at}`,
                columns: ["id"],
                where: which === 0 ? "app.evil()='x'" : "(app.evil() = 'x'::text)",
              },
            ],
          },
        ]
      : [],
  );
  return { tables, views };
}

const SPRUNG = `SELECT count(*)::integer AS sprung FROM pg_locks JOIN pg_database d ON d.oid = database
  WHERE locktype = 'advisory' AND classid = 666 AND d.datname = current_database()`;

test.each(anyMajors())("PostgreSQL %s: no text of another role is run by a superuser who compares", async (major) => {
  const tenant = `tenant_${randomBytes(6).toString("hex")}`;
  await withFolder((folder) =>
    withDatabase(
      major,
      async (url) => {
        const client = await connect(url);
        const sprung = async () => (await client.query(SPRUNG)).rows[0].sprung as number;
        const session = await testSession({ url, folder, keepsPlans: false, entities: [MALL] });
        try {
          writeRevision(folder, "1.ts", revisionText("aaaa", null, 'op.sql("SELECT 1");', 'op.sql("SELECT 1");'));
          await upgrade(session);
          const db = await session.connection();
          const server = await session.server();
          const { schema } = await readCatalog(db, { server, schemas: ["app"] });
          expect(schema.tables?.map(({ name }) => name)).toContain("mall");
          const found = await compare(session);
          expect(found.upgrade.flatMap(({ operations }) => operations.map(({ name }) => name))).toEqual([
            "addTypeormMetadata",
          ]);
          expect(found.unreadable).toEqual([]);
          expect(listNotes(found).filter((note) => note.includes("another role"))).not.toEqual([]);
          await check(session);
          await revise(session, { message: "More", autogenerate: true, dryRun: true });
          const changed = await testSession({ url, folder, keepsPlans: false, entities: [CHANGED] });
          try {
            const revised = await revise(changed, {
              message: "More",
              autogenerate: true,
              dryRun: true,
              accept: ["all"],
            });
            expect(revised).toMatchObject({ text: expect.stringContaining("UQ_name") });
            expect(await sprung()).toBe(0);
            expect((await compare(changed)).dropped).toContainEqual({ table: "mall", column: "code" });
            await check(changed);
            expect(await sprung()).toBe(0);
          } finally {
            await changed.close();
          }
          const [live, models] = [schemaOf(0), schemaOf(1)];
          const there = { ...live, tables: [...live.tables!, ...(schema.tables ?? [])] };
          const wanted = { ...models, tables: [...models.tables!, ...(schema.tables ?? [])] };
          const { unreadable } = await compareSides(db, server, { live: there, models: wanted, unmodelled: [] });
          const { unreadable: back } = await compareSides(db, server, { live: wanted, models: there, unmodelled: [] });
          expect([...unreadable, ...back].filter(({ message }) => !/column "id" does not exist/.test(message))).toEqual(
            [],
          );
          expect(await sprung()).toBe(0);
          for (const [where, type, ...texts] of TEXTS)
            for (const text of texts) {
              const sql =
                where === "default"
                  ? `SELECT (${text})::${type}`
                  : where === "check"
                    ? `SELECT ${text} FROM mall`
                    : where === "view"
                      ? text
                      : "";
              if (sql !== "") await db.query(`EXPLAIN ${sql}`).catch(() => undefined);
            }
          expect(await sprung()).toBe(1);
        } finally {
          await session.close();
          await client.end();
        }
      },
      { sql: trapsSql(tenant) },
    ).finally(() => withDatabase(major, (url) => dropRole(url, tenant))),
  );
});

async function dropRole(url: string, role: string): Promise<void> {
  const client = await connect(url);
  await client.query(`DROP ROLE IF EXISTS ${role}`).finally(() => client.end());
}
