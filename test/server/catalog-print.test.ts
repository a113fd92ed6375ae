// A print of the catalogs consists of numbers of transactions. So it must not be believed where these begin again.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { check } from "../../src/author/check.ts";
import { isCovered, takePrint } from "../../src/compare/catalog-print.ts";
import { readError } from "../../src/errors.ts";
import { openSession } from "../../src/state/session.ts";
import { type CliProject, cliProject, SHOP, shopModel } from "../cli/support.ts";
import { startOwnServer } from "../support/postgres.mjs";
import { until } from "../support/running.ts";
import { anyMajors, connect, majors, newest, withDatabase } from "../support/servers.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SAME_ROWS = "No row of the system catalogs has been written since then.";

const FILES = { ...SHOP, "models/shop.ts": shopModel('  @Column("int", { default: 2 }) size: number;\n') };

/** The rows of one catalog that this test changes, as a print sees them. */
const VERSIONS = "SELECT ctid::text, xmin::text FROM pg_attrdef ORDER BY 1";

it.each(majors())(
  "is not believed after a restore with the same numbers of transactions, PostgreSQL %i",
  async (major) => {
    const server = await startOwnServer(major);
    const kept = `${server.data}.kept`;
    const change = async (sql: string) => {
      const db = await connect(server.url);
      await db.query(sql);
      const { rows } = await db.query(VERSIONS);
      await db.end();
      return rows;
    };
    try {
      const project = cliProject(FILES, server.url);
      await upgrade(project);
      await change("ALTER TABLE shop ALTER size DROP DEFAULT");
      await change("CHECKPOINT");
      await server.crash();
      copy(server.data, kept);
      await server.start();
      const before = await change("ALTER TABLE shop ALTER size SET DEFAULT 2");
      await untilPrinted(project);
      await server.crash();
      rmSync(server.data, { recursive: true });
      copy(kept, server.data);
      await server.start();
      const after = await change("ALTER TABLE shop ALTER size SET DEFAULT 3");
      expect(after).toEqual(before);
      expect(await project.run("check")).toMatchObject({ code: 1 });
    } finally {
      await server.stop();
      rmSync(kept, { recursive: true, force: true });
    }
  },
);

it.each(majors())("is not believed after a crash, which may lose transactions, PostgreSQL %i", async (major) => {
  const server = await startOwnServer(major);
  try {
    const project = cliProject(FILES, server.url);
    await upgrade(project);
    await untilPrinted(project);
    const [one, other] = [await connect(server.url), await connect(server.url)];
    const { rows } = await one.query("SELECT pg_backend_pid() AS pid");
    const isCut = new Promise((resolve) => other.once("error", resolve));
    process.kill(rows[0].pid, "SIGKILL");
    // The server ends all sessions, and from then on takes none until it has recovered.
    await isCut;
    await untilReady(server.url);
    const ran = await project.run("check", "--timings");
    expect(ran).toMatchObject({ code: 0, stderr: expect.not.stringContaining(SAME_ROWS) });
  } finally {
    await server.stop();
  }
});

describe("what a print covers", () => {
  it.each(anyMajors())("calls only functions that depend on rows of catalogs, PostgreSQL %i", (major) =>
    withDatabase(major, async (url) => {
      const project = cliProject(FILES, url);
      await upgrade(project);
      const session = await openSession({ cwd: project.folder, url });
      const db = await connect(url);
      try {
        const connection = await session.connection();
        const end = connection.startNotes?.();
        await check(session);
        const noted = end?.().noted ?? [];
        const print = await takePrint(connection, "public");
        const covered = noted
          .filter(({ question }) => print && isCovered(question, print))
          .map(({ question }) => question);
        const asked = noted.filter(({ question }) => !covered.includes(question)).map(({ question }) => question.sql);
        expect(asked.filter((sql) => !/remodel_(?:revision|log)|server_version_num/.test(sql))).toEqual([]);
        const ours = covered
          .filter(({ how }) => how !== "planned" && how !== "probed")
          .map(({ sql }) => sql.replace(/'[^']*'/g, ""));
        const called = [
          ...new Set(ours.flatMap((sql) => [...sql.matchAll(/\b([a-z_]\w*)\(/g)].map(([, name]) => name))),
        ];
        const { rows } = await db.query(
          "SELECT DISTINCT proname FROM pg_proc WHERE proname = ANY ($1) AND provolatile = 'v' ORDER BY 1",
          [called],
        );
        // That is a part of the print.
        expect(rows).toEqual([{ proname: "pg_is_in_recovery" }]);
        expect(called.length).toBeGreaterThan(10);
      } finally {
        await db.end();
        await session.close();
      }
    }),
  );

  it("is there for a role with no rights, and not on the embedded PostgreSQL", () =>
    withDatabase(newest(), async (url) => {
      const db = await connect(url);
      await db.query("DROP ROLE IF EXISTS print_taker; CREATE ROLE print_taker");
      const take = async (place: string) => {
        const session = await openSession({ cwd: ROOT, url: place });
        try {
          return await takePrint(await session.connection(), "public");
        } finally {
          await session.close();
        }
      };
      try {
        expect(await take(`${url}?options=-c%20role%3Dprint_taker`)).toMatchObject({ covered: expect.anything() });
        expect(await take("pglite:memory")).toBeUndefined();
      } finally {
        await db.query("DROP ROLE print_taker");
        await db.end();
      }
    }));

  const print = { noted: [], covered: ["pg_class", "pg_roles"] };
  it.each([
    ["SELECT relname FROM pg_class WHERE pg_has_role(relowner, 'USAGE')", true],
    ["SELECT relname FROM pg_catalog.pg_class", true],
    ["SELECT relname FROM pg_statistic", false],
    ["SELECT reltuples FROM pg_class", false],
    ["SELECT relhasindex FROM pg_class", false],
    ["SELECT pg_relation_size(oid) FROM pg_class", false],
    ["SELECT rolname FROM pg_roles WHERE rolvaliduntil < now()", false],
    ['SELECT revision FROM "public"."remodel_revision"', false],
    ['SELECT revision FROM "public" . "remodel_revision"', false],
  ])("%s: %s", (sql, expected) => {
    expect(isCovered({ how: "text", sql }, print)).toBe(expected);
    expect(isCovered({ how: "own", sql, values: [] }, print)).toBe(false);
  });
});

async function upgrade(project: CliProject): Promise<void> {
  expect(await project.run("revision", "--autogenerate", "-m", "Shops")).toMatchObject({ code: 0 });
  expect(await project.run("upgrade")).toMatchObject({ code: 0 });
}

/** The first check compares, the second one confirms the print, the third one believes it. */
async function untilPrinted(project: CliProject): Promise<void> {
  await project.run("check");
  await project.run("check");
  const ran = await project.run("check", "--timings");
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining(SAME_ROWS) });
}

/** Copies a folder with the owners of its files. */
function copy(from: string, to: string): void {
  execFileSync("cp", ["-a", from, to]);
}

/** Until a server takes connections again. */
async function untilReady(url: string): Promise<void> {
  await until(async () => {
    try {
      const client = new pg.Client(url);
      await client.connect();
      await client.end();
      return true;
    } catch (error) {
      if (!["57P03", "ECONNRESET", "ECONNREFUSED"].includes(readError(error).code ?? "")) throw error;
      return undefined;
    }
  });
}
