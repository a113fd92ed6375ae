import { EntitySchema, type EntitySchemaColumnOptions } from "typeorm";
import { expect, test } from "vitest";
import { compare } from "../../src/compare/compare.ts";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

/** Array defaults, with what a new row has to have. */
const ARRAYS: readonly (readonly [
  type: "text" | "integer" | "boolean" | "jsonb",
  value: readonly unknown[],
  row?: unknown,
])[] = [
  ["text", []],
  ["text", ["a", "b"]],
  ["text", ["a,b"]],
  ["text", ['say "hi"', "it's"]],
  ["text", ["back\\slash", "{brace}", "tab\tand\nline", " space "]],
  ["text", ["", "NULL", "null"]],
  ["text", [null, "a"]],
  [
    "text",
    [
      ["a,b", "c"],
      ["d", '"'],
    ],
  ],
  ["integer", [1, -2]],
  ["boolean", [true, false]],
  ["jsonb", [{ a: 'b,"c"' }, 1]],
];

const COLLATIONS: readonly (readonly [type: "text" | "varchar", collation: string])[] = [
  ["text", "default"],
  ["text", "C"],
  ["text", "pg_catalog.default"],
  ["varchar", "default"],
  ["varchar", 'pg_catalog."C"'],
];

const columns: Record<string, EntitySchemaColumnOptions> = { id: { type: "integer", primary: true } };
ARRAYS.forEach(([type, value], at) => {
  columns[`array_${at}`] = { type, array: true, default: value };
});
columns["json"] = { type: "jsonb", default: ["it's", "a,b"] };
COLLATIONS.forEach(([type, collation], at) => {
  columns[`collation_${at}`] = { type, collation, nullable: true };
});
const MALL = new EntitySchema({ name: "mall", columns });

test.each(anyMajors().flatMap((major) => (["1", "0.3"] as const).map((version) => [major, version] as const)))(
  "PostgreSQL %s, TypeORM %s: array defaults keep their elements, and collations are in sync",
  (major, version) =>
    withFolder((folder) =>
      withDatabase(major, async (url) => {
        const client = await connect(url);
        const session = await testSession({ url, folder, entities: [MALL], version });
        try {
          const { upgrade } = await compare(session);
          for (const { operations } of upgrade)
            for (const { sql } of operations) for (const one of sql) await client.query(one);
          const again = await compare(session);
          expect(again.upgrade.flatMap(({ operations }) => operations.map(({ args }) => args))).toEqual([]);
          await client.query("INSERT INTO mall (id) VALUES (1)");
          const { rows } = await client.query("SELECT * FROM mall");
          ARRAYS.forEach(([, value], at) => {
            expect(rows[0][`array_${at}`]).toEqual(value);
          });
          expect(rows[0].json).toEqual(["it's", "a,b"]);
        } finally {
          await session.close();
          await client.end();
        }
      }),
    ),
);
