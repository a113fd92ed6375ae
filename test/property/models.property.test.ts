import fc from "fast-check";
import type pg from "pg";
import { expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { id } from "../../src/sql.ts";
import { listCatalog } from "../support/observer.ts";
import { connect, isMatrix, newest, oldest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";
import { synchronizeOn } from "../support/typeorm.ts";
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
  const oracle = async (url: string) => {
    await synchronizeOn(url, entities);
    const client = await connect(url);
    return await listing(client).finally(() => client.end());
  };
  const wanted = await withDatabase(major, oracle, { sql });
  await withFolder((folder) =>
    withDatabase(major, async (url) => {
      const client = await connect(url);
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
        await client.end();
      }
    }),
  );
}

function listing(client: pg.Client): Promise<string> {
  return listCatalog(client, { columnOrder: false });
}
