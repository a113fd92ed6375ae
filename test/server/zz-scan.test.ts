import { test } from "vitest";
import { idioms } from "../support/idioms/all.ts";
import { majors, withDatabase } from "../support/servers.ts";
import { synchronizeOn } from "../support/typeorm.ts";
test("scan", async () => {
  for (const major of majors()) await withDatabase(major, async (url) => {
    for (const { idiom, entities, table } of idioms)
      if ((idiom.since ?? 0) <= major && !idiom.refused) await synchronizeOn(url, entities).catch((e) => console.log(`BAD ${major} ${table} ${idiom.name} :: ${e.message} ${String(e.query ?? "").slice(0, 300)}`));
  }, { sql: 'CREATE EXTENSION "uuid-ossp"' });
  console.log("idioms", idioms.length);
}, 600000);
