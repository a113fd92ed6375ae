import type pg from "pg";
import { EntitySchema } from "typeorm";
import { describe, expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { addColumn } from "../../src/kinds/column-operations.ts";
import { offlineSql } from "../../src/run/offline.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Column } from "../../src/schema/schema.ts";
import { listCatalog } from "../support/observer.ts";
import { runScript } from "../support/psql.ts";
import { columnsOf, everything, onSite, type Photograph, photograph } from "../support/rebuilding.ts";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

const NICK: Column = { name: "nick", type: "text", nullable: true, comment: "what friends say" };
const NICK_LINE = "  column nick text comment 'what friends say'";
const AFTER_NAME = { after: "name" };

test("a place says what it costs", () => {
  const { hazards } = addColumn("estate.users", NICK, AFTER_NAME);
  expect(hazards?.map(({ code }) => code)).toEqual(["column-placed", "column-placed"]);
  expect(hazards?.[0]?.text).toMatch(/^users is rewritten .* nick after name, .* ACCESS EXCLUSIVE lock/);
  expect(addColumn("estate.users", NICK).hazards).toBeUndefined();
});

describe.each(anyMajors())("PostgreSQL %i", (major) => {
  test("a table that has one of everything is as it was, but for the new column and its place", () =>
    onSite(major, everything(major), async ({ client, revision, session }) => {
      const [before, columns] = [await photograph(client), await columnsOf(client, "estate.users")];
      revision("estate.users", NICK, AFTER_NAME);
      await session((one) => upgrade(one));
      expect(await columnsOf(client, "estate.users")).toEqual(
        columns.toSpliced(columns.indexOf("name") + 1, 0, "nick"),
      );
      expect(withoutNick(await photograph(client))).toEqual(before);
      await session((one) => downgrade(one, "base"));
      expect(await photograph(client)).toEqual(before);
      expect(await columnsOf(client, "estate.users")).toEqual(columns);
    }));

  test("names may hold anything, and the new column may come first", () =>
    onSite(major, everything(major) + HOSTILE, async ({ client, revision, session }) => {
      const [before, columns] = [await photograph(client), await columnsOf(client, HOSTILE_PATH)];
      const place: Column = { name: `place "'\\$$`, type: "serial", comment: "it's \\ $remodel$" };
      revision(HOSTILE_NAME, place, { before: columns[0] });
      await session((one) => upgrade(one));
      expect(await columnsOf(client, HOSTILE_PATH)).toEqual([place.name, ...columns]);
      const { rows } = await client.query(`SELECT sum("place ""'\\$$") AS sum FROM ${HOSTILE_PATH}`);
      expect(rows).toEqual([{ sum: "21" }]);
      await session((one) => downgrade(one, "base"));
      expect(await photograph(client)).toEqual(before);
      expect(await columnsOf(client, HOSTILE_PATH)).toEqual(columns);
    }));

  test("sequences go on, and rights, policies, triggers, keys and views do their work", () =>
    onSite(major, everything(major), async ({ url, client, revision, session }) => {
      const expected = await sequences(client);
      revision("estate.users", NICK, AFTER_NAME);
      await session((one) => upgrade(one));
      const other = await connect(url);
      try {
        expect(await sequences(other)).toEqual(expected);
        await expectWork(other);
      } finally {
        await other.end();
      }
    }));

  test("a script does the same", () =>
    onSite(major, everything(major), async ({ client, revision, session }) => {
      const before = await photograph(client);
      revision("estate.users", NICK, AFTER_NAME);
      await runScript(client, await session((one) => offlineSql(one, "upgrade", "base:heads")));
      expect(withoutNick(await photograph(client))).toEqual(before);
      expect((await columnsOf(client, "estate.users")).slice(1, 5)).toEqual(["number", "name", "nick", "email"]);
      await runScript(client, await session((one) => offlineSql(one, "downgrade", "heads:base")));
      expect(await photograph(client)).toEqual(before);
    }));

  test("an owner who is no superuser gets all rows across, though row-level security is forced upon her", () =>
    onSite(major, OWN_TABLE, async ({ url, client, revision, session }) => {
      const before = await photograph(client);
      revision("estate.parcel", NICK, { before: "note" });
      await session((one) => upgrade(one), asOwner(url));
      expect(withoutNick(await photograph(client))).toEqual(before);
      expect(await columnsOf(client, "estate.parcel")).toEqual(["id", "nick", "note", "seen"]);
    }));

  test("new tables' default rights are not given to an old table", () =>
    onSite(major, PLAIN, async ({ client, revision, session }) => {
      await client.query(`DO $$ BEGIN CREATE ROLE remodel_reader; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$;
        ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC, remodel_reader`);
      revision("shop", NICK, AFTER_NAME);
      await session((one) => upgrade(one));
      const { rows } = await client.query("SELECT relacl::text AS acl FROM pg_class WHERE oid = 'shop'::regclass");
      expect(rows[0].acl).toMatch(/^\{postgres=\w+\/postgres\}$/);
      await client.query("ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC, remodel_reader");
    }));

  test("after the last column nothing is built anew, and a column that is there already stays where it is", () =>
    onSite(major, PLAIN, async ({ client, revision, session }) => {
      const oid = async () => (await client.query("SELECT 'shop'::regclass::oid")).rows;
      const before = await oid();
      revision("shop", NICK, { after: "floor" });
      await session((one) => upgrade(one));
      expect(await oid()).toEqual(before);
      expect(await columnsOf(client, "shop")).toEqual(["id", "name", "floor", "nick"]);
      await session((one) => downgrade(one, "base"));
      await client.query("ALTER TABLE shop ADD COLUMN nick text");
      revision("shop", NICK, { after: "name", ifNotExists: true });
      await session((one) => upgrade(one));
      expect(await oid()).toEqual(before);
    }));

  test("an unqualified name is one of the project's own schema", () =>
    onSite(
      major,
      `CREATE SCHEMA sales; CREATE TYPE sales.kind AS ENUM ('a');
        CREATE TABLE shop (id int); CREATE TABLE sales.shop (id int, name sales.kind);`,
      async ({ client, revision, session }) => {
        revision("shop", { name: "kind", type: "kind", default: "'a'::kind" }, { before: "name" });
        await session((one) => upgrade(one));
        expect(await columnsOf(client, "sales.shop")).toEqual(["id", "kind", "name"]);
        expect(await columnsOf(client, "public.shop")).toEqual(["id"]);
      },
      "sales",
    ));

  test("rows that others write before the lock is there come across", () =>
    onSite(major, PLAIN, async ({ url, client, revision, session }) => {
      revision("shop", NICK, AFTER_NAME);
      const writer = await connect(url);
      await writer.query("BEGIN; INSERT INTO shop VALUES (2, 'late', 2)");
      const running = session((one) => upgrade(one));
      const waiting = `SELECT FROM pg_locks JOIN pg_database d ON d.oid = database AND datname = current_database() WHERE NOT granted`;
      await expect.poll(async () => (await client.query(waiting)).rowCount, { timeout: 30_000 }).toBe(1);
      await writer.query("COMMIT");
      await running;
      await writer.end();
      expect((await client.query("SELECT name FROM shop ORDER BY id")).rows).toEqual([
        { name: "one" },
        { name: "late" },
      ]);
    }));
});

describe.each(anyMajors())("PostgreSQL %i", (major) => {
  describe("what cannot be made again is named before anything is changed", () => {
    test.each(OBSTACLES.filter(({ since = 0 }) => since <= major))("$what", ({ sql, says, table = "shop" }) =>
      onSite(major, PLAIN + sql, async ({ client, revision, session }) => {
        const before = [await listCatalog(client, { notNullNames: true }), (await photograph(client)).rows];
        revision(table, NICK, AFTER_NAME);
        const error = await session((one) => upgrade(one)).then(String, String);
        expect(error).toMatch(
          `"${table}" cannot be rebuilt to put the column "nick" in its place\nThe rebuild cannot keep:\n`,
        );
        for (const one of says) expect(error.split("\n")).toContain(one);
        expect([await listCatalog(client, { notNullNames: true }), (await photograph(client)).rows]).toEqual(before);
      }),
    );

    test("views that others own or keep for their session", () =>
      onSite(major, OWN_TABLE, async ({ url, client, revision, session }) => {
        await client.query("CREATE VIEW estate.foreign_view AS SELECT note FROM estate.parcel");
        await client.query("CREATE TEMPORARY VIEW passing AS SELECT note FROM estate.parcel");
        revision("estate.parcel", NICK, { before: "note" });
        const error = await session((one) => upgrade(one), asOwner(url)).then(String, String);
        expect(error).toMatch("\nestate.foreign_view, whose owner is postgres and not remodel_owner\n");
        expect(error).toMatch(/\na temporary view over it: pg_temp_\d+\.passing\n/);
      }));

    test("a transaction that would not see rows that others wrote", () =>
      onSite(major, PLAIN, async ({ client, url, revision, session }) => {
        const [statement] = addColumn("shop", NICK, AFTER_NAME).sql;
        await client.query("BEGIN ISOLATION LEVEL SERIALIZABLE");
        await expect(client.query(statement!)).rejects.toMatchObject({
          detail: expect.stringMatching(/the transaction is serializable/),
        });
        await client.query("ROLLBACK");
        // A run says itself what its transactions see, whatever the database has for a default.
        revision("shop", NICK, AFTER_NAME);
        await session((one) => upgrade(one), `${url}?options=-c%20default_transaction_isolation%3Dserializable`);
      }));

    test("a view that names columns by their number is found in the end, and all is undone", () =>
      onSite(
        major,
        `${PLAIN} ALTER TABLE shop ALTER floor TYPE text; CREATE VIEW numbered AS SELECT c FROM shop s (a, b, c);`,
        async ({ client, revision, session }) => {
          const before = await listCatalog(client);
          revision("shop", NICK, AFTER_NAME);
          await expect(session((one) => upgrade(one))).rejects.toThrow(/by number.*\n.*on public\.numbered: floor/);
          expect(await listCatalog(client)).toEqual(before);
        },
      ));

    test.each([
      ["no such table", "shops", AFTER_NAME, /relation "shops" does not exist/],
      ["no such column", "shop", { after: "title" }, /column "title" of "shop" does not exist/],
      ["the new column itself", "shop", { before: "nick" }, /column "nick" of "shop" does not exist/],
      ["both places", "shop", { before: "id", after: "id" }, /has both before and after/],
    ])("%s", (_what, table, options, message) =>
      onSite(major, PLAIN, async ({ client, revision, session }) => {
        const before = await listCatalog(client);
        revision(table, NICK, options);
        await expect(session((one) => upgrade(one))).rejects.toThrow(message);
        expect(await listCatalog(client)).toEqual(before);
      }),
    );
  });

  test("--keep-order puts new columns where the models have them, and nothing else does", () =>
    withFolder((folder) =>
      withDatabase(major, async (url) => {
        const client = await connect(url);
        const at = async <Result>(
          columns: object,
          act: (session: Awaited<ReturnType<typeof testSession>>) => Promise<Result>,
        ) => {
          const session = await testSession({
            url,
            folder,
            entities: [new EntitySchema({ name: "shop", columns: columns as never })],
          });
          return await act(session).finally(() => session.close());
        };
        const [id, text] = [
          { type: "int", primary: true },
          { type: "text", nullable: true },
        ];
        await at({ id, name: text, floor: text }, (one) => revise(one, { message: "Before", autogenerate: true }));
        await at({ id, name: text, floor: text }, (one) => upgrade(one));
        const after = { code: { type: "text" }, id, name: text, nick: text, more: text, floor: text, last: text };
        const options = { message: "After", autogenerate: true, accept: ["all"] } as const;
        const plain = await at(after, (one) => revise(one, { ...options, dryRun: true }));
        expect((plain as { text: string }).text).not.toMatch(/after:|before:/);
        const kept = await at(after, (one) => revise(one, { ...options, keepOrder: true }));
        expect((kept as { text: string }).text.match(/op\.addColumn\(.*/g)).toEqual([
          'op.addColumn("shop", { name: "code", type: "text", nullable: true }, { before: "id" });',
          'op.addColumn("shop", { name: "nick", type: "text", nullable: true }, { after: "name" });',
          'op.addColumn("shop", { name: "more", type: "text", nullable: true }, { after: "nick" });',
          'op.addColumn("shop", { name: "last", type: "text", nullable: true });',
        ]);
        await at(after, (one) => upgrade(one));
        expect(await columnsOf(client, "shop")).toEqual(Object.keys(after));
        expect((await at(after, compare)).upgrade).toEqual([]);
        await at(after, (one) => downgrade(one, "-1"));
        expect(await columnsOf(client, "shop")).toEqual(["id", "name", "floor"]);
        await client.end();
      }),
    ));
});

const PLAIN = `CREATE TABLE shop (id int PRIMARY KEY, name text, floor int); INSERT INTO shop VALUES (1, 'one', 1);`;

/** A table whose owner sees none of its rows. */
const OWN_TABLE = `
  DO $$ BEGIN CREATE ROLE remodel_owner; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$;
  DO $$ BEGIN ALTER ROLE remodel_owner LOGIN; EXCEPTION WHEN OTHERS THEN END $$;
  CREATE SCHEMA estate AUTHORIZATION remodel_owner;
  GRANT CREATE ON SCHEMA public TO remodel_owner;
  SET ROLE remodel_owner;
  CREATE UNLOGGED TABLE estate.parcel (id int GENERATED ALWAYS AS IDENTITY, note text, seen int) WITH (fillfactor = 50);
  INSERT INTO estate.parcel (note) SELECT 'n' || n FROM generate_series(1, 100) n;
  CREATE POLICY none ON estate.parcel USING (seen > 0);
  ALTER TABLE estate.parcel ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  CREATE VIEW estate.parcels AS SELECT * FROM estate.parcel;
  RESET ROLE;`;

const HOSTILE_PATH = `"Öst. ""at"""."'t $remodel$ \\'"`;
const HOSTILE_NAME = `"Öst. ""at""".'t $remodel$ \\'`;
const HOSTILE = `
  ALTER TABLE estate.users RENAME id TO "Id ""'\\ über";
  ALTER TABLE estate.users RENAME name TO "select";
  ALTER TABLE estate.users RENAME label TO "b l";
  ALTER TABLE estate.users RENAME CONSTRAINT users_key TO "Key ""of"" it";
  ALTER TABLE estate.users RENAME CONSTRAINT users_adult TO "it's; \\";
  ALTER INDEX estate.users_lower RENAME TO "Über ""100%% all""";
  ALTER TRIGGER noted ON estate.users RENAME TO "Trig 'ger";
  ALTER POLICY mine ON estate.orders RENAME TO "mine ""'";
  ALTER SEQUENCE estate.people RENAME TO "Seq ""'%s%\\";
  ALTER SEQUENCE estate.tickets RENAME TO "Tick's";
  ALTER VIEW estate.happy RENAME COLUMN who TO "Who ""'";
  ALTER VIEW estate.happy RENAME TO "Happy 'v""iew";
  ALTER MATERIALIZED VIEW estate.ages RENAME TO "Ages ""'$$";
  ALTER TYPE estate.mood RENAME TO "Mood '""";
  ALTER STATISTICS elsewhere.users_statistics RENAME TO "Stat's";
  ALTER TABLE estate.users RENAME TO "'t $remodel$ \\'";
  ALTER SCHEMA estate RENAME TO "Öst. ""at""";`;

const OBSTACLES: readonly {
  readonly what: string;
  readonly sql: string;
  readonly says: readonly string[];
  readonly since?: number;
  readonly table?: string;
}[] = [
  {
    what: "a partitioned table",
    table: "parts",
    sql: "CREATE TABLE parts (name text, at int) PARTITION BY LIST (at); CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1);",
    says: ["it is not a plain table", "table public.part1"],
  },
  {
    what: "a partition",
    table: "part1",
    sql: "CREATE TABLE parts (name text, at int) PARTITION BY LIST (at); CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1);",
    says: ["it is not a plain table", "it inherits from public.parts"],
  },
  { what: "a child", sql: "CREATE TABLE child () INHERITS (shop);", says: ["table public.child"] },
  {
    what: "a parent",
    table: "child",
    sql: "CREATE TABLE child (more int) INHERITS (shop);",
    says: ["it inherits from public.shop"],
  },
  {
    what: "a table of a composite type",
    table: "typed",
    sql: "CREATE TYPE kind AS (name text, floor int); CREATE TABLE typed OF kind;",
    says: ["it is not a plain table"],
  },
  {
    what: "functions over its row type, and with bodies that name it",
    sql: `CREATE FUNCTION of_rows(shop) RETURNS int LANGUAGE sql AS 'SELECT 1';
      CREATE FUNCTION all_rows() RETURNS SETOF shop LANGUAGE sql AS 'SELECT * FROM shop';
      CREATE FUNCTION atomic() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM shop; END;`,
    says: ["function public.of_rows(public.shop)", "function public.all_rows()", "function public.atomic()"],
  },
  {
    what: "its row type in columns, domains, composite types and views",
    sql: `CREATE TABLE holder (one shop, many shop[]);
      CREATE DOMAIN shops AS shop;
      CREATE TYPE pair AS (a shop);
      CREATE VIEW whole AS SELECT s FROM shop s;`,
    says: [
      "column one of table public.holder",
      "column many of table public.holder",
      "type public.shops",
      "column a of composite type public.pair",
      "column s of view public.whole",
    ],
  },
  {
    what: "rules",
    sql: `CREATE TABLE log (id int);
      CREATE RULE on_shop AS ON DELETE TO shop DO ALSO INSERT INTO log VALUES (OLD.id);
      CREATE RULE on_log AS ON DELETE TO log DO ALSO DELETE FROM shop;
      CREATE VIEW named AS SELECT name FROM shop;
      CREATE RULE on_named AS ON UPDATE TO named DO INSTEAD UPDATE shop SET name = NEW.name;`,
    says: [
      "rule on_shop on table public.shop",
      "rule on_log on table public.log",
      "rule on_named on view public.named",
    ],
  },
  {
    what: "a trigger of another table that watches it",
    sql: `CREATE TABLE log (id int);
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER watch AFTER INSERT ON log FROM shop FOR EACH ROW EXECUTE FUNCTION f();`,
    says: ["trigger watch on table public.log"],
  },
  {
    what: "defaults of other tables that name it, or take from its identity column",
    sql: `ALTER TABLE shop ALTER id ADD GENERATED ALWAYS AS IDENTITY;
      CREATE TABLE other (a regclass DEFAULT 'shop'::regclass, b int DEFAULT nextval('shop_id_seq'));`,
    says: ["default value for column a of table public.other", "default value for column b of table public.other"],
  },
  {
    what: "an index that is not valid",
    sql: "CREATE INDEX broken ON shop (name); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass;",
    says: ["index public.broken, which is not valid"],
  },
  {
    what: "publications of some columns, some rows, a schema or everything",
    since: 15,
    sql: `CREATE PUBLICATION some_columns FOR TABLE shop (id, name); CREATE PUBLICATION some_rows FOR TABLE shop WHERE (id > 1);
      CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA public;`,
    says: [
      "publication of table public.shop in publication some_columns",
      "publication of table public.shop in publication some_rows",
      "publication of_schema, which takes in all tables or all of a schema and would send every row again",
    ],
  },
  {
    what: "a publication of everything",
    sql: "CREATE PUBLICATION whole FOR ALL TABLES;",
    says: ["publication whole, which takes in all tables or all of a schema and would send every row again"],
  },
  {
    what: "rights that somebody else gave",
    sql: `DO $$ BEGIN CREATE ROLE remodel_reader; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$;
      GRANT USAGE ON SCHEMA public TO remodel_reader;
      GRANT SELECT ON shop TO remodel_reader WITH GRANT OPTION;
      SET ROLE remodel_reader; GRANT SELECT ON shop TO PUBLIC; RESET ROLE;`,
    says: ["a right to public.shop that remodel_reader gave, who is not its owner"],
  },
  {
    what: "a foreign key that is switched off",
    sql: "CREATE TABLE lease (shop int CONSTRAINT lease_shop REFERENCES shop); ALTER TABLE lease DISABLE TRIGGER ALL;",
    says: ["constraint lease_shop on public.lease, whose own triggers are disabled"],
  },
  {
    what: "what belongs to an extension or depends on it",
    sql: `ALTER EXTENSION plpgsql ADD TABLE shop;
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER noted BEFORE INSERT ON shop FOR EACH ROW EXECUTE FUNCTION f();
      ALTER TRIGGER noted ON shop DEPENDS ON EXTENSION plpgsql;`,
    says: [
      "table public.shop, which belongs to extension plpgsql",
      "trigger noted on table public.shop, which belongs to extension plpgsql",
    ],
  },
];

function asOwner(url: string): string {
  return Object.assign(new URL(url), { username: "remodel_owner" }).href;
}

/** What there would be without the new column, which has to be there, and empty. */
function withoutNick({ catalog, rows, ...rest }: Photograph): Photograph {
  const lines = catalog.split("\n");
  expect(lines.filter((line) => line === NICK_LINE)).toHaveLength(1);
  const withoutIt = ({ nick, ...row }: Record<string, string | null>) => {
    expect(nick ?? null).toBeNull();
    return row;
  };
  return {
    ...rest,
    catalog: lines.filter((line) => line !== NICK_LINE).join("\n"),
    rows: Object.fromEntries(Object.entries(rows).map(([table, all]) => [table, all.map(withoutIt)])),
  };
}

async function sequences(client: pg.Client): Promise<unknown> {
  const names = ["estate.people", "estate.tickets", "estate.users_other_seq", "estate.users_number_seq"];
  return await Promise.all(
    names.map(async (name) => (await client.query(`SELECT last_value, is_called FROM ${name}`)).rows[0]),
  );
}

/** What a catalog only says, tried out. */
async function expectWork(client: pg.Client): Promise<void> {
  const run = async (sql: string) => (await client.query(sql)).rows as Record<string, unknown>[];
  const refused = (sql: string, message: RegExp) => expect(client.query(sql)).rejects.toThrow(message);
  const [{ last_value: last }] = (await run("SELECT last_value FROM estate.people")) as [{ last_value: string }];
  const [made] = await run(
    "INSERT INTO estate.users (name, email, stay) VALUES ('New', 'new@x.y', '[2027-01-01,2027-02-01)') RETURNING id, number, ticket, other, note, label",
  );
  expect(made).toEqual({
    id: String(Number(last) + 10),
    number: 9,
    ticket: "130",
    other: 77,
    note: "everywhere",
    label: "NEW/new@x.y",
  });
  expect(await run("UPDATE estate.users SET name = 'Newer' WHERE name = 'New' RETURNING note")).toEqual([
    { note: "everywhere noted it's/so" },
  ]);
  await refused(
    "INSERT INTO estate.users (id, name) VALUES (1, 'x')",
    /cannot insert a non-DEFAULT value into column "id"/,
  );
  await refused("INSERT INTO estate.users (name, age) VALUES ('x', 17)", /users_adult/);
  await refused("INSERT INTO estate.users (name, country) VALUES ('x', 'xx')", /users_country/);
  await refused("INSERT INTO estate.users (name) VALUES ('Name 1')", /users_unchecked/);
  await refused("INSERT INTO estate.users (name, email) VALUES ('x', 'n1@x.y')", /users_email/);
  await refused("INSERT INTO estate.users (name, ticket) VALUES ('x', 100)", /users_ticket/);
  await refused("UPDATE estate.users SET stay = '[2026-01-01,2026-02-01)' WHERE name = 'Name 2'", /users_apart/);
  await refused("INSERT INTO estate.orders VALUES (9, 5)", /orders_user|orders_loose/);
  await refused("DELETE FROM estate.users WHERE id = 1020", /visits_user/);
  await run("DELETE FROM estate.users WHERE id = 1010");
  expect(await run("SELECT id FROM estate.orders")).toEqual([{ id: 1 }]);
  expect(await run("SELECT estate.how_many()")).toEqual([{ how_many: "4" }]);
  await refused("INSERT INTO estate.happy (mail) VALUES ('v@x.y')", /check option/);

  await run("UPDATE estate.users SET mood = 'sad' WHERE name = 'Name 3'");
  await run("SET ROLE remodel_reader");
  expect(await run("SELECT count(*) FROM estate.users")).toEqual([{ count: "5" }]);
  await refused("INSERT INTO estate.users (name) VALUES ('x')", /row-level security/);
  await refused("DELETE FROM estate.users", /permission denied/);
  await run("SELECT * FROM estate.happy");
  await run("SET ROLE remodel_clerk");
  expect(await run("SELECT count(name) FROM estate.users")).toEqual([{ count: "6" }]);
  await refused("SELECT email FROM estate.users", /permission denied/);
  await run("UPDATE estate.users SET name = 'Renamed' WHERE name = 'Name 4'");
  await run("SELECT people FROM estate.ages");
  await refused("SELECT age FROM estate.ages", /permission denied/);
  await run("RESET ROLE");
}
