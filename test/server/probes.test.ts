import type pg from "pg";
import { describe, expect, test } from "vitest";
import { countSql, MAX_COUNTED } from "../../src/compare/count-rows.ts";
import { RemodelError } from "../../src/errors.ts";
import type { ColumnChanges } from "../../src/kinds/column-operations.ts";
import { type Operations, record } from "../../src/revision/op.ts";
import { type ProbeResult, probeRevisions } from "../../src/run/probe-revisions.ts";
import { upgrade } from "../../src/run/run.ts";
import type { LoadedRevision } from "../../src/state/revisions.ts";
import type { Session } from "../../src/state/session.ts";
import { inSession, reopened, withPlace, writeRevision } from "../support/running.ts";
import { anyMajors, connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

const SEED = `CREATE TYPE tier AS ENUM ('basic', 'gold', 'old');
CREATE TABLE mall (id integer PRIMARY KEY, title text);
INSERT INTO mall VALUES (1, 'Riverside'), (2, NULL), (3, NULL);
CREATE TABLE shop (id integer PRIMARY KEY, mall_id integer, code varchar(20), slug varchar(20), price numeric(8,2), opened timestamp, tier tier, tiers tier[]);
INSERT INTO shop SELECT at, CASE WHEN at % 5 = 0 THEN 99 ELSE 1 END, 'code-' || at % 8, 'shop-' || at, at + 0.25,
  timestamp '2026-01-01' + at * interval '12 hours', CASE WHEN at % 10 = 0 THEN 'old' ELSE 'gold' END::tier,
  CASE WHEN at = 1 THEN '{old,old}'::tier[] END FROM generate_series(1, 20) at;
UPDATE shop SET slug = NULL WHERE id IN (3, 4, 5);
CREATE TABLE bill (id integer, shop_id integer REFERENCES shop ON DELETE SET NULL, note text);
INSERT INTO bill VALUES (1, 1, 'x'), (1, 2, '12'), (2, 3, 'y');
CREATE SCHEMA sales; CREATE TABLE sales.item (id integer, name text); INSERT INTO sales.item VALUES (1, NULL), (2, 'a');
CREATE TABLE empty (id integer, shop_id integer);
CREATE TABLE watched (id integer);
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER watch AFTER INSERT ON watched FOR EACH ROW EXECUTE FUNCTION nothing();
ALTER TABLE shop ADD CONSTRAINT "CHK_late" CHECK (price < 15) NOT VALID;
ALTER TABLE shop ADD CONSTRAINT "FK_late" FOREIGN KEY (mall_id) REFERENCES mall NOT VALID`;

type Case = readonly [name: string, write: (op: Operations) => unknown, ...found: readonly string[]];

/** What a revision does, and what its probes find: `state rows sqlState`. */
const CASES: readonly Case[] = [
  ["NOT NULL", (op) => op.alterColumn("mall", "title", { nullable: false }), "rows-in-the-way 2 23502"],
  ["NOT NULL where it is so already", (op) => op.alterColumn("mall", "id", { nullable: false }), "clear"],
  ["NOT NULL without a NULL", (op) => op.alterColumn("shop", "code", { nullable: false }), "clear 0 23502"],
  ["a new required column", (op) => op.addColumn("mall", { name: "city", type: "text" }), "rows-in-the-way 3 23502"],
  [
    "a new required column of an empty table",
    (op) => op.addColumn("empty", { name: "c", type: "text" }),
    "clear 0 23502",
  ],
  ["a new column with a default", (op) => op.addColumn("mall", { name: "city", type: "text", default: "'x'" })],
  ["a new serial column", (op) => op.addColumn("mall", { name: "number", type: "serial" })],
  [
    "a unique constraint",
    (op) => op.createUniqueConstraint("shop", { name: "UQ", columns: ["code"] }),
    "rows-in-the-way 8 23505",
  ],
  ["NULL is no duplicate", (op) => op.createUniqueConstraint("shop", { columns: ["slug"] }), "clear 0 23505"],
  [
    "NULL in one of two columns is none",
    (op) => op.createUniqueConstraint("shop", { columns: ["mall_id", "slug"] }),
    "clear 0 23505",
  ],
  ["a unique index", (op) => op.createIndex("bill", { columns: ["id"], unique: true }), "rows-in-the-way 1 23505"],
  [
    "a partial unique index",
    (op) => op.createIndex("shop", { columns: ["code"], unique: true, where: "id < 10 OR id > 19" }),
    "rows-in-the-way 2 23505",
  ],
  ["an index", (op) => op.createIndex("bill", { columns: ["id"] })],
  [
    "a primary key",
    (op) => op.createPrimaryKey("bill", { columns: ["id"] }),
    "clear 0 23502",
    "rows-in-the-way 1 23505",
  ],
  [
    "a primary key over a column with NULL",
    (op) => op.createPrimaryKey("sales.item", { columns: ["name"] }),
    "rows-in-the-way 1 23502",
    "clear 0 23505",
  ],
  [
    "a foreign key",
    (op) => op.createForeignKey("shop", { columns: ["mall_id"], references: { table: "mall", columns: ["id"] } }),
    "rows-in-the-way 4 23503",
  ],
  [
    "a foreign key that is not checked",
    (op) =>
      op.createForeignKey(
        "shop",
        { columns: ["mall_id"], references: { table: "mall", columns: ["id"] } },
        { notValid: true },
      ),
  ],
  [
    "a foreign key that is checked later",
    (op) => {
      op.createForeignKey(
        "shop",
        { name: "FK", columns: ["mall_id"], references: { table: "mall", columns: ["id"] } },
        { notValid: true },
      );
      op.validateConstraint("shop", "FK");
    },
    "rows-in-the-way 4 23503",
  ],
  [
    "a check",
    (op) => op.createCheckConstraint("shop", { name: "CHK", expression: "shop.price < 15" }),
    "rows-in-the-way 6 23514",
  ],
  [
    "a check that holds",
    (op) => op.createCheckConstraint("shop", { name: "CHK", expression: "price > 0" }),
    "clear 0 23514",
  ],
  [
    "a check that is NOT VALID in the database",
    (op) => op.validateConstraint("shop", "CHK_late"),
    "rows-in-the-way 6 23514",
  ],
  [
    "a foreign key that is NOT VALID in the database",
    (op) => op.validateConstraint("shop", "FK_late"),
    "rows-in-the-way 4 23503",
  ],
  ["a shorter text", (op) => op.alterColumn("shop", "slug", { type: "varchar(6)" }), "rows-in-the-way 11 22001"],
  ["a longer text", (op) => op.alterColumn("shop", "slug", { type: "character varying(60)" }), "clear"],
  ["a smaller number", (op) => op.alterColumn("shop", "price", { type: "numeric(3,2)" }), "unknown 11 22003"],
  [
    "text that is no number",
    (op) => op.alterColumn("bill", "note", { type: "integer", using: '"note"::integer' }),
    "rows-in-the-way 2 22P02",
  ],
  ["a date instead of a time", (op) => op.alterColumn("shop", "opened", { type: "date" }), "rows-change 10"],
  ["USING of one's own", (op) => op.alterColumn("bill", "note", { type: "integer", using: "1 / (id - 1)" }), "unknown"],
  [
    "values of an enum type that are removed",
    (op) =>
      op.replaceEnum(
        "tier",
        ["basic", "gold"],
        [
          { table: "shop", column: "tier" },
          { table: "shop", column: "tiers", array: true },
        ],
      ),
    "rows-in-the-way 1 22P02",
    "rows-in-the-way 1 22P02",
  ],
  [
    "a value of an enum type that no row has",
    (op) =>
      op.replaceEnum(
        "tier",
        ["gold", "old"],
        [
          { table: "shop", column: "tier" },
          { table: "shop", column: "tiers", array: true },
        ],
      ),
    "clear 0 22P02",
    "clear 0 22P02",
  ],
  [
    "an exclusion constraint",
    (op) => op.createExclusionConstraint("bill", { expression: "USING btree (id WITH =)" }),
    "rows-in-the-way 2 23P01",
  ],
  [
    "an exclusion constraint over two expressions, of some rows",
    (op) => {
      op.renameColumn("shop", "opened", "since");
      op.createExclusionConstraint("shop", {
        expression: `USING gist (tsrange("since", since + '18:00') range_ops WITH &&, int4range(1, 2) WITH OPERATOR(pg_catalog.&&)) WHERE ((id < 4))`,
      });
    },
    "rows-in-the-way 3 23P01",
  ],
  [
    "an exclusion constraint without a conflict",
    (op) => op.createExclusionConstraint("shop", { expression: "USING gist (int4range(id, id, '[]') WITH &&)" }),
    "clear 0 23P01",
  ],
  [
    "an exclusion constraint that is written in another way",
    (op) => op.createExclusionConstraint("bill", { expression: "USING btree (bill.id + 1 WITH =)" }),
    "unknown",
  ],
  // The schema as it is now is another than the one for the operation.
  [
    "a renamed column",
    (op) => {
      op.renameColumn("mall", "title", "name");
      op.alterColumn("mall", "name", { nullable: false });
    },
    "rows-in-the-way 2 23502",
  ],
  [
    "a renamed table in another schema, and an expression with its name",
    (op) => {
      op.renameTable("sales.item", "thing");
      op.renameColumn("sales.thing", "name", "label");
      op.createCheckConstraint("sales.thing", { name: "CHK", expression: "thing.label IS NOT NULL" });
    },
    "rows-in-the-way 1 23514",
  ],
  [
    "two columns that swap their names",
    (op) => {
      op.renameColumn("shop", "code", "aside");
      op.renameColumn("shop", "slug", "code");
      op.renameColumn("shop", "aside", "slug");
      op.createUniqueConstraint("shop", { columns: ["slug"] });
      op.createUniqueConstraint("shop", { columns: ["code"] });
    },
    "rows-in-the-way 8 23505",
    "clear 0 23505",
  ],
  [
    "a moved table, and its foreign key to a renamed one",
    (op) => {
      op.moveToSchema("shop", "sales");
      op.renameTable("mall", "centre");
      op.createForeignKey("sales.shop", { columns: ["mall_id"], references: { table: "centre", columns: ["id"] } });
    },
    "rows-in-the-way 4 23503",
  ],
  [
    "a renamed schema",
    (op) => {
      op.renameSchema("sales", "trade");
      op.alterColumn("trade.item", "name", { nullable: false });
    },
    "rows-in-the-way 1 23502",
  ],
  [
    "a column that is added without a value",
    (op) => {
      op.addColumn("mall", { name: "city", type: "text", nullable: true });
      op.alterColumn("mall", "city", { nullable: false });
    },
    "rows-in-the-way 3 23502",
  ],
  [
    "a column that is added with a value",
    (op) => {
      op.addColumn("mall", { name: "city", type: "text", default: "'Bern'" });
      op.createUniqueConstraint("mall", { columns: ["city"] });
    },
    "rows-in-the-way 1 23505",
  ],
  [
    "a column that takes the place of another",
    (op) => {
      op.dropColumn("shop", "code");
      op.addColumn("shop", { name: "code", type: "integer", nullable: true });
      op.createUniqueConstraint("shop", { columns: ["code"] });
    },
    "clear 0 23505",
  ],
  [
    "a table that the run creates",
    (op) => {
      op.createTable("fresh", { columns: [{ name: "id", type: "integer", nullable: true }] });
      op.alterColumn("fresh", "id", { nullable: false });
    },
    "clear 0",
  ],
  [
    "a foreign key to a table that the run creates",
    (op) => {
      op.createTable("fresh", { columns: [{ name: "id", type: "serial" }], primaryKey: { columns: ["id"] } });
      op.createForeignKey("bill", { columns: ["shop_id"], references: { table: "fresh", columns: ["id"] } });
    },
    "rows-in-the-way 3 23503",
  ],
  [
    "a column that has another type by then",
    (op) => {
      op.alterColumn("shop", "id", { type: "bigint" });
      op.createUniqueConstraint("shop", { columns: ["id", "code"] });
    },
    "clear",
    "unknown 23505",
  ],
  [
    "a generated column",
    (op) => {
      op.addColumn("shop", { name: "half", type: "integer", asExpression: "id / 2", nullable: true });
      op.createUniqueConstraint("shop", { columns: ["half"] });
    },
    "unknown 23505",
  ],
  [
    "a required generated column over NULL",
    (op) => op.addColumn("shop", { name: "label", type: "text", asExpression: "slug || '!'", generatedType: "STORED" }),
    "rows-in-the-way 3 23502",
  ],
  [
    "a required generated column without NULL",
    (op) => op.addColumn("shop", { name: "label", type: "text", asExpression: "coalesce(slug, '')" }),
    "clear 0 23502",
  ],
  [
    "two required generated columns over renamed and new ones",
    (op) => {
      op.renameColumn("mall", "title", "name");
      op.addColumn("mall", { name: "city", type: "text", nullable: true });
      op.addColumn("mall", { name: "one", type: "text", asExpression: "name || 'x'", generatedType: "STORED" });
      op.addColumn("mall", { name: "two", type: "text", asExpression: "mall.city || 'x'", generatedType: "STORED" });
    },
    "rows-in-the-way 2 23502",
    "rows-in-the-way 3 23502",
  ],
  [
    "a required generated column in place of another",
    (op) => {
      op.addColumn("bill", { name: "k", type: "integer", asExpression: "id + 1", generatedType: "STORED" });
      op.dropColumn("bill", "k");
      op.addColumn("bill", { name: "k", type: "text", asExpression: "note || 'x'", generatedType: "STORED" });
    },
    "clear 0 23502",
    "clear 0 23502",
  ],
  [
    "a required generated column over one with other values",
    (op) => {
      op.alterColumn("bill", "note", { type: "integer", using: "nullif(id, 1)" });
      op.addColumn("bill", { name: "next", type: "integer", asExpression: "note + 1", generatedType: "STORED" });
    },
    "unknown",
    "unknown 23502",
  ],
];

/** What an earlier step does, and whether the answer about NULL in mall.title is known. */
const WRITES: readonly (readonly [name: string, write: (op: Operations) => unknown, isKnown: boolean])[] = [
  ["an update of the table", (op) => op.sql("UPDATE mall SET title = 'x'"), false],
  ["an update in capitals", (op) => op.sql('UPDATE "MALL" SET title = 1'), false],
  ["an update of another table", (op) => op.sql("UPDATE bill SET note = 'x'"), true],
  ["an update of another table from it", (op) => op.sql("UPDATE bill SET note = title FROM mall"), false],
  ["two statements", (op) => op.sql("UPDATE bill SET note = 'x'; SELECT fill()"), false],
  ["a call", (op) => op.sql("CALL fill()"), false],
  ["a function", (op) => op.sql("SELECT fill()"), false],
  ["a block", (op) => op.sql("DO $$ BEGIN EXECUTE 'UPDATE ma' || 'll SET title = 1'; END $$"), false],
  ["a drop of what depends", (op) => op.sql("TRUNCATE bill CASCADE"), false],
  ["a setting", (op) => op.sql("SET LOCAL work_mem = '64MB'"), true],
  ["code", (op) => op.run(async () => undefined), false],
  ["rows", (op) => op.insertRows("mall", [{ id: 9, title: "x" }]), false],
  ["rows of another table", (op) => op.insertRows("bill", [{ id: 9 }]), true],
  ["a backfill", (op) => op.backfill("mall", { set: { title: "'x'" } }), false],
  ["a table with a trigger", (op) => op.sql("INSERT INTO watched VALUES (1)"), false],
  [
    "its old name",
    (op) => {
      op.sql("UPDATE mall SET title = 'x'");
      op.renameTable("mall", "centre");
      op.renameTable("centre", "mall");
    },
    false,
  ],
];

describe.each(anyMajors())("on PostgreSQL %i", (major) => {
  test("each kind of probe finds exactly the seeded rows, and PostgreSQL says the same", () =>
    withSeed(major, async (session, client) => {
      for (const [name, write, ...expected] of CASES) {
        const loaded = loadUpgrade(write);
        const found = await probeRevisions(session, [loaded]);
        expect(found.map(shortly), name).toEqual(expected);
        await expectSameOfPostgres(client, loaded, found, name);
        for (const { query, rows = 0, more } of found)
          if (query !== undefined && more === undefined && rows > 0)
            expect((await client.query(query)).rowCount, name).toBe(rows);
      }
    }));
});

test("nothing is known behind a step that may write to the table", () =>
  withSeed(newest(), async (session) => {
    for (const [name, write, isKnown] of WRITES) {
      const first = loadUpgrade(write);
      const next = loadUpgrade((op) => op.alterColumn("mall", "title", { nullable: false }));
      const [found] = await probeRevisions(session, [first, next]);
      expect(found?.state, name).toBe(isKnown ? "rows-in-the-way" : "unknown");
      if (!isKnown)
        expect(found?.reason, name).toMatch(/An earlier step may write to mall: op\.\w+ in revision\.ts:1\./);
    }
    // A foreign key that sets NULL writes to the table that has it.
    const drop = loadUpgrade((op) => op.sql("DELETE FROM shop"));
    const required = loadUpgrade((op) => op.alterColumn("bill", "shop_id", { nullable: false }));
    expect((await probeRevisions(session, [drop, required])).map(shortly)).toEqual(["unknown 23502"]);
  }));

test("a column with another type has the same NULLs, unless `using` says something else", () =>
  withSeed(newest(), async (session) => {
    const find = async (changes: ColumnChanges) => {
      const write = loadUpgrade((op) => [
        op.renameColumn("mall", "title", "name"),
        op.alterColumn("mall", "name", changes),
        op.alterColumn("mall", "name", { nullable: false }),
      ]);
      return (await probeRevisions(session, [write])).at(-1)?.state;
    };
    expect(await find({ type: "character varying(900)" })).toBe("rows-in-the-way");
    expect(await find({ type: "text", using: "nullif(name, '')" })).toBe("unknown");
  }));

test("a count ends early", () =>
  withSeed(newest(), async (session, client) => {
    await client.query("INSERT INTO mall SELECT at FROM generate_series(100, 9000) at; ANALYZE mall");
    const [found] = await probeRevisions(session, [
      loadUpgrade((op) => op.alterColumn("mall", "title", { nullable: false })),
    ]);
    expect([found?.state, found?.rows, found?.more]).toEqual(["rows-in-the-way", MAX_COUNTED, true]);
    const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${countSql(found?.query ?? "")}`);
    const scan = JSON.stringify(rows).match(/"Relation Name":"mall".*?"Actual Rows":(\d+)/);
    expect(Number(scan?.[1])).toBe(MAX_COUNTED + 1);
  }));

test("a run that fails on rows says how many are in the way and what shows them", () =>
  withPlace(async (place) => {
    await place.admin.query(SEED);
    writeRevision(
      place,
      "names",
      null,
      `op.renameColumn("mall", "title", "name"); op.alterColumn("mall", "name", { nullable: false });`,
    );
    const query = 'SELECT * FROM (SELECT "id", "title" AS "name" FROM "mall") "mall" WHERE "name" IS NULL';
    await expect(failure(place)).resolves.toMatchObject({
      code: "REVISION_FAILED",
      message: expect.stringContaining(`\n2 rows in the way; show them: ${query}`),
      details: { operation: 2, rows: 2, query, code: "23502" },
    });
    // Steps before it that were committed are in the database.
    writeRevision(
      place,
      "names",
      null,
      `op.renameColumn("mall", "title", "name"); op.alterColumn("mall", "name", { nullable: false });`,
      "export const transaction = false;",
    );
    expect((await failure(place)).message).toContain(
      '\n2 rows in the way; show them: SELECT * FROM "mall" WHERE "name" IS NULL',
    );
  }));

const failure = async (place: Parameters<typeof reopened>[0]): Promise<RemodelError> =>
  await inSession(await reopened(place), (session) => upgrade(session)).then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => (error instanceof RemodelError ? error : Promise.reject(error)),
  );

/** Runs the operations and takes them back: they fail exactly where a probe says so. */
async function expectSameOfPostgres(
  client: pg.Client,
  { upgrade: steps }: LoadedRevision,
  found: readonly ProbeResult[],
  name: string,
): Promise<void> {
  const bad = found.filter(({ state }) => state === "rows-in-the-way").map(({ sqlState }) => sqlState);
  await client.query("BEGIN");
  const sql = steps.flatMap(({ operation }) => operation.sql).join(";\n");
  const error = await client.query(sql).then(
    () => undefined,
    (thrown) => thrown,
  );
  await client.query("ROLLBACK");
  if (found.some(({ state }) => state === "unknown")) return;
  expect(error?.code === undefined ? [] : [error.code], `${name}: ${error}`).toEqual([...new Set(bad)].slice(0, 1));
}

const shortly = ({ state, rows, sqlState }: ProbeResult) =>
  [state, rows, sqlState].filter((one) => one !== undefined).join(" ");

const loadUpgrade = (write: (op: Operations) => unknown): LoadedRevision => ({
  revision: { id: "a", message: "", downRevision: [], file: "/revision.ts" } as unknown as LoadedRevision["revision"],
  upgrade: record((op) => void write(op)),
  downgrade: [],
  late: [],
  checksum: "",
  timeouts: {},
  findLine: () => 1,
});

const withSeed = (major: number, body: (session: Session, client: pg.Client) => Promise<void>) =>
  withFolder((folder) =>
    withDatabase(
      major,
      async (url) => {
        const session = await testSession({ url, folder, entities: [] });
        const client = await connect(url);
        try {
          await body(session, client);
        } finally {
          await client.end();
          await session.close();
        }
      },
      { sql: SEED },
    ),
  );
