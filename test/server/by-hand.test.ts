import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { expect, test } from "vitest";
import { openTodos } from "../../src/author/todos.ts";
import type { Progress } from "../../src/run/context.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Session } from "../../src/state/session.ts";
import { revisionFile, START } from "../support/by-hand.ts";
import { listCatalog, listRows } from "../support/observer.ts";
import { until } from "../support/running.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

interface Project {
  readonly client: pg.Client;
  readonly folder: string;
  readonly session: Session;
  /** Writes a revision that follows the first one. */
  readonly revision: (id: string, up: string, down?: string) => string;
}

const FIRST = `op.createTable("shop", { columns: [{ name: "id", type: "serial" }, { name: "n", type: "integer", default: "0" }], primaryKey: { columns: ["id"] } });
  op.insertRows("shop", Array.from({ length: 10 }, (_, at) => ({ id: at + 1, n: at === 6 ? 0 : 1 })), { sequenceOf: "id" });
  op.createTable("keyless", { columns: [{ name: "n", type: "integer" }] });`;

async function withProject(body: (project: Project) => Promise<void>): Promise<void> {
  await withFolder((folder) =>
    withDatabase(newest(), async (url) => {
      const [client, session] = [await connect(url), await testSession({ url, folder, entities: [] })];
      const revision = (id: string, up: string, down = "") => {
        const file = join(folder, `${id}.ts`);
        writeFileSync(file, revisionFile(id, "", { title: id, up, down }));
        return file;
      };
      try {
        revision(START, FIRST);
        await upgrade(session);
        await body({ client, folder, session, revision });
      } finally {
        await session.close();
        await client.end();
      }
    }),
  );
}

test.each([
  [
    "a value of insertRows",
    `op.insertRows("shop", [{ n: "many" }]);`,
    'INSERT INTO "shop" ("n") VALUES\n  (\'many\')',
    "22P02",
  ],
  ["a statement of op.sql", `op.sql("UPDATE shop SET n = 1 / $1", [0]);`, "UPDATE shop SET n = 1 / $1", "22012"],
  ["a query of op.run", `op.run(async (db) => void (await db.query("SELECT 1 / 0")));`, "SELECT 1 / 0", "22012"],
  [
    "a column",
    `op.addColumn("shop", { name: "m", type: "nonsense" });`,
    'ALTER TABLE "shop" ADD COLUMN "m" nonsense NOT NULL',
    "42704",
  ],
  [
    "a check",
    `op.createCheckConstraint("shop", { name: "c", expression: "n > 0" });`,
    'ALTER TABLE "shop" ADD CONSTRAINT "c" CHECK (n > 0)',
    "23514",
  ],
])(
  "%s that PostgreSQL refuses is told with file, line and SQL, and leaves nothing behind",
  async (_, call, sql, code) => {
    await withProject(async ({ client, session, revision }) => {
      const before = { catalog: await listCatalog(client), rows: await listRows(client) };
      const file = revision("next", `op.createIndex("shop", { columns: ["n"] });\n\n  ${call}`);
      const error = await upgrade(session).catch((error: unknown) => error);
      const line = lineOf(file, call.split("\n")[0]!);
      expect(error).toMatchObject({ code: "REVISION_FAILED", details: { revision: "next", file, line, sql, code } });
      expect((error as Error).message).toContain(`${file}:${line}: `);
      expect((error as Error).message).toContain(sql.split("\n")[0]);
      expect({ catalog: await listCatalog(client), rows: await listRows(client) }).toEqual(before);
    });
  },
);

test("an operation that does not take its arguments is told with file and line before anything is run", async () => {
  await withProject(async ({ session, revision, client }) => {
    const before = await listCatalog(client);
    const file = revision("next", `op.dropTable("keyless");\n  op.createIndex("shop", { columns: [] });`);
    const error = await upgrade(session).catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: "OPERATION_INVALID",
      message: `${file}:${lineOf(file, "op.createIndex")}: op.createIndex: index.columns must be a list of at least one, not [].`,
      details: { revision: "next", file, line: lineOf(file, "op.createIndex") },
    });
    await expect(openTodos(session, "next")).rejects.toMatchObject({ code: "OPERATION_INVALID" });
    expect(await listCatalog(client)).toBe(before);
  });
});

test("a backfill that stopped goes on behind its last batch, and no row is written twice", async () => {
  await withProject(async ({ client, session, revision }) => {
    const up = `op.addColumn("shop", { name: "m", type: "integer", nullable: true });
  op.backfill("shop", { set: { n: "n + 10 / n" }, batch: 2 });
  op.alterColumn("shop", "m", { default: "1" });`;
    const file = revision("next", up, `op.dropColumn("shop", "m");`);
    const told: Progress[] = [];
    const first = await upgrade(session, "heads", { onProgress: (progress) => told.push(progress) }).catch(
      (error: unknown) => error,
    );
    expect(first).toMatchObject({
      code: "REVISION_FAILED",
      details: { revision: "next", file, line: lineOf(file, "op.backfill"), code: "22012" },
    });
    expect((first as Error).message).toContain('UPDATE "shop" SET "n" = n + 10 / n WHERE');
    expect(told.flatMap(({ rows }) => rows ?? [])).toEqual([2, 4, 6]);
    expect(await numbers(client)).toEqual([11, 11, 11, 11, 11, 11, 0, 1, 1, 1]);

    await client.query("UPDATE shop SET n = 1 WHERE n = 0");
    told.length = 0;
    await upgrade(session, "heads", { onProgress: (progress) => told.push(progress) });
    expect(told.flatMap(({ rows }) => rows ?? [])).toEqual([8, 10, 10]);
    expect(await numbers(client)).toEqual(Array(10).fill(11));

    await downgrade(session, START);
    await upgrade(session);
    expect(await numbers(client)).toEqual(Array(10).fill(11));
  });
});

test("a backfill waits for rows that others have locked", async () => {
  await withProject(async ({ client, session, revision }) => {
    const file = revision("next", `op.backfill("shop", { set: { n: "n + 1" }, batch: 5 });`);
    writeFileSync(
      file,
      `export const lockTimeout = 50;\n${revisionFile("next", "", { title: "next", up: `op.backfill("shop", { set: { n: "n + 1" }, batch: 5 });`, down: "" })}`,
    );
    await client.query("BEGIN; UPDATE shop SET n = 5 WHERE id = 10");
    const upgraded = upgrade(session);
    await untilWaits(client);
    await client.query("COMMIT");
    await upgraded;
    expect(await numbers(client)).toEqual([2, 2, 2, 2, 2, 2, 1, 2, 2, 6]);
  });
});

/** Waits until somebody waits for a lock that this client has. */
async function untilWaits(client: pg.Client): Promise<void> {
  const waiting = "SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
  await until(async () => (await client.query(waiting)).rows[0]);
}

test.each([
  ["keyless", "n", /needs a fixed primary key, but keyless has no primary key/],
  ["shop", "id", /but shop would change id of its primary key/],
])("a backfill of %s.%s is refused", async (table, column, message) => {
  await withProject(async ({ session, revision }) => {
    const file = revision("next", `op.backfill("${table}", { set: { ${column}: "1" } });`);
    await expect(upgrade(session)).rejects.toMatchObject({
      code: "OPERATION_INVALID",
      message: expect.stringMatching(message),
      details: { revision: "next", file, line: lineOf(file, "op.backfill") },
    });
  });
});

test.each(["-1", '"10s"', "1.5"])("a revision's lockTimeout cannot be %s", async (value) => {
  await withProject(async ({ session, revision, folder }) => {
    revision("next", "");
    writeFileSync(
      join(folder, "next.ts"),
      `${revisionFile("next", "", { title: "next", up: "", down: "", exports: `export const lockTimeout = ${value};` })}`,
    );
    await expect(upgrade(session)).rejects.toMatchObject({
      code: "REVISION_INVALID",
      message: expect.stringContaining("lockTimeout"),
    });
  });
});

function lineOf(file: string, text: string): number {
  return (
    readFileSync(file, "utf8")
      .split("\n")
      .findIndex((line) => line.includes(text)) + 1
  );
}

async function numbers(client: pg.Client): Promise<number[]> {
  return (await client.query("SELECT n FROM shop ORDER BY id")).rows.map(({ n }) => n);
}
