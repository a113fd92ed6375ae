import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readCatalog } from "../../src/read/catalog.ts";
import type { Column, Schema, Table } from "../../src/schema/schema.ts";
import { listCatalog } from "../support/observer.ts";
import { compareWith, runChanges } from "../support/schemas.ts";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

interface Case {
  readonly name: string;
  /** What the models are, by what the database is. */
  readonly change: (schema: Schema) => Schema;
  /** What stands in the way and goes before, as the notes say. */
  readonly first?: string;
  /** What the notes say, but for what is restored. */
  readonly notes?: readonly string[];
}

/** Everything of the fixture that is not restored; a person has to see to it. */
const APART = `DROP TABLE tmp_audit, log, "else where".other; DROP FOREIGN TABLE far`;

const CASES: readonly Case[] = [
  {
    name: "a column goes",
    first: APART,
    change: withTable("mall", ({ columns, uniques: _, ...rest }) => ({
      ...rest,
      columns: columns.filter(({ name }) => name !== "slug"),
    })),
    notes: [
      "function slug_of(integer) blocks: mall.slug",
      "publication part of mall blocks: mall.slug",
      "rule log of names blocks: names",
      "rule no_delete of names blocks: names",
      "rule no_slug of mall blocks: mall.slug",
      "sequence spare of mall lost: mall.slug",
      "statistics mall_statistics of mall lost: mall.slug",
      "trigger touch of mall blocks: mall.slug",
      "view else where.Names blocks: names.id, names.name, names.slug",
      "view names blocks: slug_of(integer)",
    ],
  },
  {
    name: "a table goes",
    change: (schema) => ({ ...schema, tables: (schema.tables ?? []).filter(({ name }) => name !== "lease") }),
    first: APART,
    notes: [
      "function rents(lease) blocks: lease",
      "index lease_collated of lease lost: lease",
      "index lease_include of lease lost: lease",
      "index lease_nulls of lease lost: lease",
      "index lease_pattern of lease lost: lease",
      "policy other of lease lost: lease",
      "publication news of lease lost: lease",
      "rule log of names blocks: lease.no",
      "unique constraint lease_covered of lease lost: lease",
    ],
  },
  { name: "a column gets another type", change: withColumn("purchase", "total", { type: "numeric(14,2)" }) },
  {
    name: "a column with views on views gets another type",
    change: withColumn("mall", "name", { type: "character varying(80)" }),
  },
  {
    name: "an enum type loses a value",
    change: (schema) => ({
      ...schema,
      enums: (schema.enums ?? []).map((one) => (one.name === "state" ? { ...one, values: ["open", "paid"] } : one)),
    }),
    first: `${APART}; DROP PUBLICATION IF EXISTS part; ALTER TABLE purchase DROP CONSTRAINT purchase_total, DROP COLUMN done;
      DROP DOMAIN live_state`,
  },
];

describe.each(anyMajors())("PostgreSQL %i", (major) => {
  test.each(CASES)("$name: what depends on it is as it was", ({ change, first = "", notes = [] }) =>
    withFolder((folder) =>
      withDatabase(
        major,
        async (url) => {
          const client = await connect(url);
          const session = await testSession({ url, folder, entities: [] });
          try {
            const [db, server] = [await session.connection(), await session.server()];
            const { schema } = await readCatalog(db, { server });
            const views = new Set(DECLARED);
            const models = { ...schema, views: (schema.views ?? []).filter(({ name }) => views.has(name)) };
            const before = await listCatalog(client, { columnOrder: false });
            const found = await compareWith(db, server, change(models), { withDependencies: true });
            const said = found.upgrade.flatMap((one) => one.notes ?? []).filter(({ effect }) => effect !== "restored");
            expect(
              said.map(({ object, effect, uses }) => `${object} ${effect}: ${uses.join(", ")}`).toSorted(),
            ).toEqual(notes.filter((note) => major >= 15 || !/publication part|lease_nulls/.test(note)));
            const back = found.downgrade;
            const blocking = said.filter(({ effect }) => effect === "blocks");
            await client.query(
              blocking
                .toReversed()
                .flatMap(({ drop }) => drop)
                .join(";\n"),
            );
            await runChanges(db, server, found.upgrade);
            expect((await compareWith(db, server, change(models))).upgrade).toEqual([]);
            await runChanges(db, server, back);
            await client.query(blocking.flatMap(({ create }) => create).join(";\n"));
            expect(await listCatalog(client, { columnOrder: false })).toBe(before);
          } finally {
            await client.end();
            await session.close();
          }
        },
        { sql: fixture(major) + first },
      ),
    ),
  );
});

/** Views of the fixture that models declare. */
const DECLARED: readonly string[] = ["totals"];

function fixture(major: number): string {
  const files = [0, 15, 18].filter((since) => since <= major).map((since) => (since === 0 ? "" : `-${since}`));
  const path = (file: string) => new URL(`../fixtures/dependents/dependents${file}.sql`, import.meta.url);
  return `${files.map((file) => readFileSync(path(file), "utf8")).join("\n")};\n`;
}

function withTable(name: string, change: (table: Table) => Table): (schema: Schema) => Schema {
  return (schema) => ({
    ...schema,
    tables: (schema.tables ?? []).map((one) => (one.name === name ? change(one) : one)),
  });
}

function withColumn(table: string, name: string, change: Partial<Column>): (schema: Schema) => Schema {
  return withTable(table, ({ columns, ...rest }) => ({
    ...rest,
    columns: columns.map((one) => (one.name === name ? { ...one, ...change } : one)),
  }));
}
