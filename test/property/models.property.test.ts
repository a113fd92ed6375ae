import fc from "fast-check";
import type pg from "pg";
import { expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { id } from "../../src/sql.ts";
import { withKeptDatabase } from "../support/kept-databases.ts";
import { listCatalog } from "../support/observer.ts";
import { isMatrix, newest, oldest } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";
import { synchronizeWith } from "../support/typeorm.ts";
import { modelSchema } from "./arbitraries.ts";
import { modelsOf } from "./models.ts";
import { runs, settings, soaking } from "./runs.ts";

const MINUTES = 60_000;

// Little differs by version, so fewer models are tried on the oldest server.
for (const [major, part] of [
  [newest(), 1 / 15],
  [oldest(), isMatrix() || soaking ? 1 / 15 : 1 / 60],
] as const)
  test(`models become what TypeORM makes of them, on PostgreSQL ${major}`, { timeout: 60 * MINUTES }, () =>
    fc.assert(
      fc.asyncProperty(modelSchema, (one) => likeTypeorm(major, one)),
      settings(`PostgreSQL ${major}, models`, runs(part)),
    ),
  );

async function likeTypeorm(major: number, schema: Schema): Promise<void> {
  const entities = modelsOf(schema);
  // TypeORM creates no schemas when it synchronizes.
  const sql = (schema.schemas ?? []).map(({ name }) => `CREATE SCHEMA ${id(name)};`).join(" ");
  const wanted = await withKeptDatabase(major, async ({ client }) => {
    await client.query(sql);
    await synchronizeWith(client, entities);
    return await listing(client);
  });
  await withFolder((folder) =>
    withKeptDatabase(major, async ({ url, client }) => {
      const session = await testSession({ url, folder, entities });
      try {
        const empty = await listing(client);
        await revise(session, { message: "Random", autogenerate: true });
        await upgrade(session);
        const { upgrade: ahead, downgrade: behind, unreadable } = await compare(session);
        expect({ ahead, behind, unreadable }).toEqual({ ahead: [], behind: [], unreadable: [] });
        expect(await listing(client)).toBe(wanted);
        await downgrade(session, "base");
        expect(await listing(client)).toBe(empty);
      } finally {
        await session.close();
      }
    }),
  );
}

function listing(client: pg.Client): Promise<string> {
  return listCatalog(client, { columnOrder: false });
}
