import fc from "fast-check";
import type { EntitySchema } from "typeorm";
import { expect, test } from "vitest";
import { compare } from "../../src/run/compare.ts";
import { revise } from "../../src/run/revise.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { listCatalog } from "../support/observer.ts";
import { connect, newest, oldest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";
import { synchronizeOn } from "../support/typeorm.ts";
import { modelSchema } from "./arbitraries.ts";
import { modelsOf } from "./models.ts";
import { runs, settings } from "./runs.ts";

const MINUTES = 60_000;

for (const major of [newest(), oldest()])
  test(`models become what TypeORM makes of them, on PostgreSQL ${major}`, { timeout: 60 * MINUTES }, () =>
    fc.assert(
      fc.asyncProperty(modelSchema(major), (one) => likeTypeorm(major, modelsOf(one))),
      settings(`PostgreSQL ${major}, models`, runs(1 / 15)),
    ),
  );

export async function likeTypeorm(major: number, entities: readonly EntitySchema[]): Promise<void> {
  const wanted = await withDatabase(major, async (url) => {
    await synchronizeOn(url, entities);
    return await listing(url);
  });
  await withFolder((folder) =>
    withDatabase(major, async (url) => {
      const empty = await listing(url);
      const session = await testSession({ url, folder, entities });
      try {
        await revise(session, { message: "Random", autogenerate: true });
        await upgrade(session);
        const { upgrade: ahead, downgrade: behind, unreadable } = await compare(session);
        expect({ ahead, behind, unreadable }).toEqual({ ahead: [], behind: [], unreadable: [] });
        expect(await listing(url)).toBe(wanted);
        await downgrade(session, "base");
        expect(await listing(url)).toBe(empty);
      } finally {
        await session.close();
      }
    }),
  );
}

async function listing(url: string): Promise<string> {
  const client = await connect(url);
  try {
    return await listCatalog(client, { columnOrder: false });
  } finally {
    await client.end();
  }
}
