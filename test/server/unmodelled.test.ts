import { EntitySchema } from "typeorm";
import { describe, expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { upgrade } from "../../src/run/run.ts";
import { listCatalog } from "../support/observer.ts";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

const shop = (columns: object) =>
  new EntitySchema({
    name: "shop",
    columns: { id: { type: "int", primary: true, generated: "increment" }, ...columns } as never,
  });
const BEFORE = [shop({ code: { type: "varchar" }, floor: { type: "int", default: 0 } })];

/** Made by hand, and nothing that a decorator could say. */
const BY_HAND = `
  CREATE INDEX lower_code ON shop (lower(code));
  CREATE INDEX code_floor ON shop (code DESC) INCLUDE (floor);
  CREATE INDEX code_pattern ON shop (code varchar_pattern_ops);
  CREATE STATISTICS shop_statistics ON code, floor FROM shop;
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER touched BEFORE UPDATE OF code ON shop FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE POLICY visible ON shop USING (floor >= 0);
  ALTER TABLE shop SET (fillfactor = 70);
  CREATE VIEW by_hand AS SELECT code FROM shop;
  CREATE SEQUENCE free;
  CREATE RULE no_delete AS ON DELETE TO shop DO INSTEAD NOTHING;
  GRANT SELECT ON shop TO public;
  ALTER TABLE shop ALTER COLUMN floor SET STATISTICS 500;
  COMMENT ON INDEX lower_code IS 'For the search';
  CREATE TYPE left_over AS ENUM ('a');
  CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at);
  CREATE TABLE parts_2026 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
`;

const NAMES = [
  "by_hand",
  "code_floor",
  "code_pattern",
  "floor",
  "free",
  "left_over",
  "lower_code",
  "lower_code",
  "no_delete",
  "parts",
  "shop",
  "shop",
  "shop_statistics",
  "touched",
  "visible",
];

describe.each(anyMajors())("PostgreSQL %i", (major) => {
  test("what models cannot declare is left alone, and each thing is reported once", () =>
    inDatabase(major, BEFORE, async ({ at, client }) => {
      await client.query(BY_HAND);
      const before = await listCatalog(client);
      const found = await at(BEFORE, compare);
      expect({ upgrade: found.upgrade, downgrade: found.downgrade }).toEqual({ upgrade: [], downgrade: [] });
      expect(found.unmodelled.map(({ name }) => name).sort()).toEqual(NAMES);
      const after = [
        shop({ code: { type: "varchar" }, floor: { type: "int", default: 0 }, name: { type: "text", nullable: true } }),
      ];
      await at(after, (session) => revise(session, { message: "A name", autogenerate: true }));
      await at(after, (session) => upgrade(session));
      const lines = (text: string) => text.split("\n").filter((line) => !line.includes("name text"));
      expect(lines(await listCatalog(client))).toEqual(lines(before));
    }));

  test("what goes with a dropped column, or stands in its way, is named with the statement that makes it again", () =>
    inDatabase(major, BEFORE, async ({ at, client }) => {
      await client.query(BY_HAND);
      const { brokenDependents } = await at([shop({ floor: { type: "int", default: 0 } })], compare);
      const noted = new Map(brokenDependents.map((note) => [note.object, note]));
      for (const name of ["index lower_code", "index code_floor", "index code_pattern", "statistics shop_statistics"])
        expect(noted.get(`${name} of shop`) ?? noted.get(name)).toMatchObject({
          effect: "lost",
          uses: ["shop.code"],
          create: expect.arrayContaining([expect.stringMatching(/^CREATE /)]),
        });
      for (const name of ["view by_hand", "trigger touched of shop"])
        expect(noted.get(name)).toMatchObject({ effect: "blocks", uses: ["shop.code"] });
      expect(brokenDependents).toHaveLength(6);
    }));

  test("an index that TypeORM is told to leave alone is left alone", () => {
    const declared = new EntitySchema({
      name: "shop",
      columns: { id: { type: "int", primary: true, generated: "increment" }, code: { type: "varchar" } },
      indices: [{ name: "by_code", columns: ["code"], synchronize: false }],
    });
    return inDatabase(major, [declared], async ({ at, client }) => {
      expect((await at([declared], compare)).upgrade).toEqual([]);
      await client.query("CREATE INDEX by_code ON shop (code)");
      expect((await at([declared], compare)).upgrade).toEqual([]);
    });
  });

  test("an index of the models that was made by hand in another form is taken for the models' one", () =>
    inDatabase(major, [shop({ code: { type: "varchar" } })], async ({ at, client }) => {
      const declared = new EntitySchema({
        name: "shop",
        columns: { id: { type: "int", primary: true, generated: "increment" }, code: { type: "varchar" } },
        indices: [{ name: "by_code", columns: ["code"] }],
      });
      await client.query("CREATE INDEX by_code ON shop (code varchar_pattern_ops)");
      expect((await at([declared], compare)).upgrade).toEqual([]);
    }));
});

type At = <Result>(
  entities: readonly unknown[],
  act: (session: Awaited<ReturnType<typeof testSession>>) => Promise<Result>,
) => Promise<Result>;

async function inDatabase(
  major: number,
  entities: readonly unknown[],
  body: (given: { at: At; client: Awaited<ReturnType<typeof connect>> }) => Promise<void>,
): Promise<void> {
  await withFolder((folder) =>
    withDatabase(major, async (url) => {
      const client = await connect(url);
      const at: At = async (models, act) => {
        const session = await testSession({ url, folder, entities: models });
        try {
          return await act(session);
        } finally {
          await session.close();
        }
      };
      try {
        await at(entities, (session) => revise(session, { message: "Before", autogenerate: true }));
        await at(entities, (session) => upgrade(session));
        await body({ at, client });
      } finally {
        await client.end();
      }
    }),
  );
}
