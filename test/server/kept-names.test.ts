import { Column, Entity, PrimaryGeneratedColumn, Unique } from "typeorm";
import { expect, test } from "vitest";
import { compare } from "../../src/compare/compare.ts";
import { primaryKeyName, uniqueName } from "../../src/kinds/default-names.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

/** A name that a person gave, although it looks like one of TypeORM's: that of a key of another table. */
const OTHER = primaryKeyName("mall", ["id"]);

/** The changes, as operations, of a table with constraints of these names. */
async function compareNames(key: string, unique: string, column: "code" | "label"): Promise<readonly unknown[]> {
  class Shop {
    id!: number;
  }
  Entity()(Shop);
  PrimaryGeneratedColumn()(Shop.prototype, "id");
  Column({ type: "varchar" })(Shop.prototype, column);
  Unique([column])(Shop);
  return await withFolder((folder) =>
    withDatabase(newest(), async (url) => {
      const client = await connect(url);
      await client.query(`CREATE TABLE shop (id serial CONSTRAINT "${key}" PRIMARY KEY,
        code varchar NOT NULL CONSTRAINT "${unique}" UNIQUE)`);
      await client.end();
      const session = await testSession({ url, folder, entities: [Shop], config: { keepNames: true } });
      try {
        const { upgrade } = await compare(session);
        return upgrade.flatMap(({ operations }) => operations.map(({ name, args }) => [name, ...args]));
      } finally {
        await session.close();
      }
    }),
  );
}

test("names that models do not give are kept, also those that look like names of TypeORM", async () => {
  const [key, unique] = [primaryKeyName("shop", ["id"]), uniqueName("shop", ["code"])];
  expect(await compareNames(OTHER, uniqueName("mall", ["code"]), "code")).toEqual([]);
  expect(await compareNames("pk", "uq", "code")).toEqual([]);
  expect(await compareNames(key, unique, "code")).toEqual([]);
});

test("a name that TypeORM computed follows the column that it was computed from, and no other does", async () => {
  const rename = ["renameColumn", "shop", "code", "label"];
  const computed = uniqueName("shop", ["code"]);
  expect(await compareNames(OTHER, computed, "label")).toEqual([
    rename,
    ["renameConstraint", "shop", computed, uniqueName("shop", ["label"])],
  ]);
  expect(await compareNames(OTHER, "uq", "label")).toEqual([rename]);
});
