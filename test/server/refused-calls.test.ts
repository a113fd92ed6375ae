import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RemodelError } from "../../src/errors.ts";
import { upgrade } from "../../src/run/run.ts";
import type { Session } from "../../src/state/session.ts";
import { BASE, revisionFile, START } from "../support/by-hand.ts";
import { fastestFolder } from "../support/fastest-folder.mjs";
import { listCatalog, listRows } from "../support/observer.ts";
import { REFUSED } from "../support/refused-calls.ts";
import { connect, createDatabase, newest, type TestDatabase } from "../support/servers.ts";
import { testSession } from "../support/session.ts";

const CASES = Object.entries(REFUSED).flatMap(([operation, list]) =>
  list.map(([what, args, code]) => ({ operation, what, call: `op.${operation}(${args});`, code })),
);
/** These are transactions of their own, and what stands before them stays. */
const OUTSIDE = /^op\.backfill|concurrently/;
/** What a revision has done before the call that fails: it may not stay either. */
const FIRST = `op.commentOnTable("price", "first"); op.sql("UPDATE mall SET name = name || '!'");`;
/** A table of the project's own that has the name of TypeORM's. */
const FOREIGN = `op.createTable("typeorm_metadata", { columns: [{ name: "a", type: "text" }] });`;

let [database, client, session, folder]: [TestDatabase?, pg.Client?, Session?, string?] = [];
let before: unknown;

beforeAll(async () => {
  folder = mkdtempSync(join(fastestFolder(), "remodel-test-"));
  writeFileSync(join(folder, "start.ts"), revisionFile(START, "", BASE));
  database = await createDatabase(newest(), { sql: "CREATE SCHEMA other" });
  client = await connect(database.url);
  session = await testSession({ url: database.url, folder, entities: [] });
  await upgrade(session, START);
  before = await snapshot();
});

afterAll(async () => {
  await session?.close();
  await client?.end();
  await database?.drop();
  rmSync(folder!, { recursive: true, force: true });
});

test.each(CASES.map((one, at) => [one.operation, one.what, at] as const))(
  "op.%s: %s",
  async (_operation, _what, at) => {
    const { what, call, code } = CASES[at]!;
    const first = OUTSIDE.test(call) ? "" : what === "another table of that name" ? FOREIGN : FIRST;
    const text = revisionFile("next", "", { title: what, up: `${first}\n\n  ${call}`, down: "" });
    const file = join(folder!, `case_${at}.ts`);
    writeFileSync(file, text);
    const line = text.split(call)[0]!.split("\n").length;
    const error = await upgrade(session!).catch((error: RemodelError) => error);
    rmSync(file);
    const told = error as RemodelError;
    expect(told).toMatchObject({
      code: "REVISION_FAILED",
      details: { code, revision: "next", file, line, sql: expect.any(String) },
    });
    expect(told.message).toContain(`${file}:${line}: `);
    expect(told.message).toContain((told.details!["sql"] as string).split("\n")[0]);
    expect(await snapshot()).toEqual(before);
  },
);

async function snapshot(): Promise<unknown> {
  return { catalog: await listCatalog(client!), rows: await listRows(client!) };
}
