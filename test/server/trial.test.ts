import type pg from "pg";
import { expect, test } from "vitest";
import type { Schema } from "../../src/schema/schema.ts";
import { listCatalog } from "../support/observer.ts";
import { compareWith, runChanges } from "../support/schemas.ts";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

/** One change of each sort: an enum type loses a value, columns get other types, a declared view loses a column. */
function schemaOf(isAfter: boolean): Schema {
  return {
    enums: [{ name: "state", values: isAfter ? ["open", "paid"] : ["open", "paid", "void"] }],
    tables: [
      {
        name: "purchase",
        columns: [
          { name: "id", type: "integer" },
          { name: "state", type: "state", nullable: true },
          { name: "code", type: isAfter ? "integer" : "text", nullable: true },
          { name: "total", type: isAfter ? "numeric" : "integer", nullable: true },
        ],
        primaryKey: { name: "PK_purchase", columns: ["id"] },
      },
      { name: "Mall", columns: [{ name: "Id", type: "integer" }] },
    ],
    views: [{ name: "codes", expression: `SELECT id, ${isAfter ? "" : "code AS word, "}total FROM purchase` }],
  };
}

/** Objects by hand, by name; PostgreSQL can create those of `RESTORED` again after the change, and not the others. */
const RESTORED: Readonly<Record<string, string>> = {
  "view v_plain": "CREATE VIEW v_plain AS SELECT state, code, total FROM purchase WHERE state = 'open'",
  "view v_keyed": "CREATE VIEW v_keyed AS SELECT id, total + count(*) AS n FROM purchase GROUP BY id",
  "view v_codes": "CREATE VIEW v_codes AS SELECT max(total) AS most FROM codes",
  "view v_over": "CREATE VIEW v_over AS SELECT state FROM v_plain",
  "materialized view m_plain": "CREATE MATERIALIZED VIEW m_plain AS SELECT state FROM purchase",
  "rule r_plain of purchase":
    "CREATE RULE r_plain AS ON UPDATE TO purchase WHERE NEW.state = 'paid' DO INSTEAD NOTHING",
  "policy p_plain of purchase": "CREATE POLICY p_plain ON purchase USING (total > 0 AND state <> 'paid')",
  "policy p_other of Mall": `CREATE POLICY p_other ON "Mall" USING ("Id" IN (SELECT id FROM purchase WHERE state = 'open'))`,
  "trigger t_plain of purchase": `CREATE TRIGGER t_plain BEFORE UPDATE OF code ON purchase FOR EACH ROW
    WHEN (NEW.state = 'paid') EXECUTE FUNCTION noted()`,
  "domain d_plain": "CREATE DOMAIN d_plain AS state CHECK (VALUE <> 'open')",
  "function f_plain(state)": "CREATE FUNCTION f_plain(s state) RETURNS boolean LANGUAGE sql AS $$ SELECT s = 'paid' $$",
  "function f_plpgsql(state)":
    "CREATE FUNCTION f_plpgsql(s state) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'void'; END $$",
  "index i_plain of purchase": "CREATE INDEX i_plain ON purchase (total DESC) WHERE state = 'paid'",
  "publication by_total of purchase": "CREATE PUBLICATION by_total FOR TABLE purchase (id, total) WHERE (total > 0)",
};
const BLOCKING: Readonly<Record<string, string>> = {
  "view v_value": "CREATE VIEW v_value AS SELECT id FROM purchase WHERE state = 'void'",
  "view v_values": "CREATE VIEW v_values AS SELECT id FROM purchase WHERE state = ANY ('{open,void}')",
  "view v_text": "CREATE VIEW v_text AS SELECT id FROM purchase WHERE code LIKE 'a%'",
  "view v_length": "CREATE VIEW v_length AS SELECT length(code) AS n FROM purchase",
  "view v_column": "CREATE VIEW v_column AS SELECT upper(word) AS word FROM codes",
  "view v_over_value": "CREATE VIEW v_over_value AS SELECT id FROM v_value",
  "materialized view m_value": "CREATE MATERIALIZED VIEW m_value AS SELECT 'void'::state AS state",
  "rule r_value of purchase":
    "CREATE RULE r_value AS ON UPDATE TO purchase WHERE NEW.state = 'void' DO INSTEAD NOTHING",
  "policy p_value of purchase": "CREATE POLICY p_value ON purchase USING (state <> 'void')",
  "policy p_text of Mall": `CREATE POLICY p_text ON "Mall" USING ("Id" IN (SELECT id FROM purchase WHERE code = 'a'))`,
  "trigger t_value of purchase": `CREATE TRIGGER t_value BEFORE UPDATE ON purchase FOR EACH ROW
    WHEN (NEW.state = 'void') EXECUTE FUNCTION noted()`,
  "trigger t_text of purchase": `CREATE TRIGGER t_text BEFORE UPDATE ON purchase FOR EACH ROW
    WHEN (NEW.code <> '') EXECUTE FUNCTION noted()`,
  "domain d_value": "CREATE DOMAIN d_value AS state CHECK (VALUE <> 'void')",
  "domain d_default": "CREATE DOMAIN d_default AS state DEFAULT 'void'",
  "function f_value(state)": "CREATE FUNCTION f_value(s state) RETURNS boolean LANGUAGE sql AS $$ SELECT s = 'void' $$",
  "function f_default(integer, state)":
    "CREATE FUNCTION f_default(n integer, s state DEFAULT 'void') RETURNS integer LANGUAGE sql AS 'SELECT n'",
  "function f_text()":
    "CREATE FUNCTION f_text() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM purchase WHERE code LIKE 'a%'; END",
  "index i_value of purchase": "CREATE INDEX i_value ON purchase (id DESC) WHERE state <> 'void'",
  "publication by_code of purchase": "CREATE PUBLICATION by_code FOR TABLE purchase WHERE (code <> '')",
};
/** PostgreSQL builds these again, and only then finds out that it cannot. */
const FAILING: Readonly<Record<string, string>> = {
  "index i_collated of purchase": `CREATE INDEX i_collated ON purchase (code COLLATE "C")`,
  "index i_lower of purchase": "CREATE INDEX i_lower ON purchase (lower(code))",
  "index i_pattern of purchase": "CREATE INDEX i_pattern ON purchase (code text_pattern_ops)",
  "statistics s_text of purchase": "CREATE STATISTICS s_text ON length(code), id FROM purchase",
};
const since15 = (name: string, major: number) => major >= 15 || !name.startsWith("publication");

test.each(anyMajors())("PostgreSQL %i: only what PostgreSQL can create again is restored", (major) =>
  withFolder((folder) =>
    withDatabase(major, async (url) => {
      const session = await testSession({ url, folder, entities: [] });
      const client = await connect(url);
      try {
        const [db, server] = [await session.connection(), await session.server()];
        const [before, after] = [schemaOf(false), schemaOf(true)];
        await runChanges(db, server, (await compareWith(db, server, before)).upgrade);
        await makeByHand(client, major);
        const had = await listCatalog(client, { columnOrder: false });
        const { upgrade, downgrade } = await compareWith(db, server, after, {
          accept: ["all"],
          withDependencies: true,
        });
        expect(await listCatalog(client, { columnOrder: false })).toBe(had);
        const notes = upgrade.flatMap((one) => one.notes ?? []);
        const withEffect = (effect: string) => notes.filter((note) => note.effect === effect);
        const names = (effect: string) => withEffect(effect).map(({ object }) => object);
        const wanted = (objects: object) =>
          Object.keys(objects)
            .filter((name) => since15(name, major))
            .sort();
        expect(names("restored").toSorted()).toEqual(wanted(RESTORED));
        expect(names("blocks").toSorted()).toEqual(wanted(BLOCKING));

        expect(names("may fail").toSorted()).toEqual(wanted(FAILING));

        const blocking = [...withEffect("blocks"), ...withEffect("may fail")];
        await client.query(
          blocking
            .toReversed()
            .flatMap(({ drop }) => drop)
            .join(";\n"),
        );
        await runChanges(db, server, upgrade);
        expect((await compareWith(db, server, after)).upgrade).toEqual([]);
        await runChanges(db, server, downgrade);
        const back = await listCatalog(client, { columnOrder: false });
        const missing = blocking.filter(({ object }) => !back.includes(nameOf(object)));
        await client.query(missing.flatMap(({ create }) => create).join(";\n"));
        expect(await listCatalog(client, { columnOrder: false })).toBe(had);
      } finally {
        await client.end();
        await session.close();
      }
    }),
  ),
);

/** The name in a note: `policy p_text of Mall` is `p_text`. */
function nameOf(object: string): string {
  return /[a-z]+_[a-z_]+/.exec(object)?.[0] ?? "";
}

async function makeByHand(client: pg.Client, major: number): Promise<void> {
  await client.query("CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'");
  for (const [name, statement] of Object.entries({ ...RESTORED, ...BLOCKING, ...FAILING }))
    if (since15(name, major)) await client.query(statement);
}
