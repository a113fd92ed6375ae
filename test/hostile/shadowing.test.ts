import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { Column, Entity, Index, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";
import { expect, test } from "vitest";
import { check } from "../../src/author/check.ts";
import { revise } from "../../src/author/revise.ts";
import { stamp } from "../../src/author/stamp.ts";
import { writeRevision } from "../../src/revision/folder.ts";
import { offlineSql } from "../../src/run/offline.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { runScript } from "../support/psql.ts";
import { fileText } from "../support/running.ts";
import { anyMajors, connect, majors, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

@Entity()
class Shop {
  @PrimaryGeneratedColumn() id: number;
  @Index()
  @Column({ type: "varchar", default: "x" })
  code: string;
}

@ViewEntity({ name: "codes", expression: `SELECT "code" FROM "shop"` })
class Codes {
  @ViewColumn() code: string;
}

const TYPES = [
  "oid",
  "regclass",
  "int2",
  "int4",
  "int8",
  "name",
  "text",
  "varchar",
  '"char"',
  "bool",
  "_text",
  "int2vector",
];
/** Types that are paired with themselves and with the types of texts. */
const MORE_TYPES = ["bpchar", "jsonb", "state", "word", "slug"];
const OPERATORS = ["=", "<>", "<", ">", "<=", ">=", "||", "&", "+", "-", "->", "->>"];

/** Primary keys of tables that are filled in batches. */
const KEYS: readonly (readonly string[])[] = [
  ["varchar(9)"],
  ["char(3)"],
  ["name"],
  ["citext"],
  ["word"],
  ["slug"],
  ["text[]"],
  ["state"],
  ["name", "varchar"],
  ["citext", "citext"],
  ["varchar", "slug", "int8"],
];
const KEYS_SQL = [
  "CREATE EXTENSION citext; CREATE DOMAIN word AS varchar; CREATE DOMAIN slug AS citext; CREATE TYPE state AS ENUM ('1', '2', '3')",
  ...KEYS.map((types, at) => {
    const columns = types.map((type, number) => `k${number} ${type}`).join(", ");
    const values = types.map((type) => (type.endsWith("[]") ? `ARRAY[i::text]` : `i::text::${type}`)).join(", ");
    const key = types.map((_, number) => `k${number}`).join(", ");
    return `CREATE TABLE filled${at} (${columns}, n integer, PRIMARY KEY (${key})); INSERT INTO filled${at} SELECT ${values}, 0 FROM generate_series(1, 3) i`;
  }),
].join(";\n");

/** The text of all sources, in which every name of a function that our queries use is a word. */
const WORDS = new Set(
  sources(fileURLToPath(new URL("../../src", import.meta.url)))
    .join("\n")
    .match(/[a-z_][a-z0-9_]+/g),
);

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"));
}

/** Whatever is called writes down that it was, outside the transaction that called it. */
const SPRUNG = `CREATE SCHEMA traps; CREATE SEQUENCE traps.sprung;
  CREATE FUNCTION traps.spring() RETURNS void LANGUAGE sql AS $$ SELECT pg_catalog.nextval('traps.sprung') $$`;

/** Operators for every pair of types, and an overload of every function for every type, in the schema of the models. */
async function layTraps(client: pg.Client): Promise<number> {
  await client.query(SPRUNG);
  const pairs = [
    ...TYPES.flatMap((left) => TYPES.map((right) => [left, right] as const)),
    ...MORE_TYPES.flatMap((one) => [one, "text", "varchar"].map((other) => [one, other] as const)),
  ];
  const results: Readonly<Record<string, string>> = {
    "||": "text",
    "&": "int8",
    "+": "int8",
    "-": "int8",
    "->": "text",
    "->>": "text",
  };
  const operators = pairs.flatMap(([left, right], at) =>
    [...new Set(OPERATORS.map((one) => results[one] ?? "bool"))].flatMap((result) => [
      `CREATE FUNCTION public.trap_${at}_${result}(${left}, ${right}) RETURNS ${result} LANGUAGE plpgsql AS $$ BEGIN PERFORM traps.spring(); RETURN NULL; END $$`,
      ...OPERATORS.filter((one) => (results[one] ?? "bool") === result).map(
        (one) =>
          `CREATE OPERATOR public.${one} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = public.trap_${at}_${result})`,
      ),
    ]),
  );
  const { rows } = await client.query(
    "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND pronargs > 0",
  );
  const named = rows.map(({ proname }) => String(proname)).filter((name) => WORDS.has(name));
  const functions = named.flatMap((name) =>
    TYPES.map(
      (type) =>
        `CREATE FUNCTION public."${name}"(${type}) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM traps.spring(); RETURN NULL; END $$`,
    ),
  );
  await client.query([...operators, ...functions].join(";\n"));
  return operators.length + functions.length;
}

async function isSprung(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query("SELECT is_called FROM traps.sprung");
  return rows[0].is_called;
}

test.each(anyMajors())("on PostgreSQL %i no query of our own calls what others made, as a superuser", (major) =>
  withFolder((folder) =>
    withDatabase(major, async (url) => {
      const client = await connect(url);
      const session = await testSession({ url, folder, keepsPlans: false, entities: [Shop, Codes] });
      const named = await testSession({
        url,
        folder,
        keepsPlans: false,
        entities: [Shop, Codes],
        options: { schema: "public" },
      });
      try {
        await revise(session, { message: "Tables", autogenerate: true, revisionId: "aaaa" });
        writeRevision(
          folder,
          "bbbb.ts",
          fileText(
            "bbbb",
            "aaaa",
            `op.createIndex("shop", { name: "shop_code", columns: ["code"], unique: true }, { concurrently: true });
  op.renameIndex("shop", "shop_code", "shop_key");
  op.createUniqueConstraint("shop", { name: "shop_one", columns: ["code"] }, { usingIndex: "shop_key" });
  op.insertRows("shop", [{ id: 7, code: "seven" }], { sequenceOf: "id" });
  op.backfill("shop", { set: { code: "code" }, batch: 1 });
  op.dropView("codes");
  op.addTypeormMetadata({ type: "VIEW", name: "other" }, "SELECT 1");
  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "shop", name: "code" }, "x");
  op.addColumn("shop", { name: "place", type: "text", nullable: true }, { after: "id" });
  op.createEnum("state", ["open"], { ifNotExists: true });
  ${KEYS.map((_, at) => `op.backfill("filled${at}", { set: { n: "n + 1" }, batch: 2 });`).join("\n  ")}`,
            `op.dropConstraint("shop", "shop_one");
  op.removeTypeormMetadata({ type: "VIEW", name: "other" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "shop", name: "code" });
  op.sql("DELETE FROM shop");
  op.sql('CREATE VIEW codes AS SELECT code FROM shop');
  op.dropColumn("shop", "place");`,
          ),
        );
        await client.query(KEYS_SQL);
        await upgrade(session, "aaaa");
        expect(await layTraps(client)).toBeGreaterThan(1000);
        await upgrade(session);
        await check(session);
        await revise(session, { message: "More", autogenerate: true, dryRun: true });
        await stamp(session, ["aaaa"]);
        await stamp(session, ["bbbb"]);
        await downgrade(session, "aaaa");
        await check(session);
        expect(await isSprung(client)).toBe(false);
        const up = await offlineSql(session, "upgrade", "aaaa:bbbb");
        await runScript(client, up);
        expect(await isSprung(client)).toBe(false);
        for (const [at] of KEYS.entries())
          expect(await client.query(`SELECT n FROM filled${at}`)).toMatchObject({
            rows: [{ n: 2 }, { n: 2 }, { n: 2 }],
          });
        await runScript(client, await offlineSql(named, "downgrade", "bbbb:aaaa"));
        await runScript(client, await offlineSql(named, "upgrade", "aaaa:bbbb"));
        expect(await isSprung(client)).toBe(false);
      } finally {
        await session.close();
        await named.close();
        await client.end();
      }
    }),
  ),
);

const REVISION =
  "CREATE TABLE remodel_revision (revision text PRIMARY KEY, message text, applied_at timestamptz, duration_ms integer, applied_by text, checksum text, fingerprint text, schema text)";
const CALL = "CREATE FUNCTION evil() RETURNS text LANGUAGE sql AS 'SELECT ''x'''";
const TRIGGER = "CREATE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'";

test.each([
  ["is not an ordinary table", "CREATE VIEW remodel_revision AS SELECT 'x' AS revision"],
  ["is not an ordinary table", "CREATE MATERIALIZED VIEW remodel_revision AS SELECT 'x' AS revision"],
  ["is not an ordinary table", "CREATE TABLE remodel_revision (revision text) PARTITION BY LIST (revision)"],
  ["has row-level security", `${REVISION}; ALTER TABLE remodel_revision ENABLE ROW LEVEL SECURITY`],
  [
    "has triggers",
    `${REVISION}; ${TRIGGER}; CREATE TRIGGER t BEFORE INSERT ON remodel_revision FOR EACH ROW EXECUTE FUNCTION evil()`,
  ],
  ["has rules", `${REVISION}; CREATE RULE r AS ON INSERT TO remodel_revision DO ALSO SELECT 1`],
  ["takes part in inheritance", `${REVISION}; CREATE TABLE child () INHERITS (remodel_revision)`],
  ["has constraints", `${REVISION}; ${CALL}; ALTER TABLE remodel_revision ADD CHECK (evil() = 'x')`],
  ["has an index", `${REVISION}; CREATE INDEX ON remodel_revision (lower(message))`],
  [
    "has a generated column",
    `${REVISION}; ALTER TABLE remodel_revision ADD g text GENERATED ALWAYS AS (lower(message)) STORED`,
  ],
  ["has a generated column or a type", `CREATE DOMAIN d AS text; ${REVISION}; ALTER TABLE remodel_revision ADD g d`],
  ["has a default", `${REVISION}; ${CALL}; ALTER TABLE remodel_revision ALTER message SET DEFAULT evil()`],
  ["belongs to another user", `${REVISION}; ALTER TABLE remodel_revision OWNER TO pg_monitor`],
  [
    "remodel_log has rules",
    `CREATE TABLE remodel_log (id int); CREATE RULE r AS ON INSERT TO remodel_log DO ALSO SELECT 1`,
  ],
  ["typeorm_metadata is not an ordinary table", "CREATE VIEW typeorm_metadata AS SELECT 1 AS x"],
])("a table of ours is refused that %s: %s", (problem, setup) =>
  withFolder((folder) =>
    withDatabase(majors().at(-1)!, async (url) => {
      const client = await connect(url);
      await client.query(setup);
      const session = await testSession({ url, folder, keepsPlans: false, entities: [Shop] });
      writeRevision(
        folder,
        "aaaa.ts",
        fileText("aaaa", null, `op.addTypeormMetadata({ type: "VIEW", name: "codes" }, "SELECT 1");`),
      );
      const refused = { code: "TABLE_REFUSED", message: expect.stringContaining(problem) };
      try {
        const script = await offlineSql(session, "upgrade", "base:aaaa");
        await expect(runScript(client, script)).rejects.toThrow(problem);
        await client.query("ROLLBACK");
        await expect(upgrade(session)).rejects.toMatchObject(refused);
        await expect(check(session)).rejects.toMatchObject(refused);
      } finally {
        await session.close();
        await client.end();
      }
    }),
  ),
);
