import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
import { expect, test } from "vitest";
import { compare } from "../../src/compare/compare.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";
import "../support/typeorm.ts";

@Entity()
class Shop {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: "jsonb" })
  more!: object;
}

const TABLE = `CREATE TABLE shop (id serial CONSTRAINT "PK_ad47b7c6121fe31cb4b05438e44" PRIMARY KEY, more jsonb NOT NULL);
  CREATE INDEX shop_more ON shop USING gin (more); CREATE INDEX shop_id ON shop (id)`;

test.each([
  ["1", ["shop_id", "shop_more"], []],
  ["0.3", ["shop_id"], ["shop_more"]],
] as const)(
  "TypeORM %s: an index by hand is dropped where models can declare its access method, else left alone",
  (version, dropped, left) =>
    withFolder((folder) =>
      withDatabase(newest(), async (url) => {
        const client = await connect(url);
        await client.query(TABLE);
        const session = await testSession({ url, folder, entities: [Shop], version });
        try {
          const { upgrade, downgrade, unmodelled } = await compare(session);
          const names = upgrade.flatMap(({ operations }) => operations.map(({ args }) => args[1]));
          expect([...names].sort()).toEqual(dropped);
          expect(downgrade).toHaveLength(dropped.length);
          const why = "this version of TypeORM cannot declare the access method of the index";
          expect(unmodelled.map(({ name, why }) => [name, why])).toEqual(left.map((name) => [name, why]));
        } finally {
          await session.close();
          await client.end();
        }
      }),
    ),
);
