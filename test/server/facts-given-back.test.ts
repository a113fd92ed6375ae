import type pg from "pg";
import { expect, test } from "vitest";
import { readInSnapshot } from "../../src/connection/snapshot.ts";
import { schemaKinds, tableKinds } from "../../src/kinds/all.ts";
import { FACTS as ALL_FACTS } from "../../src/kinds/facts.ts";
import { keyOfItem } from "../../src/kinds/item-keys.ts";
import { OWN_NOT_NULL } from "../../src/kinds/kept-facts.ts";
import { type AnyKind, itemsOf } from "../../src/kinds/kind.ts";
import { fillMarks, type MarkedNames } from "../../src/kinds/marks.ts";
import { type CatalogReading, readCatalogWithDependencies } from "../../src/read/catalog.ts";
import type { Named, Schema, Table } from "../../src/schema/schema.ts";
import { path } from "../../src/sql.ts";
import { FACTS, type Fact } from "../support/facts.ts";
import { listCatalog } from "../support/observer.ts";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

test.each(anyMajors())("PostgreSQL %i: what is dropped and created again has every fact that it had", (major) =>
  withFolder((folder) =>
    withDatabase(major, async (url) => {
      const session = await testSession({ url, folder, entities: [] });
      const client = await connect(url);
      try {
        const facts = await makeTrue(client, major);
        const db = await session.connection();
        const options = { server: await session.server(), schemas: ["facts"], inTransaction: true } as const;
        const catalog = await readInSnapshot(db, () => readCatalogWithDependencies(db, options));
        expect(unseenFacts(catalog, major)).toEqual([]);
        const before = blocksOf(await listCatalog(client, { notNullNames: true }));
        await recreate(client, catalog);
        const after = blocksOf(await listCatalog(client, { notNullNames: true }));
        const lost = [...before].filter(([heading, lines]) => after.get(heading) !== lines);
        expect(lost.map(([heading]) => nameFact(facts, heading))).toEqual(LEFT);
        expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted());
      } finally {
        await client.end();
        await session.close();
      }
    }),
  ),
);

/** A table that inherits again has its columns both from itself and from the other table. */
const LEFT = ["parent of an inherited table"];

/** The facts of what is no table: `t` stands for the name of the object. */
const OTHER_FACTS: readonly Fact[] = [
  {
    name: "comment on a column of a composite type",
    sql: (t) => `CREATE TYPE ${t} AS (a int); COMMENT ON COLUMN ${t}.a IS 'a'`,
  },
  ...["VIEW", "MATERIALIZED VIEW"].flatMap((word) => {
    const create = (t: string) => `CREATE ${word} ${t} AS SELECT id, code FROM base`;
    const make = (name: string, sql: (t: string) => string, since?: number): Fact => ({
      name: `${name} of a ${word.toLowerCase()}`,
      sql: (t) => `${create(t)}; ${sql(t)}`,
      ...(since !== undefined && { since }),
    });
    return [
      make("owner", (t) => `ALTER ${word} ${t} OWNER TO remodel_other`),
      make("comment", (t) => `COMMENT ON ${word} ${t} IS 'by hand'`),
      make("comment of a column", (t) => `COMMENT ON COLUMN ${t}.code IS 'by hand'`),
      make("privileges", (t) => `GRANT SELECT ON ${t} TO remodel_other WITH GRANT OPTION`),
      make("fewer privileges of the owner", (t) => `REVOKE DELETE, UPDATE ON ${t} FROM CURRENT_USER`),
      make("privileges of a column", (t) => `GRANT SELECT (code) ON ${t} TO PUBLIC`),
    ];
  }),
  { name: "a view's barrier", sql: (t) => `CREATE VIEW ${t} WITH (security_barrier) AS SELECT id FROM base` },
  {
    name: "a view's default",
    sql: (t) => `CREATE VIEW ${t} AS SELECT id FROM base; ALTER VIEW ${t} ALTER id SET DEFAULT 7`,
  },
  { name: "no rows", sql: (t) => `CREATE MATERIALIZED VIEW ${t} AS SELECT id FROM base WITH NO DATA` },
  {
    name: "statistics of an index",
    sql: (t) => `CREATE MATERIALIZED VIEW ${t} AS SELECT id FROM base; CREATE INDEX ${t}_index ON ${t} ((id + 1));
      ALTER INDEX ${t}_index ALTER COLUMN 1 SET STATISTICS 300`,
  },
  {
    name: "the extension with which a materialized view and its index go",
    sql: (
      t,
    ) => `CREATE MATERIALIZED VIEW ${t} AS SELECT id FROM base; ALTER MATERIALIZED VIEW ${t} DEPENDS ON EXTENSION plpgsql;
      CREATE INDEX ${t}_index ON ${t} ((id + 1)); ALTER INDEX ${t}_index DEPENDS ON EXTENSION plpgsql`,
  },
  { name: "owner of a type", sql: (t) => `CREATE TYPE ${t} AS ENUM ('a'); ALTER TYPE ${t} OWNER TO remodel_other` },
  { name: "comment of a type", sql: (t) => `CREATE TYPE ${t} AS ENUM ('a'); COMMENT ON TYPE ${t} IS 'by hand'` },
  {
    name: "privileges of a type",
    sql: (t) =>
      `CREATE TYPE ${t} AS ENUM ('a'); REVOKE ALL ON TYPE ${t} FROM PUBLIC; GRANT USAGE ON TYPE ${t} TO remodel_other`,
  },
];

/** Facts that belong to items, and that no object of the test has. */
/** What has these facts is no item of a schema. */
const PARTS_OF_DEPENDENTS = [
  "sequence",
  "trigger",
  "rule",
  "policy",
  "statistics",
  "function",
  "pg_operator",
  "pg_opclass",
  "cast",
  "constraint of a domain",
];

/** Only inherited columns have them: the inputs of `objects-by-hand/heirs.ts` make them true. */
const OF_HEIRS = ["options of a foreign table", OWN_NOT_NULL];

function unseenFacts({ dependencies }: CatalogReading, major: number): readonly string[] {
  const seen = new Set([...dependencies.facts.values()].flatMap(({ facts }) => facts.map(({ what }) => what)));
  // A test can make tablespaces from PostgreSQL 15 on.
  const wanted = ALL_FACTS.filter(({ what, since = what === "tablespace" ? 150000 : 0 }) => since <= major * 10_000);
  const ofItems = wanted.filter(({ of, what }) => !PARTS_OF_DEPENDENTS.includes(of) && !OF_HEIRS.includes(what));
  return ofItems.filter(({ what }) => !seen.has(what)).map(({ of, what }) => `${what} of a ${of}`);
}

/** Makes each fact true of an object of its own. */
async function makeTrue(client: pg.Client, major: number): Promise<ReadonlyMap<string, string>> {
  const facts = [...FACTS, ...OTHER_FACTS].filter(({ since = 0 }) => since <= major);
  const setup = new Set(["CREATE ROLE remodel_other", ...facts.flatMap((fact) => fact.setup ?? [])]);
  for (const statement of setup) await client.query(statement).catch(ignoreExisting);
  await client.query(
    "CREATE SCHEMA facts; ALTER SCHEMA facts OWNER TO remodel_other; COMMENT ON SCHEMA facts IS 'by hand'; GRANT USAGE ON SCHEMA facts TO PUBLIC; CREATE TABLE base (id int, code varchar); CREATE TABLE target (id int PRIMARY KEY)",
  );
  const named = new Map<string, string>();
  for (const [at, fact] of facts.entries()) {
    const name = `t${at}`;
    named.set(name, fact.name);
    if (FACTS.includes(fact)) await client.query(plainTable(name));
    await client.query(fact.sql(name));
  }
  return named;
}

/** Roles and tablespaces are the server's, and stay from one run to the next. */
function ignoreExisting(error: { readonly code?: string }): void {
  if (error.code !== "42710") throw error;
}

function plainTable(t: string): string {
  return `CREATE TABLE ${t} (id serial CONSTRAINT "PK_${t}" PRIMARY KEY, code varchar NOT NULL, floor int NOT NULL,
      mall int NOT NULL, during daterange NOT NULL, CONSTRAINT "UQ_${t}" UNIQUE (code), CONSTRAINT "UP_${t}" UNIQUE (floor, during),
      CONSTRAINT "CK_${t}" CHECK (floor > 0), CONSTRAINT "FK_${t}" FOREIGN KEY (mall) REFERENCES target);
    CREATE INDEX "IX_${t}" ON ${t} (floor); CREATE INDEX "IC_${t}" ON ${t} (code)`;
}

/** Drops everything that is in the schema, and creates it again from what was read. */
async function recreate(client: pg.Client, { schema, dependencies }: CatalogReading): Promise<void> {
  const { dependents } = dependencies;
  const movable = dependents.filter(({ create, holdsData }) => create.length > 0 && !holdsData);
  const tables = schema.tables ?? [];
  const statements = [
    ...movable.toReversed().map(({ drop }) => drop),
    ...tables.map(({ name }) => `DROP TABLE IF EXISTS ${path(name)} CASCADE`),
    ...(schema.enums ?? []).map(({ name }) => `DROP TYPE ${path(name)}`),
    ...enumStatements({ schema, dependencies }),
    ...tables.flatMap((table) => tableStatements(table, { schema, dependencies })),
    ...tables.flatMap((table) => factStatements(table, { schema, dependencies })),
    ...tables.flatMap((table) => keyStatements(table, { schema, dependencies })),
    ...movable.flatMap(({ create }) => create),
  ];
  for (const statement of statements)
    await client.query(statement).catch((cause) => {
      throw new Error(`${statement}: ${cause.message}`, { cause });
    });
}

type Read = Pick<CatalogReading, "schema" | "dependencies">;

function factsAt({ dependencies }: Read, place: string, names: MarkedNames): readonly string[] {
  return (dependencies.facts.get(place)?.facts ?? []).map(({ statement }) => fillMarks(statement, names));
}

function enumStatements(read: Read): readonly string[] {
  const kind = schemaKinds.find(({ list }) => list === "enums")!;
  return (read.schema.enums ?? []).flatMap((item) => [
    ...kind.create(item, read.schema).sql,
    ...factsAt(read, keyOfItem("enums", item.name), { relation: item.name }),
  ]);
}

/** A table with the constraints that are inside of its statement. */
function tableStatements(table: Table, read: Read): readonly string[] {
  const kinds = schemaKinds.find(({ list }) => list === "tables")!;
  const special =
    (list: string) =>
    ({ name }: Named) =>
      read.dependencies.facts.get(keyOfItem(list, name, table.name))?.definition !== undefined;
  const plain: Schema = {};
  const inside = Object.fromEntries(
    tableKinds.flatMap(({ list }) => {
      const kept = itemsOf(table, list).filter((item) => !special(list)(item));
      if (list === "columns" || kept.length === 0) return [];
      return [[list, list === "primaryKey" ? kept[0] : kept]];
    }),
  );
  const whole = {
    name: table.name,
    columns: table.columns,
    ...(table.comment && { comment: table.comment }),
    ...inside,
  };
  return kinds.create(whole, plain).sql;
}

function factStatements(table: Table, read: Read): readonly string[] {
  const parts = tableKinds.filter(({ list }) => list !== "columns" && list !== "foreignKeys");
  return [
    ...factsAt(read, keyOfItem("tables", table.name), { relation: table.name }),
    ...table.columns.flatMap(({ name }) =>
      factsAt(read, keyOfItem("columns", name, table.name), { relation: table.name, column: name }),
    ),
    ...parts.flatMap((kind) =>
      itemsOf(table, kind.list).flatMap((item) => partStatements(kind, item, table, read, !isInline(kind))),
    ),
  ];
}

function isInline({ list }: AnyKind): boolean {
  return ["primaryKey", "uniques", "checks", "exclusions"].includes(list);
}

function keyStatements(table: Table, read: Read): readonly string[] {
  const kind = tableKinds.find(({ list }) => list === "foreignKeys")!;
  return (table.foreignKeys ?? []).flatMap((item) => partStatements(kind, item, table, read, true));
}

function partStatements(kind: AnyKind, item: Named, table: Table, read: Read, isApart: boolean): readonly string[] {
  const place = keyOfItem(kind.list, item.name, table.name);
  const names = { relation: table.name, name: item.name };
  const definition = read.dependencies.facts.get(place)?.definition;
  const created = isApart ? kind.create(item, table).sql : [];
  return [...(definition === undefined ? created : [fillMarks(definition, names)]), ...factsAt(read, place, names)];
}

/** The blocks of a listing, by their heading. */
function blocksOf(listing: string): ReadonlyMap<string, string> {
  const blocks = listing.split(/\n(?=\S)/).map((block) => block.trimEnd().split("\n"));
  return new Map(blocks.map(([heading = "", ...lines]) => [heading, lines.join("\n")]));
}

function nameFact(facts: ReadonlyMap<string, string>, heading: string): string {
  const name = /\bt\d+/.exec(heading)?.[0] ?? "";
  return facts.get(name) ?? heading;
}
