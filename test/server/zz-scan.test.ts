import { test } from "vitest";
import { idioms } from "../support/idioms/all.ts";
import { newest, withDatabase } from "../support/servers.ts";
import { synchronizeOn } from "../support/typeorm.ts";
test("scan", async () => {
  await withDatabase(newest(), async (url) => {
    for (const { idiom, entities, table } of idioms)
      if (!idiom.refused) await synchronizeOn(url, entities, { version: "0.3" }).catch((e) => console.log(`BAD ${table} ${idiom.name} :: ${e.message} ${String(e.query ?? "").slice(0, 200)}`));
  }, { sql: 'CREATE EXTENSION "uuid-ossp"' });
}, 580000);
