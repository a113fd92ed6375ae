import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { connect } from "../../src/connection/connect.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { openProject } from "../../src/state/project-files.ts";
import { openSession, type Session } from "../../src/state/session.ts";
import { readSyncStatus } from "../../src/state/sync-status.ts";
import { HISTORY, writeHistory } from "../support/running.ts";
import { newest, connect as open, withDatabase } from "../support/servers.ts";
import { withFolder } from "../support/session.ts";

const PG = fileURLToPath(new URL("../../node_modules/pg", import.meta.url));

/** A data source that shows its schema, and cannot be run. */
const BROKEN = `
import { DataSource } from "typeorm";
throw new Error("the data source was run");
export const remodel = { migrations: "revisions" };
export default new DataSource({ type: "postgres", url: process.env.URL, entities: ["src/**/*.ts"] });
`;

/** Calls a function with the folder of a project whose data source is given, and two empty databases. */
async function withMalls(
  dataSource: string | undefined,
  body: (cwd: string, urls: readonly [string, string]) => Promise<void>,
): Promise<void> {
  await withFolder(async (revisions) => {
    const cwd = join(revisions, "..");
    symlinkSync(PG, join(cwd, "node_modules/pg"));
    writeHistory(revisions);
    if (dataSource !== undefined) writeFileSync(join(cwd, "ormconfig.ts"), dataSource);
    await withDatabase(newest(), (one) => withDatabase(newest(), (two) => body(cwd, [one, two])));
  });
}

async function during<Result>(session: Session, work: (session: Session) => Promise<Result>): Promise<Result> {
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

const ids = async (session: Session) => (await upgrade(session)).revisions.map(({ revision }) => revision.id);

describe("databases of one project that is opened once", () => {
  test.each([
    ["of a data source that cannot be run", BROKEN, {}],
    ["without a data source", undefined, { migrations: "revisions", dataSourceOptional: true }],
  ])("are upgraded, read and downgraded at the same time: %s", (_, dataSource, options) =>
    withMalls(dataSource, async (cwd, [one, two]) => {
      const project = await openProject({ cwd, ...options });
      const { hostname: host, port, username: user, pathname } = new URL(two);
      const connections = [one, { host, port, user, database: pathname.slice(1), password: async () => "none" }];
      const each = <Result>(work: (session: Session) => Promise<Result>) =>
        Promise.all(connections.map(async (connection) => during(await openSession({ project, connection }), work)));
      expect(await each(ids)).toEqual([HISTORY, HISTORY]);
      expect(await each(ids)).toEqual([[], []]);
      expect(await each(readSyncStatus)).toMatchObject([
        { current: HISTORY.slice(-1), pending: [] },
        { current: HISTORY.slice(-1), pending: [] },
      ]);
      await each((session) => downgrade(session, "base"));
      expect(await each(readSyncStatus)).toMatchObject([{ current: [] }, { current: [] }]);
    }),
  );

  test("may be two schemas of one connection, which stays open", () =>
    withMalls(BROKEN, async (cwd, [url]) => {
      const project = await openProject({ cwd });
      const admin = await open(url);
      const connection = await connect(url, project.loader, cwd);
      try {
        await admin.query("CREATE SCHEMA mall_a; CREATE SCHEMA mall_b");
        for (const schema of ["mall_a", "mall_b"]) {
          const session = await openSession({ project, connection, schema });
          expect(await during(session, ids)).toEqual(HISTORY);
          expect(await session.label()).toBe(`${connection.label} (schema ${schema})`);
        }
        const { rows } = await admin.query(
          "SELECT table_schema FROM information_schema.tables WHERE table_name = 'shop'",
        );
        expect(rows.map(({ table_schema }) => table_schema).sort()).toEqual(["mall_a", "mall_b"]);
        expect(await connection.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
      } finally {
        await Promise.all([connection.close(), admin.end()]);
      }
    }));

  test("take the schema that the data source names, if they name none", () =>
    withMalls(
      `export const remodel = { migrations: "revisions" };
class DataSource { constructor(options) { this.options = options; } buildMetadatas() {} }
export default new DataSource({ type: "postgres", schema: "mall_a" });`,
      async (cwd, [url]) => {
        const project = await openProject({ cwd });
        const schemaOf = async (schema?: string) => {
          const session = await openSession({ project, connection: url, ...(schema !== undefined && { schema }) });
          return await during(session, async (opened) => (await opened.server()).schema);
        };
        const { username, host, pathname } = new URL(url);
        expect(await (await openSession({ project, connection: url, label: "mall 17" })).label()).toBe("mall 17");
        expect(await during(await openSession({ project, connection: url }), (session) => session.label())).toBe(
          `${username}@${host}${pathname}`,
        );
        expect(await schemaOf()).toBe("mall_a");
        expect(await schemaOf("public")).toBe("public");
      },
    ));
});
