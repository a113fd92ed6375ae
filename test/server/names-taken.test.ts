import { readFileSync, writeFileSync } from "node:fs";
import { EntitySchema } from "typeorm";
import { describe, expect, test } from "vitest";
import { check } from "../../src/author/check.ts";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { upgrade } from "../../src/run/run.ts";
import { listCatalog } from "../support/observer.ts";
import { anyMajors, connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

const ID = { id: { type: "int", primary: true } } as const;

/** What a database can have under the name of an entity, and what it is called to the person. */
const IN_THE_WAY: readonly (readonly [name: string, sql: string, says: string])[] = [
  ["a_view", "CREATE VIEW a_view AS SELECT 1 AS id", "a view"],
  ["a_matview", "CREATE MATERIALIZED VIEW a_matview AS SELECT 1 AS id", "a materialized view"],
  ["a_sequence", "CREATE SEQUENCE a_sequence", "a sequence"],
  ["a_composite", "CREATE TYPE a_composite AS (id int)", "a composite type"],
  ["a_domain", "CREATE DOMAIN a_domain AS int", "a domain"],
  ["a_range", "CREATE TYPE a_range AS RANGE (subtype = float8)", "a range type"],
  ["an_enum", "CREATE TYPE an_enum AS ENUM ('a')", "an enum type"],
  ["an_index", "CREATE TABLE kept (id int); CREATE INDEX an_index ON kept ((id + 1))", "an index"],
  [
    "a_partition",
    "CREATE TABLE whole (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE a_partition PARTITION OF whole FOR VALUES FROM (1) TO (2)",
    "a partition",
  ],
  ["a_key", "ALTER TABLE other ADD CONSTRAINT a_key UNIQUE (id)", "an index"],
  [
    "a_server_table",
    "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE a_server_table (id int) SERVER s",
    "a foreign table",
  ],
  ["pg_stat_statements_info", "CREATE EXTENSION pg_stat_statements", "a view of the extension pg_stat_statements"],
  ["excluded", "CREATE TABLE excluded (id int)", "but the configuration excludes it"],
  ["remodel_log", "", "but the configuration excludes it"],
];

const config = { exclude: ["excluded", "other", "kept"] };

describe.each(anyMajors())("PostgreSQL %i", (major) => {
  test("what the database has under a name of the models is never created, and the person is told what it is", () =>
    withFolder((folder) =>
      withDatabase(
        major,
        async (url) => {
          const tables = IN_THE_WAY.map(([name]) => new EntitySchema({ name, columns: ID }));
          const points = new EntitySchema({
            name: "points",
            columns: {
              ...ID,
              kind: { type: "enum", enum: ["a"], enumName: "another_domain" },
              ref: { type: "int", foreignKey: { target: "a_server_table", name: "FK_points" } } as never,
            },
            indices: [{ name: "taken_index", columns: ["kind"] }],
            uniques: [{ name: "taken_unique", columns: ["ref"] }],
          });
          const rules = new EntitySchema({
            name: "rules",
            columns: { id: { ...ID.id, primaryKeyConstraintName: "rules_pkey" } },
            checks: [{ name: "rule", expression: "id > 0" }],
          });
          const entities = [...tables, points, rules];
          let session = await testSession({ url, folder, entities, config });
          const client = await connect(url);
          try {
            const before = await listCatalog(client);
            const found = await compare(session);
            const told = new Map(found.unmodelled.map((one) => [`${one.kind} ${one.name}`, one.why]));
            for (const [name, , says] of IN_THE_WAY) expect(told.get(`table ${name}`), name).toContain(says);
            expect(told.get("enum type another_domain")).toContain("a domain");
            expect(told.get("index taken_index")).toContain("a sequence");
            expect(told.get("unique constraint taken_unique")).toContain("an index");
            expect(told.get("check constraint rule")).toContain("a unique constraint");
            expect(told.get("foreign key FK_points")).toContain("a foreign table");
            const created = found.upgrade.flatMap(({ operations }) =>
              operations.map(({ name, args }) => `${name} ${args[0]}`),
            );
            expect(created).toEqual(["createTable points"]);
            const revised = await revise(session, { message: "All", autogenerate: true });
            await expect(upgrade(session)).rejects.toMatchObject({ code: "REVISION_UNFINISHED" });
            const { file } = (revised as { revision: { file: string } }).revision;
            const text = readFileSync(file, "utf8");
            const asked =
              /a domain has the name of the enum type another_domain, which the models use for points\.kind\./;
            expect(text).toMatch(asked);
            writeFileSync(file, text.replace(/^ {2}op\.todo\((?:.*\);|\n(?: {4}.*\n)+ {2}\);)\n/gm, ""));
            await session.close();
            session = await testSession({ url, folder, entities, config });
            await upgrade(session);
            expect((await compare(session)).upgrade).toEqual([]);
            const after = (await listCatalog(client)).split("\n");
            expect(before.split("\n").filter((line) => !after.includes(line))).toEqual([]);
          } finally {
            await client.end();
            await session.close();
          }
        },
        {
          sql: `CREATE TABLE other (id int); CREATE DOMAIN another_domain AS text; CREATE SEQUENCE taken_index;
            CREATE TABLE rules (id int PRIMARY KEY, CONSTRAINT rule UNIQUE (id) INCLUDE (id));
            CREATE TABLE elsewhere (id int); CREATE UNIQUE INDEX taken_unique ON other ((id + 1));
            DROP TABLE elsewhere; ${IN_THE_WAY.map(([, sql]) => sql).join(";")}`,
        },
      ),
    ));
});

const visit = (columns: object, more: object = {}, name = "visit") =>
  new EntitySchema({
    name,
    columns: {
      id: { ...ID.id, primaryKeyConstraintName: `PK_${name}` },
      at: { type: "date", primary: true, primaryKeyConstraintName: `PK_${name}` },
      ...columns,
    } as never,
    ...more,
  });

/** The columns of an entity with another name, what a person said, and what is done first. */
const RENAMED = [
  [{ code: { type: "text", nullable: true }, n: { type: "bigint", default: 0 } }, {}, "the same", "renameTable"],
  [{ code: { type: "text", nullable: true } }, {}, "one column less", "renameTable"],
  [{ code: { type: "text", nullable: true } }, { dropped: ["visit"] }, "another one", "createTable"],
  [{ a: { type: "int" }, b: { type: "int" }, c: { type: "int" }, d: { type: "int" } }, {}, "unlike", "createTable"],
] as const;

test("an entity on a partitioned table is compared as a table, and its partitions stay", () =>
  withFolder((folder) =>
    withDatabase(
      newest(),
      async (url) => {
        const at = async <Result>(
          entities: readonly unknown[],
          act: (session: Awaited<ReturnType<typeof testSession>>) => Promise<Result>,
        ) => {
          const session = await testSession({ url, folder, entities });
          return await act(session).finally(() => session.close());
        };
        const before = [visit({})];
        expect((await at(before, compare)).upgrade).toEqual([]);
        const after = [
          visit(
            { code: { type: "text", nullable: true }, n: { type: "bigint", default: 0 } },
            { indices: [{ name: "by_code", columns: ["code"] }], checks: [{ name: "CHK_n", expression: "n >= 0" }] },
          ),
        ];
        await at(after, (session) => revise(session, { message: "More", autogenerate: true, accept: ["all"] }));
        await at(after, (session) => upgrade(session));
        expect(await at(after, check)).toMatchObject({ inSync: true });
        // Under another name it is the same table, as any table is; an answer says otherwise.
        for (const [columns, options, made, first] of RENAMED) {
          const found = await at([visit(columns, {}, "stay")], (session) => compare(session, options));
          const names = found.upgrade.flatMap(({ operations }) => operations.map(({ name }) => name));
          expect({ made, first: names[0], drops: names.includes("dropTable") }).toEqual({ made, first, drops: false });
        }
        // Without the entity nothing happens to the table.
        const left = await at([new EntitySchema({ name: "one", columns: ID })], compare);
        expect(left.upgrade.map(({ operations }) => operations[0]?.name)).toEqual(["createTable"]);
        expect(left.unmodelled).toContainEqual({
          kind: "partitioned table",
          name: "visit",
          why: "models cannot declare partitions",
        });
        const client = await connect(url);
        expect(await listCatalog(client)).toContain("visit_1");
        const stay = [visit(...([RENAMED[0][0], {}, "stay"] as const))];
        await at(stay, (session) =>
          revise(session, { message: "Stay", autogenerate: true, accept: ["rename", "constraint"] }),
        );
        await at(stay, (session) => upgrade(session));
        expect(await at(stay, check)).toMatchObject({ inSync: true });
        expect((await client.query("SELECT id FROM stay ORDER BY id")).rows).toEqual([{ id: 1 }, { id: 2 }]);
        await client.end();
      },
      {
        sql: `CREATE TABLE visit (id int NOT NULL, at date NOT NULL, CONSTRAINT "PK_visit" PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
          CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
          CREATE TABLE visit_2 PARTITION OF visit DEFAULT; INSERT INTO visit VALUES (1, '2026-01-05'), (2, '2030-01-01')`,
      },
    ),
  ));

test.each([
  ["a composite type", "CREATE TYPE state AS (a int)"],
  ["a domain", "CREATE DOMAIN state AS int CHECK (VALUE > 0)"],
  ["a range type", "CREATE TYPE state AS RANGE (subtype = int)"],
])("%s with the name of a new enum type is a question", (instead, made) =>
  withFolder((folder) =>
    withDatabase(
      newest(),
      async (url) => {
        const state = { type: "enum", enum: ["a"], enumName: "state", default: "a" } as const;
        const shop = new EntitySchema({
          name: "shop",
          columns: { ...ID, state, states: { ...state, array: true, default: [] } },
        });
        const session = await testSession({ url, folder, entities: [shop] });
        try {
          const questions = (await compare(session)).upgrade.flatMap(({ question }) => question ?? []);
          expect(questions).toMatchObject([
            { asks: "unknown type", subject: { name: "state" }, columns: ["shop.state", "shop.states"], instead },
          ]);
        } finally {
          await session.close();
        }
      },
      { sql: `CREATE TABLE shop (id int CONSTRAINT "PK_ad47b7c6121fe31cb4b05438e44" PRIMARY KEY); ${made}` },
    ),
  ),
);
