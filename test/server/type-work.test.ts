import type pg from "pg";
import { describe, expect, test } from "vitest";
import { alterColumn } from "../../src/kinds/column-operations.ts";
import { findTypeWork } from "../../src/kinds/type-changes.ts";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";

/** Types of which PostgreSQL converts some to others without a look at the rows, and some that look like them. */
const TYPES = [
  ...["varchar(20)", "varchar(60)", "varchar", "text", "citext", "char(5)"],
  ...["numeric", "numeric(8)", "numeric(8,2)", "numeric(12,2)", "numeric(12,4)"],
  ...["smallint", "integer", "bigint", "real", "double precision"],
  ...[
    "timestamp",
    "timestamp(6)",
    "timestamp(3)",
    "timestamp(0)",
    "timestamptz",
    "timestamptz(6)",
    "timestamptz(3)",
    "timestamptz(0)",
    "date",
  ],
  ...["time", "time(3)", "timetz", "timetz(3)", "interval", "interval(3)"],
  ...["cidr", "inet", "bit(8)", "bit(16)", "bit varying(8)", "bit varying(16)", "bit varying"],
  ...["json", "jsonb", "text[]", "varchar(20)[]", "varchar(60)[]"],
];
/** It has no order, so no index. */
const UNORDERED = ["json"];

/** Says what a statement does to a table and its index, and takes it back; nothing if the statement fails. */
const MEASURE = `
  CREATE FUNCTION measure(statement text) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE
      t oid := pg_relation_filenode('t');
      i oid := pg_relation_filenode(to_regclass('i'));
    BEGIN
      EXECUTE statement;
      RAISE SQLSTATE 'TAKEN' USING MESSAGE = CASE
        WHEN t <> pg_relation_filenode('t') THEN 'rewrite'
        WHEN i <> pg_relation_filenode(to_regclass('i')) THEN 'index rebuild'
        ELSE 'nothing' END;
    EXCEPTION
      WHEN SQLSTATE 'TAKEN' THEN RETURN SQLERRM;
      WHEN OTHERS THEN RETURN NULL;
    END $$`;

describe.each(anyMajors())("PostgreSQL %i", (major) => {
  test("does to a table what is claimed, for every type that it converts to another", async () => {
    await withDatabase(
      major,
      async (url) => {
        const client = await connect(url);
        await client.query("SET TimeZone = 'UTC'"); // as a run sets it
        const wrong: string[] = [];
        let converted = 0;
        for (const from of TYPES) {
          const create = `CREATE TABLE t (c ${from}); INSERT INTO t VALUES (NULL)`;
          await client.query(UNORDERED.includes(from) ? create : `${create}; CREATE INDEX i ON t (c)`);
          for (const { type: to, done } of await measure(client)) {
            converted += 1;
            const claimed = findTypeWork("c", from, to, `c::${to}`);
            const isSame = claimed === done || (claimed === "index rebuild" && UNORDERED.includes(from));
            if (!isSame) wrong.push(`${from} to ${to}: ${done}, not ${claimed}`);
          }
          await client.query("DROP TABLE t");
        }
        await client.end();
        expect(wrong).toEqual([]);
        expect(converted).toBeGreaterThan(500);
      },
      { sql: `CREATE EXTENSION citext; ${MEASURE}` },
    );
  });
});

interface Done {
  readonly type: string;
  readonly done: string;
}

/** What PostgreSQL does to the table for each type that it can convert its column to. */
async function measure(client: pg.Client): Promise<readonly Done[]> {
  const types = TYPES.filter((type) => !UNORDERED.includes(type));
  const statements = types.map((type) => alterColumn("t", "c", { type, using: `c::${type}` }).sql.join("; "));
  const { rows } = await client.query<Done>(
    "SELECT * FROM (SELECT type, measure(statement) AS done FROM unnest($1::text[], $2::text[]) a (type, statement)) a WHERE done IS NOT NULL",
    [types, statements],
  );
  return rows;
}
