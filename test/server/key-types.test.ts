import { expect, test } from "vitest";
import { mayReference } from "../../src/kinds/column-types.ts";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";

const TYPES = [
  ...["smallint", "integer", "bigint", "numeric", "numeric(10,2)", "real", "double precision"],
  ...["character varying", "character varying(20)", "text", "character(3)", "citext"],
  ...["date", "timestamp without time zone", "timestamp with time zone", "timestamp(3) without time zone"],
  ...["uuid", "boolean", "interval", "bytea", "integer[]", "bigint[]", "numeric[]", "text[]", "character varying[]"],
];

test.each(anyMajors())("PostgreSQL %s takes a foreign key of these types where we say so", async (major) => {
  const found = await withDatabase(
    major,
    async (url) => {
      const client = await connect(url);
      const allows = async (from: string, key: string) =>
        await client
          .query(`CREATE TABLE keyed (id ${key} PRIMARY KEY); CREATE TABLE pointing (id ${from} REFERENCES keyed)`)
          .then(
            () => true,
            () => false,
          );
      const wrong: string[] = [];
      for (const from of TYPES)
        for (const key of TYPES) {
          await client.query("BEGIN");
          if ((await allows(from, key)) !== mayReference(from, key)) wrong.push(`${from} to ${key}`);
          await client.query("ROLLBACK");
        }
      await client.end();
      return wrong;
    },
    { sql: "CREATE EXTENSION citext" },
  );
  expect(found).toEqual([]);
});
