import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import {
  type CliProject,
  COMMAND,
  cliProject,
  databaseLine,
  expectRefused,
  launch,
  MODULE,
  revisionText,
  SHOP,
  shopModel,
} from "./support.ts";

const ONE = { ...MODULE, "migrations/1.ts": revisionText("aaaa11110000", null) };
const NOBODY = ["--url", "postgres://nobody@127.0.0.1:1/none"];
const ESCAPE = "\u001b";

describe("for programs", () => {
  it("check and diff print what they found in one shape", () =>
    withDatabase(newest(), async (url) => {
      const project = cliProject({ ...SHOP, "migrations/1.ts": revisionText("aaaa11110000", null) }, url);
      await project.run("upgrade");
      await query(url, "CREATE TABLE shop (id serial CONSTRAINT pk PRIMARY KEY, title character varying NOT NULL)");
      await query(url, "CREATE INDEX shop_length ON shop (length(title))");
      const diff = await json(project, 1, "diff");
      expect(Object.keys(diff).slice(0, 6)).toEqual(["inSync", "current", "heads", "changes", "todos", "unmodelled"]);
      expect(diff).toMatchObject({ inSync: false, current: ["aaaa11110000"], heads: ["aaaa11110000"], todos: [] });
      expect(diff["unmodelled"]).toEqual([
        expect.objectContaining({ table: "shop", name: "shop_length", kind: "index" }),
      ]);
      const changes = diff["changes"] as Record<string, unknown>[];
      expect(changes).toContainEqual({
        operations: [
          {
            name: "renameColumn",
            args: ["shop", "title", "name"],
            sql: ['ALTER TABLE "shop" RENAME COLUMN "title" TO "name"'],
            hazards: expect.any(Array),
          },
        ],
        question: expect.objectContaining({ text: expect.stringContaining("shop.title") }),
        otherwise: expect.arrayContaining([
          {
            name: "dropColumn",
            args: ["shop", "title"],
            sql: ['ALTER TABLE "shop" DROP COLUMN "title"'],
            hazards: [{ code: "drop-column", table: "shop", text: "The values of shop.title are lost." }],
          },
        ]),
      });
      const check = await json(project, 1, "check");
      expect(check).toMatchObject(diff);
      expect(check).toMatchObject({ pending: [], missing: [], changed: [] });
    }));

  it("every command prints data alone", () =>
    withDatabase(newest(), async (url) => {
      const project = cliProject(SHOP, url);
      const revision = await json(project, 0, "revision", "--autogenerate", "-m", "Shops", "--rev-id", "aaaa11110000");
      const file = `${project.folder}/migrations/aaaa11110000_shops.ts`;
      expect(revision).toMatchObject({
        revision: "aaaa11110000",
        file,
        changes: 1,
        todos: 0,
        text: project.files()["migrations/aaaa11110000_shops.ts"],
      });
      expect(await json(project, 0, "upgrade", "--quiet")).toEqual({
        direction: "upgrade",
        revisions: [{ revision: "aaaa11110000", message: "Shops", durationMs: expect.any(Number) }],
      });
      expect(await json(project, 0, "current")).toEqual({
        current: ["aaaa11110000"],
        heads: ["aaaa11110000"],
        pending: [],
        missing: [],
        unknown: [],
        halfApplied: [],
      });
      expect(await json(project, 0, "history")).toEqual({
        revisions: [{ revision: "aaaa11110000", downRevision: [], message: "Shops", marks: ["head", "base"], file }],
      });
      expect(await json(project, 0, "heads")).toEqual({
        heads: [{ revision: "aaaa11110000", message: "Shops", file }],
      });
      expect(await json(project, 0, "todo")).toEqual({ todos: [], questions: 0 });
      expect(await json(project, 0, "check")).toMatchObject({ inSync: true, changes: [] });
    }));

  it("a refusal is data too", async () => {
    const { code, stdout, stderr } = await cliProject(ONE).run("show", "bbbb22220000", "--json", ...NOBODY);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "REVISION_UNKNOWN",
        message: 'There is no revision "bbbb22220000".',
        hint: "To list all revisions, run: remodel history",
        next: "remodel history",
        details: { candidates: [] },
      },
    });
  });
});

describe("for people", () => {
  it("there is colour on request and on terminals, not in pipes, and never with NO_COLOR", () =>
    withDatabase(newest(), async (url) => {
      const project = cliProject(SHOP, url);
      const plain = await project.run("diff");
      expect(plain.stdout).toMatch(/\n--- database\n/);
      expect(plain.stdout).not.toContain(ESCAPE);
      const coloured = await project.runWith({ FORCE_COLOR: "1" }, "diff");
      expect(coloured.stdout).toContain(`${ESCAPE}[32m+table shop`);
      const neither = await project.runWith({ FORCE_COLOR: "1", NO_COLOR: "1" }, "diff");
      expect(neither.stdout).toBe(plain.stdout);
      const error = await project.runWith({ FORCE_COLOR: "1" }, "show", "none");
      expect(error.stderr).toContain(`${ESCAPE}[31mREVISION_UNKNOWN`);
    }));

  it.skipIf(spawnSync("script", ["--version"]).status !== 0)("there is colour on a terminal", () =>
    withDatabase(newest(), async (url) => {
      const { folder } = cliProject({ ...SHOP, "models/shop.ts": shopModel() }, url);
      const env = { PATH: process.env["PATH"] ?? "", DATABASE_URL: url, TERM: "xterm" };
      const command = `"${process.execPath}" "${COMMAND}" diff`;
      const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], { cwd: folder, env, encoding: "utf8" });
      expect(stdout).toContain(`${ESCAPE}[32m+table shop`);
      const without = spawnSync("script", ["-qec", command, "/dev/null"], {
        cwd: folder,
        env: { ...env, NO_COLOR: "1" },
        encoding: "utf8",
      });
      expect(without.stdout).toContain("+table shop");
      expect(without.stdout).not.toContain(ESCAPE);
    }),
  );

  it.skipIf(spawnSync("script", ["--version"]).status !== 0)(
    "a run is one line on a terminal, which is gone when the result stands there",
    () =>
      withDatabase(newest(), async (url) => {
        const steps = 'op.sql("CREATE TABLE shop (id int)");\nop.sql("SELECT  pg_sleep(1)");';
        const { folder } = cliProject({ ...MODULE, "migrations/1.ts": revisionText("aaaa11110000", null, steps) });
        const env = { PATH: process.env["PATH"] ?? "", TERM: "xterm" };
        const command = `"${process.execPath}" "${COMMAND}" upgrade --url ${url}`;
        const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], { cwd: folder, env, encoding: "utf8" });
        const [label, ...shown] = stdout.split(`\r${ESCAPE}[K`);
        expect(label).toMatch(/^Database: \S+\r\n$/);
        expect(shown).toContainEqual(
          expect.stringMatching(
            /^Applying 1 of 1: aaaa11110000 Revision aaaa11110000 {2}\d+ ms {2}SELECT pg_sleep\(1\)$/,
          ),
        );
        expect(shown.slice(0, -1).filter((text) => text.includes("\n"))).toEqual([]);
        expect(shown.at(-1)).toMatch(
          /^Applied 1 revision:\r\n {2}aaaa11110000 {2}Revision aaaa11110000 {2}[\d.]+ m?s\r\n$/,
        );
      }),
  );

  it("what is left alone is said on stderr, and not with --quiet", () =>
    withDatabase(newest(), async (url) => {
      const project = cliProject(SHOP, url);
      await query(
        url,
        "CREATE TABLE shop (id serial PRIMARY KEY, name varchar); CREATE INDEX shop_length ON shop (length(name))",
      );
      const loud = await project.run("diff");
      expect(loud.stderr).toMatch(/^Database: .+\nLeft alone: index shop_length of shop: .+\.\n$/);
      expect(loud.stdout).not.toContain("shop_length");
      expect(await project.run("diff", "-q")).toEqual({ ...loud, stderr: "" });
    }));

  it("an expression that PostgreSQL cannot read is named on stderr", () =>
    withDatabase(newest(), async (url) => {
      const columns = '  @Column({ type: "timestamptz", default: () => "noww()" }) opened: Date;\n';
      const project = cliProject({ ...SHOP, "models/shop.ts": shopModel(columns) }, url);
      await query(
        url,
        "CREATE TABLE shop (id serial PRIMARY KEY, name text, opened timestamptz NOT NULL DEFAULT now())",
      );
      const { stderr } = await project.run("diff");
      expect(stderr).toBe(
        `${databaseLine(url)}Note: PostgreSQL rejects noww() of shop.opened: function noww() does not exist.\n`,
      );
    }));

  it("a reader that has seen enough is no error", async () => {
    const { child, ended } = launch([COMMAND, "show", "head", ...NOBODY], cliProject(ONE).folder);
    child.stdout?.destroy();
    expect((await ended).stderr).toBe("");
  });

  it("--timings says on stderr where the time went, also of a command that fails", async () => {
    const project = cliProject(ONE);
    const { code, stdout, stderr } = await project.run("heads", "--timings");
    expect([code, stdout]).toEqual([0, "aaaa11110000  Revision aaaa11110000\n"]);
    expect(stderr).toMatch(/^Timings in ms:\n +wall +processor\n(?: {2}\w+ +\d+ +\d+\n)+ {2}total +\d+ +\d+\n$/);
    const failed = await project.run("check", "--timings", ...NOBODY);
    expect(failed.code).toBe(2);
    expect(failed.stderr).toMatch(/^DATABASE_UNREACHABLE: [\s\S]*\n {2}connection +\d/m);
  });

  it("help and the version are there without a project", async () => {
    const project = cliProject({});
    for (const args of [["--help"], ["upgrade", "--help"], ["-h"]]) {
      const ran = await project.run(...args);
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      expect(ran.stdout).toMatch(/^remodel /);
    }
    const version = await launch([COMMAND, "--version"], project.folder).ended;
    expect(version).toMatchObject({ code: 0, stderr: "" });
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("what was typed is refused where it", () => {
  const WRONG: readonly (readonly [string, readonly string[], string | RegExp, string | RegExp])[] = [
    ["is nothing", [], "The command is missing.", "remodel --help"],
    ["is no command", ["upgrad"], /upgrad/, /remodel --help|upgrade/],
    ["has an option that does not exist", ["upgrade", "--head"], /head/, "remodel upgrade --help"],
    ["lacks the message", ["revision"], /message/, "remodel revision --help"],
    ["lacks the target", ["downgrade"], /downgrade|argument/, "remodel downgrade --help"],
    ["has too much", ["show", "a", "b"], /b/, "remodel show --help"],
    ["says one thing twice", ["revision", "-m", "Shops", "-m", "Malls"], "--message is given twice.", "once"],
    ...["--migrations", "--schema", "--dataSource", "--env", "--rev-id", "--url"].map(
      (flag) => [`has nothing for ${flag}`, ["revision", "-m", "x", flag, ""], `${flag} is empty.`, flag] as const,
    ),
    ["has a word too many", ["upgrade", "a1", "a1"], "Unknown argument: a1.", /^ *To see what there is/],
    ["gives an option without its value", ["heads", "--url"], /url/, "remodel heads --help"],
    ["names a shell that it does not know", ["completion", "tcsh"], /: shell cannot be "tcsh"/, "bash, zsh, fish"],
    ["answers what nobody asks", ["revision", "-m", "x", "--accept", "everything"], /everything/, "renames"],
    [
      "waits for no duration",
      ["upgrade", "--lock-wait", "10 years"],
      '--lock-wait cannot be "10 years"',
      "500ms, 10s, 25m",
    ],
    ["waits twice", ["downgrade", "-1", "--lock-timeout", "1", "--lock-timeout", "2"], "given twice", "once"],
    [
      "wants one transaction of a script",
      ["upgrade", "--sql", "--single-transaction"],
      /exclusive/,
      "remodel upgrade --help",
    ],
    [
      "renames nothing",
      ["revision", "-m", "x", "--rename", "shop"],
      "--rename shop cannot be read",
      "table.column=newname",
    ],
  ];

  for (const [what, args, message, hint] of WRONG)
    it(what, async () => {
      expectRefused(
        await cliProject(ONE).run(...args, ...(args.length > 0 && !args.includes("--url") ? NOBODY : [])),
        "USAGE",
        message,
        hint,
      );
    });
});

async function json(project: CliProject, code: number, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const ran = await project.run(...args, "--json");
  expect(ran.code).toBe(code);
  return JSON.parse(ran.stdout);
}

async function query(url: string, sql: string): Promise<void> {
  const client = await connect(url);
  await client.query(sql).finally(() => client.end());
}
