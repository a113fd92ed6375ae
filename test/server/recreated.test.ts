import type pg from "pg";
import { expect, test } from "vitest";
import type { Column, Schema, Table } from "../../src/schema/schema.ts";
import { listCatalog } from "../support/observer.ts";
import { compareWith, runChanges } from "../support/schemas.ts";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

/** Each makes something true of an item of its own table `t`, all of whose items are dropped and created again. */
const FACTS: readonly (readonly [name: string, sql: (t: string) => string, since?: number])[] = [
  ["statistics of a column", (t) => `ALTER TABLE ${t} ALTER twice SET STATISTICS 500`],
  ["options of a column", (t) => `ALTER TABLE ${t} ALTER twice SET (n_distinct = 5)`],
  ["privileges of a column", (t) => `GRANT SELECT (twice) ON ${t} TO PUBLIC`],
  ["storage of a retyped column", (t) => `ALTER TABLE ${t} ALTER code SET STORAGE EXTERNAL`],
  ["compression of a retyped column", (t) => `ALTER TABLE ${t} ALTER code SET COMPRESSION pglz`],
  ["statistics of a retyped column", (t) => `ALTER TABLE ${t} ALTER code SET STATISTICS 500`],
  ["comment of NOT NULL", (t) => `COMMENT ON CONSTRAINT ${t}_twice_not_null ON ${t} IS 'by hand'`, 18],
  ["comment of an index", (t) => `COMMENT ON INDEX "IX_${t}" IS 'by hand'`],
  ["options of an index", (t) => `ALTER INDEX "IX_${t}" SET (fillfactor = 50)`],
  ["CLUSTER", (t) => `ALTER TABLE ${t} CLUSTER ON "IX_${t}"`],
  ["replica identity", (t) => `ALTER TABLE ${t} REPLICA IDENTITY USING INDEX "UQ_${t}"`],
  ["options of a key", (t) => `ALTER INDEX "PK_${t}" SET (fillfactor = 50)`],
  ["comment of a primary key", (t) => `COMMENT ON CONSTRAINT "PK_${t}" ON ${t} IS 'by hand'`],
  ["comment of a unique constraint", (t) => `COMMENT ON CONSTRAINT "UQ_${t}" ON ${t} IS 'by hand'`],
  ["comment of a check", (t) => `COMMENT ON CONSTRAINT "CK_${t}" ON ${t} IS 'by hand'`],
  ["comment of an exclusion that PostgreSQL rebuilds", (t) => `COMMENT ON CONSTRAINT "XC_${t}" ON ${t} IS 'by hand'`],
  ["comment of a foreign key", (t) => `COMMENT ON CONSTRAINT "FK_${t}" ON ${t} IS 'by hand'`],
  ["a check NOT VALID", (t) => again(t, "CK", "CHECK (twice > 0) NOT VALID")],
  ["a check NO INHERIT", (t) => again(t, "CK", "CHECK (twice > 0) NO INHERIT")],
  ["a check NOT ENFORCED", (t) => again(t, "CK", "CHECK (twice > 0) NOT ENFORCED"), 18],
  ["a foreign key NOT VALID", (t) => again(t, "FK", "FOREIGN KEY (twice) REFERENCES target NOT VALID")],
  ["a foreign key MATCH FULL", (t) => again(t, "FK", "FOREIGN KEY (twice) REFERENCES target MATCH FULL")],
  ["a foreign key NOT ENFORCED", (t) => again(t, "FK", "FOREIGN KEY (twice) REFERENCES target NOT ENFORCED"), 18],
  ["a unique constraint that includes", (t) => again(t, "UQ", "UNIQUE (twice) INCLUDE (id)")],
  ["NULLS NOT DISTINCT", (t) => again(t, "UQ", "UNIQUE NULLS NOT DISTINCT (twice)"), 15],
  ["a primary key that includes", (t) => again(t, "PK", "PRIMARY KEY (id, twice) INCLUDE (floor)")],
  ["an index in another order", (t) => `DROP INDEX "IX_${t}"; CREATE INDEX "IX_${t}" ON ${t} (twice DESC)`],
  ["an index that includes", (t) => `DROP INDEX "IX_${t}"; CREATE INDEX "IX_${t}" ON ${t} (twice) INCLUDE (id)`],
  ["owner of a view", (t) => `ALTER VIEW ${t}_view OWNER TO remodel_other`],
  ["privileges of a view", (t) => `GRANT SELECT ON ${t}_view TO remodel_other WITH GRANT OPTION`],
  ["comment of a view", (t) => `COMMENT ON VIEW ${t}_view IS 'by hand'`],
  ["comment of a view's column", (t) => `COMMENT ON COLUMN ${t}_view.code IS 'by hand'`],
  ["privileges of a view's column", (t) => `GRANT SELECT (code) ON ${t}_view TO PUBLIC`],
  ["options of a view", (t) => `ALTER VIEW ${t}_view SET (security_barrier)`],
  ["default of a view", (t) => `ALTER VIEW ${t}_view ALTER twice SET DEFAULT 7`],
  ["owner of a materialized view", (t) => `ALTER MATERIALIZED VIEW ${t}_kept OWNER TO remodel_other`],
  ["comment of a materialized view", (t) => `COMMENT ON MATERIALIZED VIEW ${t}_kept IS 'by hand'`],
  ["options of a materialized view", (t) => `ALTER MATERIALIZED VIEW ${t}_kept SET (fillfactor = 50)`],
  ["privileges of a materialized view", (t) => `GRANT SELECT ON ${t}_kept TO PUBLIC`],
  ["statistics of its column", (t) => `ALTER MATERIALIZED VIEW ${t}_kept ALTER twice SET STATISTICS 500`],
  ["no rows", (t) => `REFRESH MATERIALIZED VIEW ${t}_kept WITH NO DATA`],
  ["options of its index", (t) => `ALTER INDEX "IM_${t}" SET (fillfactor = 50)`],
  ["comment of its index", (t) => `COMMENT ON INDEX "IM_${t}" IS 'by hand'`],
  ["an index that it has by hand", (t) => `CREATE INDEX ${t}_by_hand ON ${t}_kept ((twice + 1))`],
  ["owner of an enum type", (t) => `ALTER TYPE ${t}_state OWNER TO remodel_other`],
  ["comment of an enum type", (t) => `COMMENT ON TYPE ${t}_state IS 'by hand'`],
  ["privileges of an enum type", (t) => `REVOKE USAGE ON TYPE ${t}_state FROM PUBLIC`],
];

const again = (t: string, prefix: string, definition: string): string =>
  `ALTER TABLE ${t} DROP CONSTRAINT "${prefix}_${t}", ADD CONSTRAINT "${prefix}_${t}" ${definition}`;

/** What a table has after `retyped`: the generated column, and so all that is over it, is created again. */
function columns(t: string, retyped: boolean): readonly Column[] {
  const type = retyped ? "bigint" : "integer";
  return [
    { name: "id", type: "integer" },
    { name: "code", type: retyped ? "text" : "character varying(20)" },
    { name: "floor", type },
    { name: "state", type: `${t}_state` },
    { name: "twice", type, asExpression: "(floor + 0)", generatedType: "STORED" },
  ];
}

function table(t: string, retyped: boolean): Table {
  return {
    name: t,
    columns: columns(t, retyped),
    primaryKey: { name: `PK_${t}`, columns: ["id", "twice"] },
    uniques: [{ name: `UQ_${t}`, columns: ["twice"] }],
    checks: [{ name: `CK_${t}`, expression: "twice > 0" }],
    exclusions: [{ name: `XC_${t}`, expression: "USING btree (floor WITH =)" }],
    indexes: [{ name: `IX_${t}`, columns: ["twice"] }],
    foreignKeys: [{ name: `FK_${t}`, columns: ["twice"], references: { table: "target", columns: ["id"] } }],
  };
}

const TARGET: Table = {
  name: "target",
  columns: [{ name: "id", type: "integer" }],
  primaryKey: { name: "PK_target", columns: ["id"] },
};

function schemaOf(names: readonly string[], retyped: boolean): Schema {
  return {
    enums: names.map((t) => ({ name: `${t}_state`, values: retyped ? ["shut", "open"] : ["open", "shut"] })),
    tables: [...names.map((t) => table(t, retyped)), TARGET],
    views: names.flatMap((t) => [
      {
        name: `${t}_kept`,
        expression: `SELECT twice FROM ${t}`,
        materialized: true as const,
        indexes: [{ name: `IM_${t}`, columns: ["twice"] }],
      },
      { name: `${t}_view`, expression: `SELECT code, twice FROM ${t}` },
    ]),
  };
}

test.each(anyMajors())("PostgreSQL %i: what the tool drops and creates again keeps what it had", (major) =>
  withFolder((folder) =>
    withDatabase(major, async (url) => {
      const session = await testSession({ url, folder, entities: [] });
      const client = await connect(url);
      try {
        const [db, server] = [await session.connection(), await session.server()];
        const facts = FACTS.filter(([, , since = 0]) => since <= major);
        const names = facts.map((_, at) => `t${at}`);
        const [before, after] = [schemaOf(names, false), schemaOf(names, true)];
        await runChanges(db, server, (await compareWith(db, server, before)).upgrade);
        await makeTrue(client, facts);
        const had = await listBlocks(client);
        const there = await compareWith(db, server, after, { accept: ["all"], withDependencies: true });
        const back = there.downgrade;
        expect(there.upgrade.flatMap(({ notes = [] }) => notes).filter(({ effect }) => effect === "lost")).toEqual([]);
        await runChanges(db, server, there.upgrade);
        expect(compareBlocks(had, await listBlocks(client), withoutTypes, facts)).toEqual([]);
        await runChanges(db, server, back);
        expect(compareBlocks(had, await listBlocks(client), sortLines, facts)).toEqual([]);
      } finally {
        await client.end();
        await session.close();
      }
    }),
  ),
);

async function makeTrue(client: pg.Client, facts: typeof FACTS): Promise<void> {
  await client.query("CREATE ROLE remodel_other").catch((error: { readonly code?: string }) => {
    if (error.code !== "42710") throw error;
  });
  await client.query("INSERT INTO target VALUES (1)");
  for (const [at, [, make]] of facts.entries()) {
    await client.query(`INSERT INTO t${at} VALUES (1, 'a', 1, 'open')`);
    await client.query(make(`t${at}`));
  }
}

async function listBlocks(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const blocks = (await listCatalog(client, { columnOrder: false, notNullNames: true })).split(/\n(?=\S)/);
  return new Map(blocks.map((block) => [block.split("\n", 1)[0] ?? "", block]));
}

/** The facts whose objects have another listing. */
function compareBlocks(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  write: (block: string) => string,
  facts: typeof FACTS,
): readonly string[] {
  const lost = [...before].filter(([heading, block]) => write(block) !== write(after.get(heading) ?? ""));
  return lost.map(([heading, block]) => {
    const name = facts[Number(/t(\d+)/.exec(heading)?.[1])]?.[0];
    return `${name}: ${heading}\n${write(block)}\n${write(after.get(heading) ?? "")}`;
  });
}

/** A listing without what the models change: types, the order of values, and the casts that follow from them. */
function withoutTypes(block: string): string {
  return sortLines(
    block
      .replaceAll(/\b(?:integer|bigint|text|character varying(?:\(20\)|\b))/g, "type")
      .replaceAll(/\((\d)\)::type|(\d)::type/g, "$1$2"),
  );
}

function sortLines(block: string): string {
  return block.split("\n").sort().join("\n");
}
