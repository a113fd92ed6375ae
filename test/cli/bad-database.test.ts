import type pg from "pg";
import { describe, expect, it } from "vitest";
import { ensureStateSql } from "../../src/state/script-tables.ts";
import { listCatalog } from "../support/observer.ts";
import { until } from "../support/running.ts";
import { connect, newest, oldest, withDatabase } from "../support/servers.ts";
import {
  type CliProject,
  cliProject,
  databaseLine,
  expectDone,
  expectRefused,
  MODULE,
  type Running,
  revisionText,
  SHOP,
} from "./support.ts";

const ONE = {
  ...MODULE,
  "migrations/1.ts": revisionText("aaaa11110000", null, 'op.sql("CREATE TABLE mall (id int)");'),
};

describe("a database cannot be reached where", () => {
  it("no server answers, and the password is not shown", async () => {
    const project = cliProject(ONE);
    const ran = await project.run("current", "--url", "postgres://mallory:open-sesame@127.0.0.1:1/malls");
    expectRefused(ran, "DATABASE_UNREACHABLE", "mallory@127.0.0.1:1/malls: no server answers", "Start the server");
    expect(ran.stderr).not.toMatch("open-sesame");
  });

  it("the host does not exist", async () => {
    const ran = await cliProject(ONE).run("current", "--url", "postgres://mallory@no-such-host.invalid/malls");
    expectRefused(ran, "DATABASE_UNREACHABLE", "no-such-host.invalid", "host and port");
  });

  it("there is no such database", async () => {
    await withDatabase(newest(), async (url) => {
      const ran = await cliProject(ONE).run("upgrade", "--url", `${url}_not`);
      expectRefused(ran, "DATABASE_UNREACHABLE", /database "\w+_not" does not exist/, "createdb");
    });
  });

  it("the URL is of something else", async () => {
    const ran = await cliProject(ONE).run("current", "--url", "mysql://root:open-sesame@127.0.0.1/malls");
    expectRefused(ran, "USAGE", "not a PostgreSQL URL. It begins with mysql://", "postgres://user");
    expect(ran.stderr).not.toMatch("open-sesame");
  });

  it("neither the data source nor the environment names one", async () => {
    const project = cliProject(SHOP, "");
    const ran = await project.runWith({ PGHOST: "127.0.0.1", PGPORT: "1", PGUSER: "mallory" }, "current");
    expectRefused(ran, "DATABASE_UNREACHABLE", "no server answers", /DATABASE_URL|host and port/);
  });

  it("the password is wrong or missing", () =>
    withPasswordRole(async (url, role) => {
      const project = cliProject(ONE);
      const as = (password: string) => {
        const other = Object.assign(new URL(url), { username: role, password }).href;
        return project.run("current", "--url", other);
      };
      const wrong = await as("open-sesame");
      expectRefused(wrong, "DATABASE_UNREACHABLE", `password authentication failed for user "${role}"`, "the password");
      expect(wrong.stderr).not.toMatch("open-sesame");
      expectRefused(await as(""), "DATABASE_UNREACHABLE", /password/, "the password");
      expectDone(await as("right"), "The database has no revision yet.");
    }));
});

/** Calls a function with a role that has to give the password "right", on a server that trusts everyone else. */
async function withPasswordRole(body: (url: string, role: string) => Promise<void>): Promise<void> {
  await withDatabase(newest(), async (url) => {
    const client = await connect(url);
    const role = `remodel_${Date.now().toString(36)}`;
    const { rows } = await client.query(
      "SELECT current_setting('hba_file') file, pg_read_file(current_setting('hba_file')) text",
    );
    const { file, text } = rows[0] as { file: string; text: string };
    try {
      await client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'right'`);
      await writeHba(client, file, `host all ${role} all scram-sha-256\n${text}`);
      await body(url, role);
    } finally {
      await writeHba(client, file, text);
      await client.query(`DROP ROLE IF EXISTS ${role}`);
      await client.end();
    }
  });
}

async function writeHba(client: pg.Client, file: string, text: string): Promise<void> {
  const { rows } = await client.query("SELECT lo_from_bytea(0, $1) AS id", [Buffer.from(text)]);
  await client.query("SELECT lo_export($1, $2)", [rows[0].id, file]);
  const { rows: loaded } = await client.query("SELECT pg_conf_load_time()::text AS at, pg_reload_conf()");
  await until(async () => {
    const { rows: now } = await client.query("SELECT pg_conf_load_time()::text AS at");
    return now[0].at === loaded[0].at ? undefined : true;
  });
}

describe("a user without the right", () => {
  const asRole = async (grants: string, body: (project: CliProject, url: string, admin: pg.Client) => Promise<void>) =>
    withDatabase(oldest(), async (url) => {
      const admin = await connect(url);
      const role = `remodel_${Date.now().toString(36)}`;
      try {
        await admin.query(
          `CREATE ROLE ${role} LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC; ${grants.replaceAll("$role", role)}`,
        );
        await body(cliProject(ONE), Object.assign(new URL(url), { username: role }).href, admin);
      } finally {
        await admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
        await admin.end();
      }
    });

  it("to create tables cannot upgrade, and nothing has changed", () =>
    asRole("", async (project, url, admin) => {
      const before = await listCatalog(admin);
      expectRefused(
        await project.run("upgrade", "--url", url),
        "DATABASE_FORBIDDEN",
        "permission denied for schema public",
        "GRANT CREATE ON SCHEMA",
      );
      expect(await listCatalog(admin)).toBe(before);
    }));

  it("to read the state is told which one", () =>
    asRole(ensureStateSql("remodel_revision", undefined), async (project, url) => {
      const ran = await project.run("current", "--url", url);
      expectRefused(ran, "DATABASE_FORBIDDEN", "lacks SELECT on public.remodel_revision", "GRANT SELECT");
    }));
});

const FAILING = {
  ...MODULE,
  "migrations/1.ts": revisionText("aaaa11110000", null, 'op.sql("CREATE TABLE mall (id int)");'),
  "migrations/2.ts": revisionText(
    "bbbb22220000",
    "aaaa11110000",
    `op.sql("CREATE TABLE shop (id int)");
op.sql("INSERT INTO shop VALUES (1)");
// A comment, and a type, that leave no trace in JavaScript.
interface Row { readonly id: number }
op.sql(
  "INSERT INTO shop VALUES ('one')",
);
op.sql("CREATE TABLE never (id int)");`,
  ),
  "migrations/3.ts": revisionText("cccc33330000", "bbbb22220000", 'op.sql("CREATE TABLE later (id int)");'),
};

describe("a statement that fails half-way", () => {
  it("undoes its revision, keeps the earlier ones, and is named with its line", () =>
    withDatabase(newest(), async (url) => {
      const project = cliProject(FAILING);
      const ran = await project.run("upgrade", "--url", url);
      expectRefused(
        ran,
        "REVISION_FAILED",
        /migrations\/2\.ts:12: invalid input syntax for type integer: "one"/,
        "was rolled back",
      );
      expect(ran.stderr).toMatch("INSERT INTO shop VALUES ('one')");
      expect(await position(url)).toEqual({ tables: ["mall"], applied: ["aaaa11110000"] });
      project.write({ "migrations/2.ts": FAILING["migrations/2.ts"].replace("'one'", "2") });
      expect((await project.run("upgrade", "--url", url)).code).toBe(0);
      expect(await position(url)).toEqual({
        tables: ["later", "mall", "never", "shop"],
        applied: ["aaaa11110000", "bbbb22220000", "cccc33330000"],
      });
    }));

  it("tells programs the revision, the file, the line and the statement", () =>
    withDatabase(newest(), async (url) => {
      const project = cliProject(FAILING);
      const { code, stdout } = await project.run("upgrade", "--url", url, "--json", "--quiet");
      expect(code).toBe(2);
      expect(JSON.parse(stdout)).toEqual({
        error: {
          code: "REVISION_FAILED",
          message: expect.stringContaining("migrations/2.ts:12"),
          hint: expect.stringContaining("rolled back"),
          details: {
            revision: "bbbb22220000",
            file: `${project.folder}/migrations/2.ts`,
            line: 12,
            sql: "INSERT INTO shop VALUES ('one')",
            code: "22P02",
            operation: 3,
          },
        },
      });
    }));
});

/** Its second revision takes longer than a test may: who waits for its end is found out. */
const SLEEPING = {
  ...MODULE,
  "migrations/1.ts": revisionText("aaaa11110000", null, 'op.sql("CREATE TABLE mall (id int)");'),
  "migrations/2.ts": revisionText(
    "bbbb22220000",
    "aaaa11110000",
    'op.sql("CREATE TABLE shop (id int)");\nop.sql("SELECT pg_sleep(600)");\nop.sql("CREATE TABLE never (id int)");',
  ),
};

describe("a run that is cut off", () => {
  it("by a lost connection has undone what was not finished", () =>
    withDatabase(newest(), async (url) => {
      const running = cliProject(SLEEPING).start("upgrade", "--url", url);
      await active(url, "pg_terminate_backend", "SELECT pg_sleep(600)");
      expectRefused(await running.ended, "DATABASE_LOST", /connection was lost/, "Run the command again");
      expect(await position(url)).toEqual({ tables: ["mall"], applied: ["aaaa11110000"] });
    }));

  it("by Ctrl-C cancels the statement, undoes its revision and ends at once with 130", () =>
    withDatabase(newest(), async (url) => {
      const running = cliProject(SLEEPING).start("upgrade", "--url", url);
      await active(url, "pg_backend_pid() <> ", "SELECT pg_sleep(600)");
      running.child.kill("SIGINT");
      const ran = await running.ended;
      expect(ran).toMatchObject({ code: 130, stdout: "" });
      expect(ran.stderr).toMatch("CANCELLED: Cancelled: upgrade of bbbb22220000 was rolled back.");
      expect(await position(url)).toEqual({ tables: ["mall"], applied: ["aaaa11110000"] });
    }));

  it("by Ctrl-C while it waits for another runner ends at once with 130, and SIGTERM a run with 143", () =>
    withDatabase(newest(), async (url) => {
      const project = cliProject(SLEEPING);
      const first = project.start("upgrade", "--url", url);
      await active(url, "pg_backend_pid() <> ", "SELECT pg_sleep(600)");
      const second = project.start("upgrade", "--url", url);
      await said(second, /Waiting for pid \d+ \(remodel, .*, runs SELECT pg_sleep\(600\)\)/);
      second.child.kill("SIGINT");
      const ran = await second.ended;
      expect(ran).toMatchObject({ code: 130 });
      expect(ran.stderr).toMatch("CANCELLED: ");
      first.child.kill("SIGTERM");
      expect(await first.ended).toMatchObject({ code: 143 });
    }));

  it("by Ctrl-C in the middle of code (op.run) does not go on", () =>
    withDatabase(newest(), async (url) => {
      const step = `op.run(async (db) => {
  await db.query("SELECT 'busy'");
  await new Promise((resolve) => process.once("SIGINT", resolve));
  await db.query("CREATE TABLE shop (id int)");
});`;
      const project = cliProject({
        ...SLEEPING,
        "migrations/2.ts": revisionText("bbbb22220000", "aaaa11110000", step),
      });
      const running = project.start("upgrade", "--url", url);
      await active(url, "pg_backend_pid() <> ", "SELECT 'busy'", "idle in transaction");
      running.child.kill("SIGINT");
      expect(await running.ended).toMatchObject({ code: 130, stdout: "" });
      expect(await position(url)).toEqual({ tables: ["mall"], applied: ["aaaa11110000"] });
    }));

  it("by Ctrl-C ends a command that only looks, and one that waits for a server", async () => {
    const { createServer } = await import("node:net");
    const silent = createServer().listen(0, "127.0.0.1");
    const connected = new Promise((resolve) => silent.once("connection", resolve));
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port } = silent.address() as { port: number };
    const running = cliProject(ONE).start("current", "--url", `postgres://mallory@127.0.0.1:${port}/malls`);
    await connected;
    running.child.kill("SIGINT");
    const { code } = await running.ended;
    silent.close();
    expect([130, null]).toContain(code);
  });
});

describe("odd names", () => {
  it("with quotes, spaces, capitals, unicode, reserved words and 63 bytes go up, agree, and go down", () =>
    withDatabase(newest(), async (url) => {
      const long = "é".repeat(31);
      const project = cliProject(
        {
          ...SHOP,
          "models/odd.ts": `import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn, Unique } from "typeorm";
@Entity({ name: 'Select "all" from', comment: "It's; \\\\ -- a \\"table\\"" })
@Unique('the "one" key', ["user", "größe"])
@Check('chk; -- "x"', \`"größe" <> 'it''s'\`)
export class Odd {
  @PrimaryColumn({ name: "Primary Key" }) id: number;
  @Column({ default: "it's \\\\ \\"quoted\\"" }) user: string;
  @Column() @Index("IDX 'größe'") größe: string;
  @Column({ name: "${long}", type: "enum", enum: ["it's", "a \\"b\\"", "größe"], default: "it's" }) kind: string;
  @ManyToOne(() => Odd, { nullable: true }) order: Odd;
}
`,
        },
        url,
      );
      expect((await project.run("revision", "--autogenerate", "-m", 'Größe: "it\'s" */ `odd` $' + "{1}")).stderr).toBe(
        databaseLine(url),
      );
      expect((await project.run("upgrade")).stderr).toMatch(/^Database: .+\nApplying 1 of 1: /);
      expectDone(await project.run("check"), "In sync");
      expect((await project.run("downgrade", "base")).code).toBe(0);
      expect(await position(url)).toEqual({ tables: [], applied: [] });
    }));

  it("of more than 63 bytes are refused in revisions, and in models where two become one", () =>
    withDatabase(newest(), async (url) => {
      const stem = "shelf_".repeat(11);
      const files = {
        ...SHOP,
        "models/shop.ts": `import { Column, Entity, PrimaryColumn } from "typeorm";
@Entity() export class Shop { @PrimaryColumn() id: number; @Column() ${stem}a: string; @Column() ${stem}b: string; }
`,
      };
      const project = cliProject(files, url);
      const ran = await project.run("revision", "--autogenerate", "-m", "Shelves");
      expectRefused(ran, "NAME_TOO_LONG", /63 bytes/, "shorter name");
      expect(project.files()).toEqual(files);
    }));
});

/** Waits until a statement runs, and calls a function with its process. */
async function active(url: string, call: string, statement: string, state = "active"): Promise<void> {
  const client = await connect(url);
  try {
    await until(async () => {
      const { rows } = await client.query(
        `SELECT ${call.endsWith(" ") ? `${call}pid` : `${call}(pid)`} FROM pg_stat_activity WHERE datname = current_database() AND query LIKE $1 AND state = $2 AND pid <> pg_backend_pid()`,
        [statement, state],
      );
      return rows.length > 0 ? true : undefined;
    });
  } finally {
    await client.end();
  }
}

/** Waits until a command has said something on stderr. */
async function said({ child }: Running, text: RegExp): Promise<void> {
  let all = "";
  await new Promise<void>((resolve) =>
    child.stderr!.on("data", (chunk: string) => {
      all += chunk;
      if (text.test(all)) resolve();
    }),
  );
}

/** The tables that a test made, and the applied revisions. */
async function position(url: string): Promise<{ tables: readonly string[]; applied: readonly string[] }> {
  const client = await connect(url);
  try {
    const { rows: tables } = await client.query(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^remodel_' ORDER BY 1",
    );
    const { rows: applied } = await client.query("SELECT revision AS name FROM remodel_revision ORDER BY 1");
    return { tables: tables.map(({ name }) => name), applied: applied.map(({ name }) => name) };
  } finally {
    await client.end();
  }
}
