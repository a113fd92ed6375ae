import { describe, expect, it } from "vitest";
import { compileProject } from "../support/adopting.ts";
import { NEST_FILES } from "../support/nest-project.ts";
import { connect, newest, oldest, withDatabase } from "../support/servers.ts";
import {
  cliProject,
  databaseLine,
  expectDone,
  expectRefused,
  MODULE,
  ORMCONFIG,
  revisionText,
  SHOP,
  shopModel,
} from "./support.ts";

const CITY = '  @Column({ type: "text", nullable: true }) city: string | null;\n';
const NOBODY = ["--url", "postgres://nobody@127.0.0.1:1/none"];

describe("the way of a change", () => {
  it("from models to an upgraded database, and back", () =>
    withDatabase(oldest(), async (url) => {
      const project = cliProject(SHOP, url);
      expectDone(await project.run("current"), /^The database has no revision yet\.\n$/);
      expectDone(await project.run("verify", "--all", "--on", url), "Nothing to prove: the history has no revisions.");
      const text = await project.run(
        "revision",
        "--autogenerate",
        "-m",
        "Shops",
        "--dry-run",
        "--rev-id",
        "aaaa11110000",
      );
      expectDone(text, /^\/\*\* Shops \*\/\nimport type \{ Operations \} from "typeorm-remodel";\n/);
      expect(project.files()).toEqual(SHOP);

      const wrote = await project.run("revision", "--autogenerate", "-m", "Shops", "--rev-id", "aaaa11110000");
      expectDone(wrote, /^Wrote migrations\/aaaa11110000_shops\.ts: 1 change\.\n$/);
      expect(project.files()["migrations/aaaa11110000_shops.ts"]).toBe(text.stdout);

      const pending = await project.run("check");
      expect(pending).toEqual({
        code: 1,
        stdout: "The database is not at head; pending: aaaa11110000. Run: remodel upgrade\n",
        stderr: databaseLine(url),
      });
      expect(await project.run("check", "--all")).toEqual({
        ...pending,
        stdout: `${pending.stdout}Models and database differ in 1 change:\n  create table shop\n`,
      });
      const upgraded = await project.run("upgrade");
      expect(upgraded).toMatchObject({ code: 0, stderr: `${databaseLine(url)}Applying 1 of 1: aaaa11110000 Shops\n` });
      expect(upgraded.stdout).toMatch(/^Applied 1 revision:\n {2}aaaa11110000 {2}Shops {2}\d+ ms\n$/);
      expectDone(await project.run("upgrade"), /^Nothing to do/);
      expectDone(await project.run("check"), /^In sync/);
      expectDone(await project.run("diff"), /^$/);
      expectDone(await project.run("revision", "--autogenerate", "-m", "Nothing"), /^Nothing to do/);
      expect(Object.keys(project.files())).toHaveLength(Object.keys(SHOP).length + 1);

      project.write({ "models/shop.ts": shopModel(CITY) });
      const diff = await project.run("diff");
      expect(diff).toMatchObject({ code: 1, stderr: databaseLine(url) });
      expect(diff.stdout).toMatch(
        /^1 change from the database to the models:\n {2}add column shop.city\n\n--- database\n\+\+\+ models\n@@ .*\n table shop\n(?:.*\n)*\+ {2}"city" text\n/,
      );
      expect(await project.run("diff", "--sql")).toEqual({
        code: 1,
        stdout: 'ALTER TABLE "shop" ADD COLUMN "city" text;\n',
        stderr: databaseLine(url),
      });
      const beside = await project.run("diff", "--side-by-side");
      expect(beside.stdout).toMatch(/\ndatabase +models\n/);
      expect(beside.stdout).toMatch(/\n +> {3}"city" text\n/);
      await project.run("revision", "--autogenerate", "-m", "Cities", "--rev-id", "bbbb22220000");
      expect((await project.run("upgrade", "+1")).code).toBe(0);
      expectDone(await project.run("current"), /^bbbb22220000 {2}Cities \(head\)\n$/);
      const down = await project.run("downgrade", "-1");
      expect(down).toMatchObject({ code: 0, stderr: `${databaseLine(url)}Undoing 1 of 1: bbbb22220000 Cities\n` });
      expect(down.stdout).toMatch(/^Undid 1 revision:\n {2}bbbb22220000 {2}Cities/);
      expect((await project.run("current", "--check-heads")).code).toBe(1);
      const base = await project.run("downgrade", "base", "--quiet");
      expect(base).toMatchObject({ code: 0, stderr: "" });
      expect(await tables(url)).toEqual(["remodel_log", "remodel_revision"]);
    }));

  it("is shown beside the model of the new name, where a table is guessed to be renamed", () =>
    withDatabase(newest(), async (url) => {
      const road = shopModel().replace("Shop", "Road").replace("name", "number");
      const project = cliProject({ ...SHOP, "models/road.ts": road }, url);
      await project.run("revision", "--autogenerate", "-m", "Shops");
      await project.run("upgrade");
      project.write({ "models/shop.ts": shopModel().replace("Shop", "Alley") });
      const diff = await project.run("diff");
      expect(diff.stdout).toContain("  rename table shop to alley\n");
      expect(diff.stdout).toContain("\n table alley\n");
      expect(diff.stdout).not.toMatch(/^[-+]table/m);
      expect((await project.run("diff", "--side-by-side")).stdout).toMatch(/\ntable alley +table alley\n/);
    }));

  it("is stamped where the tables are there already", () =>
    withDatabase(newest(), async (url) => {
      const project = cliProject(SHOP, url);
      await project.run("revision", "--autogenerate", "-m", "Shops", "--rev-id", "000000000001");
      await project.run("revision", "-m", "Empty", "--rev-id", "1e5000000000");
      expectDone(await project.run("stamp", "000000000001"), "with 1 revision, at 000000000001.");
      expectDone(await project.run("stamp", "heads"), "with 2 revisions, at 1e5000000000.");
      expectDone(await project.run("current"), /^1e5000000000 {2}Empty \(head\)\n$/);
      expect(await tables(url)).toEqual(["remodel_log", "remodel_revision"]);
      expectDone(await project.run("stamp", "base"), "The database is now stamped with no revision.");
    }));

  it("goes through a question, which `todo` lists and `upgrade` refuses", () =>
    withDatabase(newest(), async (url) => {
      const project = cliProject(SHOP, url);
      await project.run("revision", "--autogenerate", "-m", "Shops", "--rev-id", "aaaa11110000");
      await project.run("upgrade");
      project.write({ "models/shop.ts": shopModel().replace(" name:", " title:") });
      const wrote = await project.run("revision", "--autogenerate", "-m", "Titles", "--rev-id", "bbbb22220000");
      expectDone(wrote, /: 1 change, 1 TODO to answer\.\n$/);
      const file = "migrations/bbbb22220000_titles.ts";
      const text = project.files()[file]!;
      const lines = text.split("\n").flatMap((line, at) => (line.startsWith("  op.todo(") ? [at + 1] : []));
      expect(lines.length).toBeGreaterThan(0);

      const todo = await project.run("todo");
      expect(todo).toMatchObject({ code: 1, stderr: "" });
      expect(todo.stdout.match(/^\S+:\d+/gm)).toEqual(lines.map((line) => `${file}:${line}`));
      expect(await project.run("todo", "aaaa")).toEqual({ code: 0, stdout: "No question is open.\n", stderr: "" });
      const checked = JSON.parse((await project.run("check", "--json")).stdout);
      expect(checked.todos).toEqual(
        lines.map((line) => ({
          revision: "bbbb22220000",
          file: `${project.folder}/${file}`,
          line,
          text: expect.stringContaining("shop.name"),
        })),
      );
      expectRefused(await project.run("upgrade"), "REVISION_UNFINISHED", `${file}:${lines[0]}  `, "delete op.todo");
      project.write({ [file]: text.replace(/^ *op\.todo\((?:.|\n)*?\);\n/gm, "") });
      expect((await project.run("upgrade")).code).toBe(0);
      expectDone(await project.run("check"), "In sync");
    }));
});

describe("the history", () => {
  const HISTORY = {
    ...MODULE,
    "migrations/1.ts": revisionText("aaaa11110000", null),
    "migrations/2.ts": revisionText("bbbb22220000", "aaaa11110000"),
    "migrations/3.ts": revisionText("cccc33330000", "aaaa11110000"),
  };

  it("is looked at without a database or models, joined, and edited", async () => {
    const project = cliProject(HISTORY);
    const run = (...args: string[]) => project.run(...args, ...NOBODY);
    expectDone(await run("heads"), /^bbbb22220000 {2}Revision bbbb22220000\ncccc33330000 {2}Revision cccc33330000\n$/);
    expectDone(await run("branches"), /^aaaa11110000 +Revision aaaa11110000\n {2}→ bbbb.*\n {2}→ cccc.*\n$/);
    expectDone(
      await run("merge", "heads", "-m", "Both", "--rev-id", "dddd44440000"),
      /^Wrote migrations\/dddd44440000_both\.ts\.\n$/,
    );
    expectDone(await run("heads"), /^dddd44440000 {2}Both\n$/);
    const history = await run("history");
    expectDone(history, /^dddd44440000 {2}Both \(head, merge\)\n/);
    expect(history.stdout).toMatch(/\naaaa11110000 {2}Revision aaaa11110000 \(base, branch point\)\n$/);
    expectDone(await run("history", "-r", "bbbb:bbbb"), /^bbbb22220000 {2}Revision bbbb22220000\n$/);
    expectDone(await run("show", "dddd"), /^Revision {2}dddd44440000\nFollows {3}bbbb22220000, cccc33330000\n/);
    expectDone(await run("show", "aaaa"), /File {6}migrations\/1\.ts\n\n\/\*\* Revision aaaa11110000\. \*\/\n/);
    expectDone(await run("upgrade", "--sql"), /^-- remodel upgrade --sql heads\n/);

    const edited = await project.startWith({ EDITOR: "tee -a" }, "edit", "aaaa", ...NOBODY).ended;
    expect(edited).toMatchObject({ code: 0, stderr: "" });
    expectRefused(await run("edit", "aaaa"), "USAGE", "No editor is set.", "Set EDITOR");
    const failed = await project.runWith({ EDITOR: "false" }, "edit", "aaaa", ...NOBODY);
    expectRefused(failed, "USAGE", "false ended with 1.", "Set EDITOR to another program");
  });

  it("is of the folder that was named, in the project that was named", async () => {
    const project = cliProject({
      ...MODULE,
      "db/source.ts": `${ORMCONFIG}export const remodel = { migrations: "revisions" };\n`,
      "db/revisions/1.ts": revisionText("aaaa11110000", null),
      "other/1.ts": revisionText("bbbb22220000", null),
    });
    expectDone(await project.run("heads", "-d", "db/source.ts"), /^aaaa11110000 /);
    expectDone(await project.run("heads", "--dataSource", "db/source", "--migrations", "other"), /^bbbb22220000 /);
  });

  it("of another database is another one", () =>
    withDatabase(newest(), (one) =>
      withDatabase(newest(), async (other) => {
        const project = cliProject({ ...SHOP, "migrations/1.ts": revisionText("aaaa11110000", null) }, one);
        expect((await project.run("upgrade", "--url", other)).code).toBe(0);
        expectDone(await project.run("current"), "The database has no revision yet.");
        expectDone(await project.run("current", "--url", other), /^aaaa11110000 /);
      }),
    ));
});

describe("a new project", () => {
  it("is started by `init`, which overwrites nothing and says what is next", async () => {
    const project = cliProject({ "package.json": '{ "dependencies": { "typeorm": "1", "pg": "8" } }' });
    const first = await project.run("init");
    expectDone(first, /^Wrote ormconfig\.ts and migrations\/\.\n/);
    expect(first.stdout).toMatch('npm install typeorm-remodel\n  remodel revision --autogenerate -m "First tables"\n');
    const files = project.files();
    expect(Object.keys(files)).toEqual(["migrations/.gitkeep", "ormconfig.ts", "package.json"]);
    expectDone(await project.run("init"), /^Nothing to do: all files exist already\.\n/);
    expect(project.files()).toEqual(files);
    expectDone(
      await project.run("init", "malls/north"),
      /^Wrote malls\/north\/ormconfig\.ts and malls\/north\/migrations\/\.\n/,
    );
    expectDone(await project.run("heads"), "The history is empty.");
  });

  it("keeps the data source that it has", async () => {
    const project = cliProject({ ...MODULE, "src/data-source.ts": ORMCONFIG });
    expectDone(
      await project.run("init"),
      /^Wrote src\/migrations\/\.\nThe data source is src\/data-source\.ts\. Next, run:\n/,
    );
    expect(Object.keys(project.files())).not.toContain("ormconfig.ts");
  });

  it("leaves the output of the compiler where it was, in a Nest project", async () => {
    const kept = Object.entries(NEST_FILES).filter(([name]) => !name.startsWith("src/database/"));
    const types = "declare const process: { env: Record<string, string | undefined> };\n";
    const project = cliProject({ ...Object.fromEntries(kept), "src/node.d.ts": types });
    expect(compileProject(project.folder)).toBe("");
    const before = Object.keys(project.files());
    expectDone(await project.run("init"), /^Wrote src\/data-source\.ts and src\/migrations\/\.\n/);
    expect(compileProject(project.folder)).toBe("");
    const added = Object.keys(project.files()).filter((name) => !before.includes(name));
    expect(added).toEqual(["dist/data-source.js", "src/data-source.ts", "src/migrations/.gitkeep"]);
  });
});

describe("a project of TypeORM's migrations", () => {
  const OLD = `import { MigrationInterface } from "typeorm";
export class Init1700000000000 implements MigrationInterface { async up() {} async down() {} }
`;

  it("gets no revision in the folder of TypeORM, and is told to adopt", async () => {
    const project = cliProject({ ...SHOP, "migrations/1700000000000-Init.ts": OLD });
    expectRefused(
      await project.run("history"),
      "FOLDER_TYPEORM",
      "1700000000000-Init.ts is a migration",
      "remodel adopt",
    );
    const started = await project.run("init");
    expectDone(started, /^Nothing to do: all files exist already\.\n/);
    expect(started.stdout).toMatch(/ {2}remodel adopt\n$/);
  });

  it("gets no revision where TypeORM would take it for its own", async () => {
    await withDatabase(newest(), async (url) => {
      const source = ORMCONFIG.replace("entities:", 'migrations: ["dist/migrations/*.js"], entities:');
      const project = cliProject({ ...SHOP, "ormconfig.ts": source }, url);
      const refused = await project.run("revision", "--autogenerate", "-m", "Shops");
      expectRefused(refused, "FOLDER_TYPEORM", "among the migrations of the data source", "remodel adopt");
      const elsewhere = await project.run("revision", "--autogenerate", "-m", "Shops", "--migrations", "revisions");
      expect(elsewhere.code).toBe(0);
    });
  });
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

it("words after -- are read as if it were not there", () =>
  withDatabase(newest(), async (url) => {
    const history = {
      "migrations/a.ts": revisionText("aaaa11110000", null),
      "migrations/b.ts": revisionText("bbbb22220000", "aaaa11110000"),
    };
    const project = cliProject({ ...MODULE, ...history }, url);
    const at = async (...words: readonly string[]) => {
      expect(await project.run("--url", url, ...words)).toMatchObject({ code: 0 });
      return JSON.parse((await project.run("current", "--url", url, "--json")).stdout).current;
    };
    expect(await at("upgrade", "--", "aaaa")).toEqual(["aaaa11110000"]);
    expect(await at("--", "upgrade", "head")).toEqual(["bbbb22220000"]);
    expect(await at("downgrade", "--", "-1")).toEqual(["aaaa11110000"]);
    expectRefused(
      await project.run("current", "--url", url, "--", "head"),
      "USAGE",
      /Unknown argument: head/,
      "To see",
    );
  }));

it("rebase says what the move of an applied revision means, and what to do instead", () =>
  withDatabase(newest(), async (url) => {
    const fork = {
      ...MODULE,
      "migrations/a.ts": revisionText("aaaa11110000", null),
      "migrations/b.ts": revisionText("bbbb22220000", "aaaa11110000"),
      "migrations/c.ts": revisionText("cccc33330000", "aaaa11110000"),
    };
    const project = cliProject(fork, url);
    await project.run("upgrade", "heads", "--url", url);
    const { stderr } = await project.run("rebase", "cccc", "--onto", "bbbb", "--url", url);
    expect(stderr).toMatch(/\nNote: cccc33330000 is applied in this database, as is all that it follows now: /);
    const line = 'export const downRevision = "aaaa11110000";';
    expect(stderr).toMatch(
      `\n  To join the heads instead, write in migrations/c.ts: ${line}\n  Then run: remodel merge heads\n`,
    );
    // It cannot be moved back, since that makes a second head; what is refused says the same line.
    const back = await project.run("rebase", "cccc", "--onto", "aaaa", "--url", url);
    expectRefused(back, "GRAPH_HEADS", "Without cccc33330000, revision bbbb22220000 would be a head.", line);
    project.write({
      "migrations/c.ts": (project.files()["migrations/c.ts"] ?? "").replace(/^export const downRevision .*$/m, line),
    });
    expect(project.files()["migrations/c.ts"]).toBe(fork["migrations/c.ts"]);
    expect(await project.run("merge", "heads", "--url", url)).toMatchObject({ code: 0 });
  }));

describe("rebase without a database", () => {
  it("moves a revision onto the other head, then has nothing to do", async () => {
    const fork = {
      "package.json": '{ "type": "module" }',
      "migrations/a.ts": revisionText("aaaa11110000", null),
      "migrations/b.ts": revisionText("bbbb22220000", "aaaa11110000"),
      "migrations/c.ts": revisionText("cccc33330000", "aaaa11110000"),
    };
    const project = cliProject(fork);
    const rebase = () => project.run("rebase", "cccc", "--onto", "bbbb", ...NOBODY);
    const note = /could not check whether cccc33330000 is applied in a database/;
    const moved = await rebase();
    expect(moved).toMatchObject({ code: 0, stderr: expect.stringMatching(note) });
    expect(moved.stdout).toBe("Moved cccc33330000 from aaaa11110000 onto bbbb22220000 in migrations/c.ts.\n");
    expect(project.files()).toEqual({ ...fork, "migrations/c.ts": revisionText("cccc33330000", "bbbb22220000") });
    expect((await rebase()).stdout).toBe("Nothing to do: cccc33330000 already follows bbbb22220000.\n");
  });
});

it("todo names a file that cannot be read, also one that has no question", async () => {
  const broken =
    'export const revision = "aaaa11110000";\nexport const downRevision = null;\nexport function upgrade(op {\n';
  const project = cliProject({ ...SHOP, "migrations/1.ts": broken });
  expectRefused(await project.run("todo"), "MODULE_INVALID", /migrations\/1\.ts:3/, "Correct the syntax error.");
});
