import { beforeAll, describe, expect, test } from "vitest";
import { compare } from "../../src/run/compare.ts";
import { revise } from "../../src/run/revise.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { byTable, idioms } from "../support/idioms/all.ts";
import { listCatalog } from "../support/observer.ts";
import { connect, majors, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";
import { synchronizeOn, typeormStatements } from "../support/typeorm.ts";
import type { Session } from "../../src/run/session.ts";

async function catalogOf(url: string): Promise<string> {
  const client = await connect(url);
  try {
    return await listCatalog(client);
  } finally {
    await client.end();
  }
}

for (const major of majors())
  describe(`PostgreSQL ${major}`, () => {
    test("x", async () => {
      const mine = idioms.filter(({ idiom }) => !idiom.impossible);
      const entities = mine.flatMap((one) => one.entities);
      const name = (table: string) => mine.find((one) => one.table === table)?.idiom.name ?? table;
      await withFolder((folder) =>
        withDatabase(major, async (url) => {
          const at = async <R>(act: (s: Session) => Promise<R>) => {
            const session = await testSession({ url, folder, entities });
            try {
              return await act(session);
            } finally {
              await session.close();
            }
          };
          const time = Date.now();
          await at((s) => revise(s, { message: "All", autogenerate: true, revisionId: "aaaa" }));
          console.log("revise", Date.now() - time);
          await at((s) => upgrade(s));
          console.log("upgrade", Date.now() - time);
          const { upgrade: up, downgrade: down, unreadable, unmodelled } = await at((s) => compare(s));
          console.log("compare", Date.now() - time, unmodelled);
          for (const one of up) console.log("UP", name(/t\d{4}/.exec(JSON.stringify(one))?.[0] ?? ""), JSON.stringify(one));
          for (const one of unreadable) console.log("UNREADABLE", name(/t\d{4}/.exec(JSON.stringify(one))?.[0] ?? ""), JSON.stringify(one));
          const ts = await typeormStatements(url, entities).catch(e => { console.log("TYPEORM", e.message); return [] as string[]; });
          console.log("typeorm", Date.now() - time, ts.length, byTable(ts, (s) => s).size);
          const mineCat = await catalogOf(url);
          await withDatabase(major, async (url) => {
            await synchronizeOn(url, mine.filter(({ idiom }) => !idiom.refused).flatMap((o) => o.entities));
            console.log("synchronize", Date.now() - time);
            const split = (t: string) => byTable(t.split(/\n(?! )/), (b) => b);
            const a = split(mineCat), b = split(await catalogOf(url));
            for (const [table, blocks] of a) if (JSON.stringify(blocks) !== JSON.stringify(b.get(table))) console.log("CATALOG", name(table), blocks.join("\n"), "\n ORACLE", (b.get(table) ?? []).join("\n"));
          });
        }),
      );
    }, 300000);
  });
