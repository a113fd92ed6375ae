// biome-ignore-all lint: local

import { writeFileSync } from "node:fs";
import fc from "fast-check";
import type { EntitySchema } from "typeorm";
import { expect, test } from "vitest";
import { printLiteral } from "../../src/revision/literal.ts";
import { compare } from "../../src/run/compare.ts";
import { revise } from "../../src/run/revise.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { listCatalog } from "../support/observer.ts";
import { connect, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";
import { synchronizeOn } from "../support/typeorm.ts";
import { modelSchema } from "./arbitraries.ts";
import { modelsOf } from "./models.ts";

async function likeTypeorm(major: number, entities: readonly EntitySchema[]): Promise<void> {
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

test("m", { timeout: 3e6 }, async () => {
  const found = new Map<string, string>();
  for (const one of fc.sample(modelSchema, {
    numRuns: Number(process.env.HUNT || 20),
    seed: Number(process.env.SEED || Date.now() % 1e6),
  }))
    await likeTypeorm(Number(process.env.MAJOR || 18), modelsOf(one)).catch((e) => {
      const k = e.message.split("\n")[0].slice(0, 110);
      const text =
        e.message +
        "\n" +
        (e.stack ?? "").slice(0, 800) +
        "\n" +
        String(e.expected).slice(0, 3000) +
        "\nACTUAL\n" +
        String(e.actual).slice(0, 3000) +
        printLiteral(one);
      if (!found.has(k) || found.get(k)!.length > text.length) found.set(k, text);
    });
  console.log([...found.keys()].map((k) => "× " + k).join("\n"));
  writeFileSync("/tmp/m.txt", [...found.values()].join("\n########\n"));
});
