import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findInvalid } from "../support/json-schema.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { addEmbedded, type CliProject, cliProject, MODULE, revisionText, SHOP } from "./support.ts";

const ONE = "aaaa11110000";
const TWO = "bbbb22220000";
const THREE = "cccc33330000";

const CREATES = `op.createTable("shop", { columns: [{ name: "id", type: "integer" }, { name: "code", type: "text", nullable: true }, { name: "note", type: "text", nullable: true }] });
  op.createIndex("shop", { name: "IDX_id", columns: ["id"] });`;
const CHANGES = `op.alterColumn("shop", "code", { nullable: false });
  op.accept("drop-column", "copied by hand, see #12");
  op.dropColumn("shop", "id");`;

const PARTITIONED = `CREATE TABLE day (id integer) PARTITION BY RANGE (id);
  CREATE TABLE day_1 PARTITION OF day FOR VALUES FROM (1) TO (9);
  INSERT INTO day SELECT generate_series(1, 5); ANALYZE day`;

const SCHEMA = JSON.parse(readFileSync(new URL("../../docs/review.schema.json", import.meta.url), "utf8"));

type Json = {
  readonly revisions: readonly string[];
  readonly sizes: string;
  readonly findings: readonly Record<string, unknown>[];
};

const review = async (project: CliProject, ...args: readonly string[]) => {
  const { code, stdout, stderr } = await project.run("review", "--json", ...args);
  const data: Json = JSON.parse(stdout);
  expect(findInvalid(data, SCHEMA)).toEqual([]);
  return { code, stderr, ...data, rules: data.findings.map(({ rule, level }) => `${level} ${rule}`) };
};

const git = (folder: string, ...args: readonly string[]) =>
  execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.org", ...args], {
    stdio: "pipe",
  });

test("review says what revisions will do, and exits by what is open", () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject(SHOP, url);
    const client = await connect(url);
    try {
      project.write({
        "migrations/1.ts": revisionText(ONE, null, CREATES),
        "migrations/2.ts": revisionText(TWO, ONE, CHANGES),
      });
      // In a new database all tables are empty.
      const fresh = await review(project);
      expect(fresh).toMatchObject({ code: 0, revisions: [ONE, TWO], sizes: "database" });
      expect(fresh.findings.filter(({ level }) => level !== "info")).toEqual([]);

      await project.run("upgrade", ONE);
      await client.query(
        "INSERT INTO shop SELECT at, nullif('c' || at, 'c3') FROM generate_series(1, 9) at; ANALYZE shop",
      );
      const live = await review(project);
      expect(live.rules).toEqual([
        "info not-null-scan",
        "info rows-in-the-way",
        "warning required-for-old-code",
        "error drop-column",
        "warning gone-for-old-code",
      ]);
      expect(live.findings[0]).toMatchObject({
        table: "shop",
        revision: TWO,
        file: "migrations/2.ts",
        direction: "upgrade",
        operation: "alterColumn",
        locks: [{ mode: "ACCESS EXCLUSIVE", on: "shop" }],
        size: { rows: 9 },
        evidence: "operation",
        docs: "docs/rules.md#not-null-scan",
      });
      expect(live.findings[3]).toMatchObject({ accepted: "copied by hand, see #12" });
      expect(live.code).toBe(0);
      expect((await review(project, "--fail-on", "warning")).code).toBe(1);
      expect((await review(project, "--fail-on", "never")).code).toBe(0);

      // Probes count.
      const probed = await review(project, "--probe");
      expect(probed.findings[1]).toMatchObject({ rule: "rows-in-the-way", level: "error", evidence: "rows" });
      expect(String(probed.findings[1]?.["text"])).toBe(
        '1 row of shop in the way: PostgreSQL refuses them with 23502. Show them: SELECT * FROM "shop" WHERE "code" IS NULL',
      );
      expect(probed.findings[3]).toMatchObject({ level: "error", text: "The values of shop.id are lost, in 9 rows." });
      expect(probed.code).toBe(1);

      // Sizes from a file, and none.
      await client.query(PARTITIONED);
      const sizes = await project.run("sizes");
      expect(JSON.parse(sizes.stdout)).toEqual({
        "public.shop": expect.objectContaining({ rows: 9, bytes: expect.any(Number) }),
        "public.day": expect.objectContaining({ rows: 5 }),
        "public.day_1": expect.objectContaining({ rows: 5 }),
      });
      await client.query("DROP TABLE day");
      project.write({ "sizes.json": JSON.stringify({ "public.shop": { rows: 9e6, bytes: 2e9 } }), "bad.json": "[]" });
      expect(await review(project, TWO, "--sizes", "sizes.json")).toMatchObject({
        code: 1,
        sizes: "file",
        revisions: [TWO],
      });
      expect((await review(project, TWO, "--no-database")).rules[0]).toBe("error not-null-scan");
      expect((await project.run("review", "--sizes", "bad.json")).stderr).toMatch(
        /^USAGE: bad\.json is not a file of sizes/,
      );

      project.write({ "own.json": JSON.stringify({ shop: { rows: 9, bytes: 9000 } }), "other.json": "{}" });
      expect((await review(project, TWO, "--sizes", "own.json")).rules[0]).toBe("info not-null-scan");
      expect((await review(project, TWO, "--sizes", "other.json")).stderr).toBe(
        "Note: other.json lacks tables, so these count as large: not-null-scan of shop.\n",
      );

      await testFormats(project);

      project.write({ "migrations/2.ts": revisionText(TWO, ONE, '  op.dropColumn("shop", "note");') });
      expect((await review(project)).rules[0]).toBe("error drop-column");
      const empty = await review(project, "--probe");
      expect(empty.findings[0]).toMatchObject({
        level: "info",
        evidence: "rows",
        text: "Every value of shop.note is NULL.",
      });

      // What is found is the same text on every machine.
      const fill = '  op.sql("UPDATE shop SET code = 1");\n  op.alterColumn("shop", "code", { nullable: false });';
      project.write({ "migrations/2.ts": revisionText(TWO, ONE, fill) });
      const filled = await review(project, "--probe");
      expect(filled.findings.map(({ text }) => text).join("\n")).toMatch(
        /may write to shop: op\.sql in 2\.ts:\d+\. Show/,
      );
    } finally {
      await client.end();
    }
  }));

async function testFormats(project: CliProject): Promise<void> {
  const text = await project.run("review");
  expect(text.stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
  expect(text.stdout).toContain("  accepted  drop-column  migrations/2.ts:");
  expect(text.stdout).toMatch(/0 errors, 2 warnings, 2 infos; 1 accepted\. Sizes: from the database\.\n$/);
  const github = await project.run("review", "--format", "github");
  expect(github.stdout.split("\n")[0]).toMatch(
    /^::notice file=migrations\/2\.ts,line=\d+,title=not-null-scan::Reads and writes/,
  );
  expect(
    github.stdout
      .trimEnd()
      .split("\n")
      .filter((line) => !line.startsWith("::")),
  ).toEqual([]);
  const gitlab = JSON.parse((await project.run("review", "--format", "gitlab")).stdout);
  expect(gitlab[0]).toMatchObject({
    check_name: "not-null-scan",
    severity: "info",
    location: { path: "migrations/2.ts" },
  });
  expect(new Set(gitlab.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).size).toBe(4);
  const page = await project.run("review", "--format", "html");
  expect(page.stdout).toMatch(/^<!doctype html>[\s\S]*drop column shop\.id[\s\S]*<\/html>\n$/);
  const [first, second] = [
    await project.run("review", "--format", "sarif"),
    await project.run("review", "--format", "sarif"),
  ];
  expect(first.stdout).toBe(second.stdout);
  const sarif = JSON.parse(first.stdout);
  expect(sarif).toMatchObject({ version: "2.1.0", runs: [{ tool: { driver: { name: "remodel" } } }] });
  expect(sarif.runs[0].results[3].suppressions).toEqual([
    { kind: "inSource", status: "accepted", justification: "copied by hand, see #12" },
  ]);
  expect((await project.run("review", "--format", "markdown", "--out", "review.md")).stdout).toBe("");
  expect(readFileSync(join(project.folder, "review.md"), "utf8")).toContain("| ✅ accepted | `drop-column` |");
}

test("--measure runs revisions in a throwaway; neither it nor the history needs a database or a data source", async () => {
  const project = cliProject({
    ...MODULE,
    "migrations/1.ts": revisionText(
      ONE,
      null,
      `  op.createTable("shop", { columns: [{ name: "id", type: "serial" }, { name: "code", type: "text" }], primaryKey: { columns: ["id"] } });
  op.createTable("bill", { columns: [{ name: "shop_id", type: "integer", nullable: true }] });
  op.createForeignKey("bill", { columns: ["shop_id"], references: { table: "shop", columns: ["id"] } });
  op.sql("CREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'");`,
    ),
    "migrations/2.ts": revisionText(
      TWO,
      ONE,
      `  op.alterColumn("bill", "shop_id", { nullable: false });
  op.sql("TRUNCATE shop RESTART IDENTITY CASCADE");
  op.run(async (db) => void (await db.query("CREATE INDEX i ON shop (code)")));
  op.addColumn("shop", { name: "token", type: "uuid", nullable: true, default: "uuid_generate_v4()" });
  op.commit();
  op.sql("UPDATE shop SET code = code || '!'");`,
    ),
    "migrations/3.ts": revisionText(THREE, TWO, `  op.todo("Which code do shops get?");`),
  });
  addEmbedded(project);
  const required = ["error not-null-scan", "info rows-in-the-way", "warning required-for-old-code"];
  const read = await review(project, TWO, "--no-database");
  expect(read.rules).toEqual([
    ...required,
    "info unknown-sql",
    "error work-after-exclusive-lock",
    "info unknown-sql",
    "error default-rewrite",
    "error update-without-batches",
    "info unknown-sql",
  ]);
  const measured = await review(project, TWO, "--no-database", "--measure");
  expect(measured.rules).toEqual([
    ...required,
    "error truncate",
    "error truncate",
    "error cascade",
    "error identity-restarts",
    "error index-blocks-writes",
    "error work-after-exclusive-lock",
    "error update-without-batches",
  ]);
  expect(measured.findings.slice(3, 8).every(({ evidence }) => evidence === "measured")).toBe(true);
  expect(measured.findings[5]).toMatchObject({
    table: "bill",
    text: "It also takes what it does not name: the rows of bill. Instead: leave out CASCADE and name them.",
  });
  expect(measured.stderr).toMatch(/^Measured on the embedded PostgreSQL \d+\.\n$/);
  const failing = await review(project, THREE, "--no-database", "--measure");
  expect(failing.stderr).toContain(`Note: ${THREE} could not be run to its end: `);
  const text = await project.run("review", THREE, "--no-database");
  expect(text.stdout).toMatch(/^ {2}open question {2}migrations\/3\.ts:\d+\n {4}Which code do shops get\?$/m);
  expect((await project.run("review", THREE, "--no-database", "--format", "markdown")).stdout).toMatch(
    /Open questions[\s\S]*Which code do shops get\?/,
  );
  expect((await project.run("review", "--on", "pglite")).stderr).toContain("measure");
});

test("--base reviews what git does not have there, also after merges and renames of files", async () => {
  const project = cliProject({ ...SHOP, "migrations/1.ts": revisionText(ONE, null, CREATES) });
  const { folder } = project;
  git(folder, "init", "-q", "-b", "main");
  git(folder, "add", "migrations");
  git(folder, "commit", "-qm", "one");
  git(folder, "checkout", "-qb", "side");
  project.write({ "migrations/2.ts": revisionText(TWO, ONE, CHANGES) });
  git(folder, "add", "migrations");
  git(folder, "commit", "-qm", "two");
  // The other branch goes on, and renames the first file.
  git(folder, "checkout", "-q", "main");
  project.write({ "note.txt": "x" });
  git(folder, "add", "note.txt");
  git(folder, "commit", "-qm", "note");
  git(folder, "checkout", "-q", "side");
  git(folder, "merge", "-q", "--no-edit", "main");
  mkdirSync(join(folder, "migrations/old"), { recursive: true });
  renameSync(join(folder, "migrations/1.ts"), join(folder, "migrations/first.ts"));
  project.write({ "migrations/3.ts": revisionText(THREE, TWO, "") });
  const found = await review(project, "--base", "main", "--no-database");
  expect(found.revisions).toEqual([TWO, THREE]);
  expect((await review(project, "--base", "HEAD", "--no-database")).revisions).toEqual([THREE]);
  // An id in a document, a test or a copy elsewhere is no revision of this folder.
  const text = revisionText(THREE, TWO, "");
  project.write({ "notes.md": text, "example.test.ts": `const text = \`${text}\`;`, "copy/3.ts": text });
  git(folder, "add", "notes.md", "example.test.ts", "copy");
  git(folder, "commit", "-qm", "notes");
  expect((await review(project, "--base", "HEAD", "--no-database")).revisions).toEqual([THREE]);
  // The folder of the revisions moves, and its files get other names.
  git(folder, "add", "migrations");
  git(folder, "commit", "-qm", "three");
  mkdirSync(join(folder, "db"));
  renameSync(join(folder, "migrations"), join(folder, "db/history"));
  renameSync(join(folder, "db/history/3.ts"), join(folder, 'db/history/third "q".ts'));
  const moved = ["--migrations", "db/history", "--no-database"];
  expect((await review(project, ...moved, "--base", "HEAD")).revisions).toEqual([]);
  expect((await review(project, ...moved, "--base", "HEAD~1")).revisions).toEqual([THREE]);
  // A clone of one commit has its files, and nothing before.
  const clone = join(folder, "clone");
  git(folder, "clone", "-q", "--depth", "1", `file://${folder}`, clone);
  const shallow = await project.run("review", "--migrations", "clone/migrations", "--no-database", "--base", "HEAD");
  expect(shallow.stdout).toBe("There is no revision to review.\n");
  const missing = await project.run("review", "--migrations", "clone/migrations", "--no-database", "--base", "HEAD~1");
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("In CI, fetch it first.") });
  const unknown = await project.run("review", "--base", "nothing", "--no-database");
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("USAGE: git could not read nothing") });
});
