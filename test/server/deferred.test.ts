import { rmSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { describe, expect, test } from "vitest";
import { writeRevision } from "../../src/revision/folder.ts";
import { offlineSql } from "../../src/run/offline.ts";
import { upgrade } from "../../src/run/run.ts";
import { withProject } from "../support/idioms/project.ts";
import { runScript } from "../support/psql.ts";
import { revisionText } from "../support/revisions.ts";
import { anyMajors, connect } from "../support/servers.ts";

const TABLES = `
  CREATE TABLE mall (id int PRIMARY KEY, up int);
  CREATE TABLE shop (id int PRIMARY KEY, mall int REFERENCES mall DEFERRABLE INITIALLY DEFERRED,
    floor int CONSTRAINT floor_now UNIQUE DEFERRABLE INITIALLY IMMEDIATE);
  CREATE TABLE code (n int UNIQUE DEFERRABLE INITIALLY DEFERRED);
  CREATE TABLE lease (a int, b int, EXCLUDE USING gist (int4range(a, b) WITH &&) DEFERRABLE INITIALLY DEFERRED);
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.n < 0 THEN RAISE ''negative''; END IF; RETURN NULL; END';
  CREATE TABLE watched (n int);
  CREATE CONSTRAINT TRIGGER watch AFTER INSERT OR UPDATE ON watched DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();
  INSERT INTO mall VALUES (1), (2), (3); INSERT INTO shop VALUES (1, 1, 1), (2, 1, 2);
  INSERT INTO code VALUES (1), (2), (3); INSERT INTO lease VALUES (1, 5), (5, 9); INSERT INTO watched VALUES (1)`;

/** Rows that leave checks for the end of the transaction, by the table that the next step alters. */
const WRITES: readonly (readonly [table: string, sql: string])[] = [
  ["shop", "UPDATE shop SET mall = 2 WHERE id = 1"],
  ["shop", "INSERT INTO shop VALUES (3, 2, 3)"],
  ["mall", "DELETE FROM mall WHERE id = 3"],
  [
    "mall",
    "WITH gone AS (DELETE FROM mall WHERE id = 9 RETURNING id) UPDATE mall SET id = id + 20 WHERE id = 1; UPDATE mall SET id = 1 WHERE id = 21",
  ],
  ["code", "UPDATE code SET n = n + 1"],
  ["code", "INSERT INTO code VALUES (4); DELETE FROM code WHERE ctid = (SELECT min(ctid) FROM code WHERE n = 4)"],
  ["lease", "UPDATE lease SET a = a + 4, b = b + 4"],
  ["lease", "INSERT INTO lease VALUES (6, 7); DELETE FROM lease WHERE b = 7"],
  ["watched", "UPDATE watched SET n = 2"],
  ["watched", "DO 'BEGIN INSERT INTO watched VALUES (3); END'"],
];
const ROWS =
  "SELECT (SELECT array_agg(m.id ORDER BY id) FROM mall m) m, (SELECT array_agg(row(s.id, mall, floor)::text ORDER BY id) FROM shop s) s, (SELECT array_agg(n ORDER BY n) FROM code) c, (SELECT array_agg(row(a, b)::text ORDER BY a) FROM lease) l, (SELECT array_agg(n ORDER BY n) FROM watched) w";

const addColumn = (table: string, name: string) =>
  `op.addColumn(${JSON.stringify(table)}, { name: "${name}", type: "integer", nullable: true });`;
const sql = (text: string) => `op.sql(${JSON.stringify(text)});`;
/** Steps whose rows are right at the end of their transaction; the ones in code have no script. */
const STEPS: readonly string[] = WRITES.map(([table, text], at) => `${sql(text)} ${addColumn(table, `c${at}`)}`).concat(
  `op.insertRows("shop", [{ id: 4, mall: 2, floor: 4 }]); ${addColumn("shop", "c20")}`,
  // Rows may wait for one another from step to step, also where something is made in between.
  `${sql("INSERT INTO shop VALUES (5, 5, 5)")} op.createTable("audit", { columns: [{ name: "id", type: "integer" }] });
   op.insertRows("mall", [{ id: 5 }]); ${addColumn("shop", "c21")}
   ${sql("INSERT INTO shop VALUES (6, 6, 6)")} ${sql("INSERT INTO mall VALUES (6)")} ${addColumn("mall", "c22")}`,
  `${sql("UPDATE shop SET mall = 1 WHERE id = 6")} ${sql("ALTER TABLE shop ADD c23 int")} ${addColumn("shop", "c24")}`,
);
const CODE = WRITES.map(
  ([table, text], at) => `op.run(async (db) => {
    await db.query(${JSON.stringify(text)});
    await Promise.all([db.query("ALTER TABLE ${table} ADD d${at} int"), db.query("UPDATE ${table} SET d${at} = 1")]);
    ${at % 2 === 0 ? `await db.query("ALTER TABLE ${table} ALTER d${at} SET DEFAULT 2");` : ""}
  }); ${addColumn(table, `e${at}`)}`,
);

/** Rows that stay wrong: the statement, and what PostgreSQL says. */
const WRONG: readonly (readonly [steps: string, statement: string, message: RegExp])[] = [
  [`${sql("UPDATE shop SET mall = 77")} ${addColumn("shop", "x")}`, "UPDATE shop SET mall = 77", /foreign key/],
  [sql("INSERT INTO code VALUES (2)"), "INSERT INTO code VALUES (2)", /duplicate key/],
  [
    `${sql("INSERT INTO lease VALUES (1, 99)")} op.dropTable("lease");`,
    "INSERT INTO lease VALUES (1, 99)",
    /exclusion/,
  ],
  [`op.insertRows("watched", [{ n: -1 }]); ${addColumn("mall", "x")}`, 'INSERT INTO "watched"', /negative/],
  [
    `op.run(async (db) => { await db.query("UPDATE shop SET mall = 78"); await db.query("ALTER TABLE shop ADD y int"); });`,
    "UPDATE shop SET mall = 78",
    /foreign key/,
  ],
  [
    `op.run(async (db) => { await db.query("UPDATE shop SET mall = 79"); });`,
    "UPDATE shop SET mall = 79",
    /foreign key/,
  ],
  // Deferred by hand, it is immediate again behind the check.
  [
    `${sql("SET CONSTRAINTS ALL DEFERRED")} ${sql("UPDATE shop SET mall = 3")} ${addColumn("shop", "x")} ${sql("INSERT INTO shop VALUES (8, 1, 1)")} ${sql("DELETE FROM shop WHERE id = 8")}`,
    "INSERT INTO shop VALUES (8, 1, 1)",
    /floor_now/,
  ],
];

describe.each(anyMajors())("PostgreSQL %i", (major) => {
  test("rows that wait for deferred constraints are checked before a table is altered, in runs and in scripts", () =>
    withProject(major, async ({ at, url, folder }) => {
      const client = await connect(url);
      const names = [...STEPS, ...CODE].map((_, number) => `r${100 + number}`);
      const write = (steps: readonly string[], from = 0) => {
        for (const [number, text] of steps.entries())
          writeRevision(
            folder,
            `${from + number + 100}.ts`,
            revisionText(names[from + number]!, names[from + number - 1] ?? null, text),
          );
      };
      write(STEPS);
      await client.query(TABLES);
      await at([], (session) => upgrade(session));
      const rows = await rowsOf(client);
      await at([], async (session) => {
        await client.query(
          "DROP TABLE remodel_revision, remodel_log, audit, shop, mall, code, lease, watched; DROP FUNCTION refuse",
        );
        await client.query(TABLES);
        await runScript(client, await offlineSql(session, "upgrade", "base:heads"));
      });
      expect(await rowsOf(client)).toEqual(rows);
      expect(rows).toMatchObject({ m: [1, 2, 5, 6], c: [2, 3, 4], w: [2, 3] });

      await client.query("DELETE FROM shop WHERE id IN (3)");
      write(CODE, STEPS.length);
      await at([], (session) => upgrade(session));
      await client.end();
    }));

  test("a row that stays wrong is reported with the statement that wrote it", () =>
    withProject(major, async ({ at, url, folder }) => {
      const client = await connect(url);
      await client.query(TABLES);
      const before = await rowsOf(client);
      for (const [steps, statement, message] of WRONG) {
        rmSync(join(folder, "a.ts"), { force: true });
        const file = writeRevision(folder, "a.ts", revisionText("aaaa", null, steps));
        const failed = await at([], (session) => upgrade(session)).catch((error: unknown) => error);
        expect(failed).toMatchObject({
          code: "REVISION_FAILED",
          message: expect.stringMatching(message),
          details: { file, line: expect.any(Number), sql: expect.stringContaining(statement) },
        });
      }
      expect(await rowsOf(client)).toEqual(before);
      await client.end();
    }));
});

async function rowsOf(client: pg.Client): Promise<unknown> {
  return (await client.query(ROWS)).rows[0];
}
