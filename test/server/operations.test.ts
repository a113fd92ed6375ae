import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import * as operations from "../../src/kinds/operations.ts";
import { offlineSql } from "../../src/run/offline.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { findUndeclaredWork } from "../../src/shadow/declared-work.ts";
import { createRunMeter } from "../../src/shadow/measure-run.ts";
import { listOwnTables } from "../../src/shadow/own-tables.ts";
import type { Session } from "../../src/state/session.ts";
import { BASE, CASES, revisionFile, START } from "../support/by-hand.ts";
import { fastestFolder } from "../support/fastest-folder.mjs";
import { listCatalog, listRows } from "../support/observer.ts";
import { runScript } from "../support/psql.ts";
import { anyMajors, connect, createDatabase, isMatrix, newest, type TestDatabase } from "../support/servers.ts";
import { testSession } from "../support/session.ts";

/** Where the tables stand: the connection's own schema, one that names say, one that the data source says. */
const PLACES = [
  { title: "the connection's schema" },
  { title: "another schema", prefix: "sales" },
  { title: "the data source's schema", options: { schema: "app" } },
];

/** What differs by version does not differ by schema, so each case runs once on the majors before the newest. */
const placesOn = (major: number) => (major === newest() || isMatrix() ? PLACES : PLACES.slice(0, 1));

for (const major of anyMajors())
  for (const { title, prefix = "", options } of placesOn(major))
    describe(`PostgreSQL ${major}, in ${title}`, () => {
      let before: Awaited<ReturnType<typeof snapshot>> | undefined;
      let [database, client, session, folder]: [TestDatabase?, pg.Client?, Session?, string?] = [];

      beforeAll(async () => {
        folder = mkdtempSync(join(fastestFolder(), "remodel-test-"));
        writeFileSync(join(folder, "start.ts"), revisionFile(START, prefix, BASE));
        const sql = options === undefined ? "" : `CREATE SCHEMA ${options.schema}`;
        database = await createDatabase(major, { sql: `${sql}; CREATE SCHEMA other` });
        client = await connect(database.url);
        session = await testSession({ url: database.url, folder, entities: [], ...(options && { options }) });
        await upgrade(session, START);
        before = await snapshot();
      });

      afterAll(async () => {
        await session?.close();
        await client?.end();
        await database?.drop();
        rmSync(folder!, { recursive: true, force: true });
      });

      const replays = major === newest() || isMatrix(); // a script has the statements of the run
      const snapshot = async () => ({ catalog: await listCatalog(client!), rows: await listRows(client!) });

      test.each(CASES.map((one, at) => [one.title, at] as const))("%s", async (_, at) => {
        const { same, noScript } = CASES[at]!;
        // One at a time: every command reads all files of the folder.
        const file = join(folder!, `case_${at}.ts`);
        writeFileSync(file, revisionFile(`case_${at}`, prefix, CASES[at]!));
        onTestFinished(() => rmSync(file));
        const { schema: own } = await session!.server();
        const meter = createRunMeter({ own, leave: await listOwnTables(session!) });
        await upgrade(session!, `case_${at}`, { observer: meter.observer("upgrade") });
        const after = await snapshot();
        if (same) expect(after).toEqual(before);
        else expect(after).not.toEqual(before);
        await downgrade(session!, START, { observer: meter.observer("downgrade") });
        expect(await snapshot()).toEqual(before);
        expect(findUndeclaredWork(meter.steps(), own)).toEqual([]);

        if (noScript || !replays) return;
        await runScript(client!, await offlineSql(session!, "upgrade", `${START}:case_${at}`));
        expect(await snapshot()).toEqual(after);
        await runScript(client!, await offlineSql(session!, "downgrade", `case_${at}:${START}`));
        expect(await snapshot()).toEqual(before);
      });
    });

test("every operation is in a case", () => {
  const text = [BASE, ...CASES].map(({ up, down }) => up + down).join("");
  expect(
    Object.keys(operations).filter((name) => !["todo", "irreversible"].includes(name) && !text.includes(`op.${name}(`)),
  ).toEqual([]);
});
