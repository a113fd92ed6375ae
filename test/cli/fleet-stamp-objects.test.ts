import { expect, test } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { cliProject, MODULE, ORMCONFIG } from "./support.ts";

const MODEL = `import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
@Entity() export class Shop { @PrimaryGeneratedColumn() id: number; @Column() name: string; }
`;
const TABLES = `CREATE TABLE shop (id serial PRIMARY KEY, name varchar NOT NULL);
  CREATE TABLE done (id serial PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL)`;
/** What models cannot declare. */
const BY_HAND = `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER touched BEFORE UPDATE ON shop FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE INDEX shop_lower ON shop (lower(name)); CREATE VIEW names AS SELECT name FROM shop`;
const MALLS: Readonly<Record<string, string>> = {
  mall_1: `${TABLES}; ${BY_HAND}`,
  mall_2: `${TABLES}; ${BY_HAND}; GRANT SELECT ON shop TO CURRENT_USER`,
  mall_3: `${TABLES}; ${BY_HAND}; DROP TRIGGER touched ON shop`,
  mall_4: `${TABLES}; ${BY_HAND}; DROP INDEX shop_lower; DROP VIEW names`,
  mall_5: `${TABLES}; ${BY_HAND}; CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'`,
  mall_6: `${TABLES}; ${BY_HAND}; ALTER TABLE shop DISABLE TRIGGER touched`,
  mall_7: `${TABLES}; ${BY_HAND}; CREATE FUNCTION other() RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
};
const DIFFERENT = {
  mall_3: ["shop lacks the trigger touched"],
  mall_4: ["the database lacks the view names", "shop lacks the index shop_lower"],
  mall_5: ["function touch() differs"],
  mall_6: ["shop: trigger touched differs"],
  mall_7: ["the database has a function other()"],
};

test("a mall that lacks what the baseline carries, or has it otherwise, is not stamped", () =>
  withDatabase(newest(), async (url) => {
    const client = await connect(url);
    for (const [mall, sql] of Object.entries(MALLS))
      await client.query(`CREATE SCHEMA ${mall}; SET search_path = ${mall}; ${sql}`);
    await client.end();
    const remodel = { url, keepNames: true, fleet: { tenants: { schemas: "mall_*" } } };
    const project = cliProject(
      {
        ...MODULE,
        "ormconfig.ts": ORMCONFIG.replace("entities:", 'migrationsTableName: "done", entities:'),
        "models/shop.ts": MODEL,
        "remodel.config.ts": `export const remodel = ${JSON.stringify(remodel)};\n`,
      },
      url,
    );
    const adopted = await project.run("adopt", "--schema", "mall_1", "--on", url, "--rev-id", "ba5e");
    expect(adopted).toMatchObject({
      code: expect.any(Number),
      stdout: expect.stringContaining("The database is at ba5e"),
    });
    for (const more of [[], ["--like", "mall_1"]]) {
      const { stdout, code } = await project.run("fleet", "stamp", "ba5e", ...more, "--json");
      const tenants: readonly { name: string; outcome: string; differences?: unknown }[] = JSON.parse(stdout).tenants;
      expect(code).toBe(1);
      expect(
        Object.fromEntries(tenants.flatMap((one) => (one.differences ? [[one.name, one.differences]] : []))),
      ).toEqual(DIFFERENT);
      const good = tenants.filter(({ outcome }) => ["there", "stamped"].includes(outcome)).map(({ name }) => name);
      expect(good).toEqual(["mall_1", "mall_2"]);
    }
  }));
