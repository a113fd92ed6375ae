import { expect, test } from "vitest";
import { compareSides } from "../../src/compare/compare.ts";
import { saysUnreadable } from "../../src/compare/probe.ts";
import { type Connection, connect } from "../../src/connection/connect.ts";
import type { Database } from "../../src/database.ts";
import { createLoader } from "../../src/load/load.ts";
import { readServerInfo } from "../../src/read/server-info.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { connect as connectClient, newest, withDatabase } from "../support/servers.ts";

const side = (value: string, query: string): Schema => ({
  tables: [
    {
      name: "mall",
      columns: [
        { name: "id", type: "integer", default: value },
        { name: "name", type: "character varying(10)" },
      ],
      checks: [{ name: "CHK", expression: `name <> ${value}::text` }],
      exclusions: [{ name: "XCL", expression: `USING btree (id WITH =) WHERE (id > ${value})` }],
    },
  ],
  views: [{ name: "list", expression: query }],
});

/** A connection whose server process is ended before one of its statements. */
function endedBefore(
  db: Connection,
  number: number,
  end: () => Promise<unknown>,
): Database & { readonly count: () => number } {
  let at = 0;
  const counted =
    <Args extends readonly unknown[], Result>(act: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      at += 1;
      if (at === number) await end();
      return await act(...args);
    };
  return {
    query: counted(db.query) as Database["query"],
    read: counted(db.read),
    readOne: counted(db.readOne),
    count: () => at,
  };
}

test("a connection that is lost before any statement of a comparison is an error, never a difference", () =>
  withDatabase(newest(), async (url) => {
    const admin = await connectClient(url);
    const sides = {
      live: side("1", "SELECT 1 AS a"),
      models: side("(1)", "SELECT 1 AS a, NULL::varchar(3) b"),
      unmodelled: [],
    };
    const attempt = async (number: number) => {
      const db = await connect(url, createLoader(process.cwd()), process.cwd());
      const [row] = await db.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      const server = await readServerInfo(db);
      const ended = endedBefore(db, number, () => admin.query("SELECT pg_terminate_backend($1, 10000)", [row!.pid]));
      return await compareSides(ended, server, sides)
        .then(
          () => ended.count(),
          (error: { code?: string }) => error.code,
        )
        .finally(() => db.close());
    };
    const statements = Number(await attempt(0));
    expect(statements).toBeGreaterThan(20);
    const codes: unknown[] = [];
    // The last one ends a transaction whose answers are known.
    for (let number = 1; number < statements; number += 1) codes.push(await attempt(number));
    expect(codes).toEqual(codes.map(() => "DATABASE_LOST"));
    await admin.end();
  }));

test.each([
  ["22P02", true],
  ["22012", true],
  ["42601", true],
  ["42883", true],
  ["0A000", true],
  ["57P01", false],
  ["57014", false],
  ["08006", false],
  ["40P01", false],
  ["53300", false],
  ["25006", false],
  ["XX000", false],
  ["ECONNRESET", false],
  ["DATABASE_LOST", false],
  [undefined, false],
])("SQLSTATE %s says that a text cannot be read: %s", (code, says) => {
  expect(saysUnreadable({ code })).toBe(says);
});
