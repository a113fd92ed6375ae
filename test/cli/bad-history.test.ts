import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../../src/errors.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { cliProject, expectRefused, type Files, MODULE, revisionText, SHOP, shopModel } from "./support.ts";

interface Refusal {
  readonly what: string;
  readonly files: Files;
  readonly args?: readonly string[];
  readonly code: ErrorCode;
  readonly message: string | RegExp;
  readonly hint: string | RegExp;
}

const BASE = revisionText("aaaa11110000", null);
const NEXT = revisionText("bbbb22220000", "aaaa11110000");
const TWO: Files = { "migrations/1.ts": BASE, "migrations/2.ts": NEXT };

/** No data source and no database: the history alone is refused. */
const HISTORIES: readonly Refusal[] = [
  {
    what: "the head of a file has a syntax error",
    files: { "migrations/1.ts": 'export const revision = "aaaa11110000"\nexport const downRevision = = null;\n' },
    code: "REVISION_INVALID",
    message: /migrations\/1\.ts:2: /,
    hint: "Correct the syntax error",
  },
  {
    what: "a file has no `revision`",
    files: { "migrations/1.ts": BASE.replace(/^export const revision.*$/m, "") },
    code: "REVISION_INVALID",
    message: /migrations\/1\.ts:1: revision is missing/,
    hint: "begin its name with _",
  },
  {
    what: "a file has no `downRevision`",
    files: { "migrations/1.ts": BASE.replace(/^export const downRevision.*$/m, "") },
    code: "REVISION_INVALID",
    message: /migrations\/1\.ts:1: downRevision is missing/,
    hint: "(or null)",
  },
  {
    what: "an id is computed",
    files: { "migrations/1.ts": BASE.replace('"aaaa11110000"', "crypto.randomUUID()") },
    code: "REVISION_INVALID",
    message: /migrations\/1\.ts:4: revision must be a plain string/,
    hint: "export const revision",
  },
  {
    what: "an id is a word with a meaning",
    files: { "migrations/1.ts": BASE.replace('"aaaa11110000"', '"head"') },
    code: "REVISION_INVALID",
    message: '"head" cannot be the id',
    hint: "Use letters",
  },
  {
    what: "a downRevision is unknown",
    files: { ...TWO, "migrations/3.ts": revisionText("cccc33330000", "dddd44440000") },
    code: "GRAPH_BROKEN",
    message: /migrations\/3\.ts has downRevision "dddd44440000", which does not exist/,
    hint: "not yet pulled",
  },
  {
    what: "two files have one id",
    files: { ...TWO, "migrations/copy.ts": NEXT },
    code: "REVISION_DUPLICATE",
    message: /Two revisions have the id bbbb22220000: .*migrations\/2\.ts and .*migrations\/copy\.ts/,
    hint: "Delete the copy",
  },
  {
    what: "revisions follow each other in a circle",
    files: { "migrations/1.ts": revisionText("aaaa11110000", "bbbb22220000"), "migrations/2.ts": NEXT },
    code: "GRAPH_CYCLE",
    message: /aaaa11110000 → bbbb22220000 → aaaa11110000|bbbb22220000 → aaaa11110000 → bbbb22220000/,
    hint: /migrations\/1\.ts and .*migrations\/2\.ts/,
  },
  {
    what: "a name means nothing",
    files: TWO,
    args: ["show", "aaab11110000"],
    code: "REVISION_UNKNOWN",
    message: 'There is no revision "aaab11110000".',
    hint: "Did you mean aaaa11110000?",
  },
  {
    what: "a name is too short",
    files: TWO,
    args: ["show", "aaa"],
    code: "REVISION_UNKNOWN",
    message: '"aaa" is too short',
    hint: "aaaa11110000",
  },
  {
    what: "a name means several",
    files: { ...TWO, "migrations/3.ts": revisionText("aaaa99990000", "bbbb22220000") },
    args: ["show", "aaaa"],
    code: "REVISION_AMBIGUOUS",
    message: '"aaaa" can be aaaa11110000 and aaaa99990000.',
    hint: "more characters",
  },
  {
    what: "`head` is one of two",
    files: { ...TWO, "migrations/3.ts": revisionText("cccc33330000", "aaaa11110000") },
    args: ["show", "head"],
    code: "GRAPH_HEADS",
    message: "bbbb22220000 and cccc33330000",
    hint: "remodel merge heads",
  },
  {
    what: "a new revision would have two heads to follow",
    files: { ...TWO, "migrations/3.ts": revisionText("cccc33330000", "aaaa11110000") },
    args: ["revision", "-m", "Malls"],
    code: "GRAPH_HEADS",
    message: "bbbb22220000 and cccc33330000",
    hint: "remodel merge heads",
  },
  {
    what: "a new revision would branch off unasked",
    files: TWO,
    args: ["revision", "-m", "Malls", "--head", "aaaa1111"],
    code: "GRAPH_HEADS",
    message: "aaaa11110000 is not a head: a revision on top of it would create a second head.",
    hint: "--splice",
  },
  {
    what: "the id of a new revision exists",
    files: TWO,
    args: ["revision", "-m", "Malls", "--rev-id", "aaaa11110000"],
    code: "REVISION_DUPLICATE",
    message: "aaaa11110000",
    hint: /\S/,
  },
  {
    what: "the id of a new revision is a path",
    files: TWO,
    args: ["revision", "-m", "Malls", "--rev-id", "../../malls"],
    code: "REVISION_INVALID",
    message: '"../../malls" cannot be the id',
    hint: "Use letters",
  },
  {
    what: "the message is empty",
    files: TWO,
    args: ["revision", "-m", "  "],
    code: "USAGE",
    message: "The message is empty.",
    hint: "-m",
  },
  {
    what: "there is nothing to merge",
    files: TWO,
    args: ["merge", "heads"],
    code: "USAGE",
    message: "There is nothing to merge",
    hint: "remodel heads",
  },
  {
    what: "a range is none",
    files: TWO,
    args: ["history", "-r", "aaaa"],
    code: "USAGE",
    message: '"aaaa" is not a range.',
    hint: "FROM:TO",
  },
  {
    what: "a script has to start from where a database is",
    files: TWO,
    args: ["upgrade", "--sql", "current:head"],
    code: "USAGE",
    message: '"current" depends on the state of a database',
    hint: "Name the revision",
  },
];

describe("the history is refused where", () => {
  for (const { what, files, args = ["heads"], code, message, hint } of HISTORIES)
    it(what, async () => {
      const project = cliProject({ ...MODULE, ...files });
      expectRefused(await project.run(...args, "--url", "postgres://nobody@127.0.0.1:1/none"), code, message, hint);
      expect(project.files()).toEqual({ ...MODULE, ...files });
    });

  it("the folder of the revisions is a file", async () => {
    const project = cliProject({ ...MODULE, malls: "" });
    const ran = await project.run("heads", "--migrations", "malls", "--url", "postgres://nobody@127.0.0.1:1/none");
    expectRefused(ran, "CONFIG_INVALID", "malls cannot be read", "--migrations DIR");
  });

  it("the folder of the revisions cannot be written", async () => {
    const project = cliProject({ ...MODULE, "migrations/.gitkeep": "" });
    mkdirSync(join(project.folder, "migrations", "aaaa_malls.ts"));
    const ran = await project.run("revision", "-m", "Malls", "--rev-id", "aaaa", "--url", "postgres://x@127.0.0.1:1/x");
    expectRefused(ran, "REVISION_DUPLICATE", "aaaa_malls.ts exists already. Nothing was written.", "--rev-id");
    rmdirSync(join(project.folder, "migrations", "aaaa_malls.ts"));
    expect(Object.keys(project.files())).toEqual(["migrations/.gitkeep", "package.json", "tsconfig.json"]);
  });
});

const GOOD = 'op.sql("CREATE TABLE mall (id integer)");';

/** One good revision, and one that cannot be loaded: not even the first is applied. */
const REVISIONS: readonly Omit<Refusal, "files">[] = [
  { what: "op.sql(;", code: "MODULE_INVALID", message: /migrations\/2\.ts:8/, hint: /syntax/ },
  {
    what: 'op.addColum("mall", { name: "city", type: "text" });',
    code: "OPERATION_INVALID",
    message: /migrations\/2\.ts:8: There is no operation op\.addColum\./,
    hint: "addColumn",
  },
  {
    what: 'op.dropColumn("mall.floor.x", "city");',
    code: "OPERATION_INVALID",
    message: /migrations\/2\.ts:8: "mall\.floor\.x" is not a name/,
    hint: "schema.name",
  },
  {
    what: `op.dropColumn("mall", "${"x".repeat(64)}");`,
    code: "NAME_TOO_LONG",
    message: /migrations\/2\.ts:8: .* has 64 bytes/,
    hint: "shorter",
  },
  {
    what: 'JSON.parse("[");',
    code: "REVISION_INVALID",
    message: /migrations\/2\.ts:8: .*JSON/,
    hint: /\S/,
  },
  {
    what: 'op.todo("Was mall.title renamed?");',
    code: "REVISION_UNFINISHED",
    message: /Nothing was run:\n {2}.*migrations\/2\.ts:8 {2}Was mall\.title renamed\?/,
    hint: "delete op.todo",
  },
];

describe("nothing is applied where a later revision says", () => {
  for (const { what, code, message, hint } of REVISIONS)
    it(what, () =>
      withDatabase(newest(), async (url) => {
        const project = cliProject({
          ...MODULE,
          "migrations/1.ts": revisionText("aaaa11110000", null, GOOD),
          "migrations/2.ts": revisionText("bbbb22220000", "aaaa11110000", what),
        });
        expectRefused(await project.run("upgrade", "--url", url), code, message, hint);
        expect(await tables(url)).toEqual([]);
      }),
    );

  it("nothing about going down", () =>
    withDatabase(newest(), async (url) => {
      const file = revisionText("bbbb22220000", "aaaa11110000").replace(/export function downgrade[\s\S]*/, "");
      const project = cliProject({ ...MODULE, "migrations/1.ts": BASE, "migrations/2.ts": file });
      const ran = await project.run("upgrade", "--url", url);
      expectRefused(ran, "REVISION_INVALID", "exports no function `downgrade`", "export function downgrade");
      expect(await tables(url)).toEqual([]);
    }));
});

/** What the row of a revision that only the database has tells. */
const ROW =
  / a revision that is missing from this folder:\n {2}bbbb22220000 {2}Revision bbbb22220000, applied 20\S+ \S+ by postgres$/m;

describe("a database that is elsewhere in the history", () => {
  it("is not compared while revisions are pending, which are named", () =>
    withDatabase(newest(), async (url) => {
      const files = { ...SHOP, "migrations/1_malls.ts": BASE, "migrations/2_shops.ts": NEXT };
      const project = cliProject(files, url);
      const ran = await project.run("revision", "--autogenerate", "-m", "More");
      expectRefused(ran, "NOT_AT_HEAD", "pending: 1_malls.ts and 2_shops.ts.", "remodel upgrade");
      expect(project.files()).toEqual(files);
      expect(await tables(url)).toEqual([]);
    }));

  it("is neither compared nor run when it has revisions that the folder lacks", () =>
    withDatabase(newest(), async (url) => {
      const project = cliProject({ ...SHOP, ...TWO }, url);
      expect((await project.run("stamp", "head")).code).toBe(0);
      const behind = cliProject({ ...SHOP, "migrations/1.ts": BASE }, url);
      const before = behind.files();
      for (const args of [
        ["revision", "--autogenerate", "-m", "More"],
        ["upgrade"],
        ["downgrade", "base"],
        ["stamp", "head"],
      ])
        expectRefused(await behind.run(...args), "DATABASE_AHEAD", ROW, /Pull the branch.*remodel stamp REV --purge/);
      expect(behind.files()).toEqual(before);
      for (const args of [["current"], ["history", "-i"]])
        expect(await behind.run(...args)).toMatchObject({ code: 0, stderr: expect.stringMatching(ROW) });
      const { code, stdout } = await behind.run("check", "--json");
      expect({ code, missing: JSON.parse(stdout).missing }).toEqual({ code: 1, missing: ["bbbb22220000"] });
      expect(await behind.run("stamp", "--purge", "head")).toMatchObject({ code: 0 });
      expect((await behind.run("current")).stdout).toBe("aaaa11110000  Revision aaaa11110000 (head)\n");
    }));

  it("tells which applied revision was edited afterwards", () =>
    withDatabase(newest(), async (url) => {
      const files = { ...SHOP, "migrations/1.ts": revisionText("aaaa11110000", null, GOOD) };
      const project = cliProject({ ...files, "models/shop.ts": shopModel() }, url);
      expect((await project.run("upgrade")).code).toBe(0);
      project.write({ "migrations/1.ts": revisionText("aaaa11110000", null, GOOD.replace("integer", "bigint")) });
      const { code, stdout } = await project.run("check");
      expect({ code, stdout }).toMatchObject({
        code: 1,
        stdout: expect.stringContaining("aaaa11110000 was edited after"),
      });
      expect(stdout).toMatch(
        /Take the edit back, and write a revision of its own for it: remodel revision -m MESSAGE$/m,
      );
      const undone = await project.run("downgrade", "-1");
      expect(undone).toMatchObject({ code: 0 });
      expect(undone.stderr).toMatch(/^Note: aaaa11110000 was edited after it was applied\. It is undone as /m);
    }));
});

async function tables(url: string): Promise<readonly string[]> {
  const client = await connect(url);
  try {
    const { rows } = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
    return rows.map(({ tablename }) => tablename);
  } finally {
    await client.end();
  }
}

describe("on a database", () => {
  it("an applied revision that cannot be loaded any more is a note of check, and blocks no later one", () =>
    withDatabase(newest(), async (url) => {
      const first = revisionText("aaaa11110000", null, GOOD.replace("mall (", "old ("));
      const project = cliProject({ ...SHOP, "migrations/1.ts": first }, url);
      expect(await project.run("upgrade")).toMatchObject({ code: 0 });
      expect(await project.run("revision", "--autogenerate", "-m", "Shop", "--rev-id", "bbbb22220000")).toMatchObject({
        code: 0,
      });
      project.write({ "migrations/1.ts": first.replace("import type", 'import "gone-package";\nimport type') });
      expect(await project.run("upgrade")).toMatchObject({ code: 0 });
      const checked = await project.run("check");
      expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining("In sync") });
      expect(checked.stderr).toMatch(/Note: Revision aaaa11110000 is applied, but its file can no longer be loaded/);
      expectRefused(await project.run("downgrade", "base"), "PEER_MISSING", "gone-package", /\S/);
      project.write({ "migrations/2.ts": revisionText("cccc33330000", "bbbb22220000", 'JSON.parse("[");') });
      expect((await project.run("check")).code).not.toBe(0);
    }));

  it("without a revision check finds something, current and history show nothing, and --sql is refused", () =>
    withDatabase(newest(), async (url) => {
      const project = cliProject({ ...SHOP, "migrations/.gitkeep": "" }, url);
      const checked = await project.run("check");
      expect(checked).toMatchObject({ code: 1, stdout: expect.stringContaining("There is no revision file in") });
      expect(await project.run("current")).toMatchObject({ code: 0, stdout: "The database has no revision yet.\n" });
      expect(await project.run("current", "--check-heads")).toMatchObject({ code: 1 });
      expect(await project.run("history")).toMatchObject({ code: 0, stdout: "The history is empty.\n" });
      expect(await project.run("history", "-i")).toMatchObject({ code: 0, stdout: "The history is empty.\n" });
      for (const args of [
        ["upgrade", "--sql"],
        ["upgrade", "base:heads", "--sql"],
        ["downgrade", "heads:base", "--sql"],
      ])
        expectRefused(await project.run(...args), "HISTORY_EMPTY", "There is no revision file in", "--migrations");
      for (const args of [["show", "head"], ["edit"], ["squash", "base:head"], ["rebase", "head", "--onto", "base"]])
        expectRefused(
          await project.run(...args),
          "HISTORY_EMPTY",
          /^HISTORY_EMPTY: .*no revisions?/,
          "remodel revision",
        );
      expect(await project.run("review")).toMatchObject({ code: 0, stdout: "There is no revision to review.\n" });
      expect((await project.run("verify", "--on", url)).stdout).toMatch(/^Nothing to prove: no revision is pending\./);
    }));
});
