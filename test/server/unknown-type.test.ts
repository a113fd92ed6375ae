import { EntitySchema } from "typeorm";
import { expect, test } from "vitest";
import { compare } from "../../src/run/compare.ts";
import { newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

const shop = new EntitySchema({
  name: "shop",
  columns: { id: { type: "int", primary: true }, weight: { type: "geometry" } },
});

test("a type that PostgreSQL does not know is named with its column", () =>
  withFolder((folder) =>
    withDatabase(newest(), async (url) => {
      const session = await testSession({ url, folder, entities: [shop], options: { installExtensions: false } });
      try {
        await expect(compare(session)).rejects.toMatchObject({
          code: "EXPRESSION_INVALID",
          message: "PostgreSQL knows no type geometry (shop.weight).",
        });
      } finally {
        await session.close();
      }
    }),
  ));
