import { expect, test } from "vitest";
import { until } from "../support/running.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { addEmbedded, type CliProject, cliProject, MODULE, ORMCONFIG, revisionText, shopModel } from "./support.ts";

const [FIRST, RENAME, DROP] = ["aaaa11110000", "bbbb22220000", "cccc33330000"];

/** A shop whose fax becomes its phone, and which then loses its note. */
const COMPLETED = {
  ...MODULE,
  "migrations/1.ts": revisionText(
    FIRST,
    null,
    `  op.createTable("shop", { columns: [{ name: "id", type: "integer" }, { name: "fax", type: "text", nullable: true }, { name: "note", type: "text", nullable: true }], primaryKey: { columns: ["id"] } });`,
    `  op.dropTable("shop");`,
  ),
  "migrations/2.ts": revisionText(
    RENAME,
    FIRST,
    `  op.renameColumn("shop", "fax", "phone");`,
    `  op.renameColumn("shop", "phone", "fax");`,
  ),
  "migrations/3.ts": revisionText(
    DROP,
    RENAME,
    `  op.dropColumn("shop", "note");`,
    `  op.addColumn("shop", { name: "note", type: "text", nullable: true });`,
  ),
};

test("a rename is proved, also on the embedded database; a column that goes has to be declared", () =>
  withProject(async (project, url) => {
    const renamed = await verify(project, url, "bbbb", "--on", "pglite");
    expect(renamed).toMatchObject({ on: "pglite", revisions: [{ revision: RENAME, proved: true, notProved: [] }] });
    expect(renamed.revisions[0].columns).toEqual([
      { table: "shop", column: "id", fate: "kept", rows: 20, changed: 0 },
      { table: "shop", column: "fax", fate: "renamed", to: "shop.phone", rows: 20, changed: 0 },
      { table: "shop", column: "note", fate: "kept", rows: 20, changed: 0 },
    ]);
    expect(renamed.revisions[0].locks).toBe("as declared");
    const all = await project.run("verify", "--all", "--url", url, "--on", url, "--rows", "5");
    expect(all.code).toBe(1);
    expect(all.stdout).toContain(`${DROP}  Revision ${DROP}: NOT PROVED
  ✗ shop: note is gone, with the values of 4 rows. If that is right, write op.accept("drop-column", "the reason") before the operation, or add --accept-loss shop.note
  shop.note  gone  5 rows
  2 columns kept, in 1 table with rows
  upgrade    loses shop.note
  downgrade  lossless
  locks      as declared

2 of 3 revisions proved on `);
    const accepted = await verify(project, url, "--all", "--on", url, "--accept-loss", "shop.note");
    expect(accepted.revisions.map(({ proved }: { proved: boolean }) => proved)).toEqual([true, true, true]);
    expect(accepted.revisions[2]).toMatchObject({
      upgrade: { grade: "loses", loses: ["shop.note"] },
      downgrade: { grade: "lossless", loses: [] },
    });
    const declared = COMPLETED["migrations/3.ts"].replace(
      "  op.drop",
      `  op.accept("drop-column", "unused");\n  op.drop`,
    );
    project.write({ "migrations/3.ts": declared });
    expect(await verify(project, url, "cccc", "--on", url)).toMatchObject({ revisions: [{ proved: true }] });
  }));

test("a proof can start from the schema that the live database has", () =>
  withProject(async (project, url) => {
    await project.run("upgrade", "aaaa", "--url", url);
    const client = await connect(url);
    await client.query("ALTER TABLE shop ADD extra integer CHECK (extra > 5)");
    await client.end();
    const { revisions } = await verify(project, url, "bbbb", "--from-live", "--on", url, "--quiet");
    expect(revisions).toMatchObject([{ revision: RENAME, proved: true }]);
    expect(revisions[0].columns).toContainEqual({ table: "shop", column: "extra", fate: "kept", rows: 20, changed: 0 });
    const applied = await project.run("verify", "aaaa", "--from-live", "--on", url, "--url", url, "--quiet");
    expect(applied).toMatchObject({ code: 2, stderr: expect.stringContaining("only pending revisions") });
  }));

test("two heads are run in both orders", () =>
  withProject(async (project, url) => {
    const write = (up: string) => project.write({ "migrations/3.ts": revisionText(DROP, FIRST, up) });
    write(`  op.dropColumn("shop", "note");`);
    expect((await verify(project, url, "--heads", "--on", url)).heads).toEqual({ equal: true });
    write(`  op.sql("UPDATE shop SET fax = 'x'");`);
    const { heads } = await verify(project, url, "--heads", "--on", url);
    expect(heads).toEqual({
      equal: false,
      difference: expect.stringMatching(/^In the order bbbb22220000, cccc33330000 /),
    });
  }));

test("merge and check prove two heads when asked", () =>
  withProject(async (project, url) => {
    const write = (up: string) => project.write({ "migrations/3.ts": revisionText(DROP, FIRST, up) });
    project.write({ "ormconfig.ts": ORMCONFIG, "models/shop.ts": shopModel() });
    const json = async (...args: readonly string[]) => {
      const { code, stdout } = await project.run(...args, "--json", "--quiet", "--url", url, "--prove", "--on", url);
      return { code, ...JSON.parse(stdout) };
    };
    write(`  op.sql("UPDATE shop SET fax = 'x'");`);
    const prove = { equal: false, difference: expect.stringContaining("In the order bbbb22220000, cccc33330000") };
    expect(await json("check")).toMatchObject({ code: 1, prove });
    expect(await json("merge", "heads")).toMatchObject({ code: 1, file: null, prove });
    write(`  op.dropColumn("shop", "note");`);
    expect(await json("check")).toMatchObject({ code: 1, prove: { equal: true } });
    const merged = await json("merge", "heads");
    expect(merged).toMatchObject({ code: 0, file: expect.stringContaining("merge"), prove: { equal: true } });
    const single = await json("check");
    expect(single).not.toHaveProperty("prove");
    const refused = await project.run("merge", "heads", "--on", url);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("prove") });
  }));

test.each<[what: string, up: string, down: string, reason: RegExp]>([
  [
    "drops and adds instead",
    `  op.dropColumn("shop", "fax");\n  op.addColumn("shop", { name: "phone", type: "text", nullable: true });`,
    `  op.dropColumn("shop", "phone");\n  op.addColumn("shop", { name: "fax", type: "text", nullable: true });`,
    /^fax is gone, with the values of 19 rows\./,
  ],
  [
    "renames another column back",
    `  op.renameColumn("shop", "fax", "phone");`,
    `  op.renameColumn("shop", "note", "fax");\n  op.renameColumn("shop", "phone", "note");`,
    /^the values of fax are in shop\.note after the downgrade$/,
  ],
  [
    "does not rename back",
    `  op.renameColumn("shop", "fax", "phone");`,
    "",
    /^After the downgrade the catalog is not the one before the upgrade\. It lacks: ALTER TABLE/,
  ],
  [
    "truncates",
    `  op.alterColumn("shop", "fax", { type: "character varying(10)", using: '"fax"::character varying(10)' });`,
    `  op.alterColumn("shop", "fax", { type: "text" });`,
    /^fax loses values in character varying\(10\), such as 'x{40}…' → 'x{10}'\./,
  ],
  [
    "fails on rows",
    `  op.alterColumn("shop", "fax", { nullable: false });`,
    `  op.alterColumn("shop", "fax", { nullable: true });`,
    /^The upgrade failed: .*contains null values.*\n.*write op\.accept\("rows-in-the-way", /s,
  ],
])("a completion that %s is not proved", (_, up, down, reason) =>
  withProject(async (project, url) => {
    project.write({ "migrations/2.ts": revisionText(RENAME, FIRST, up, down) });
    const { revisions } = await verify(project, url, "bbbb", "--on", url);
    expect(revisions[0].proved).toBe(false);
    expect(revisions[0].notProved.map((problem: { reason: string }) => problem.reason)).toContainEqual(
      expect.stringMatching(reason),
    );
  }),
);

test("a lock and a rewrite that an operation does not declare are named, and not proved", () =>
  withProject(async (project, url) => {
    const makes = `  op.sql(\`CREATE FUNCTION touch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
    IF current_query() LIKE '%RENAME COLUMN%' AND coalesce(current_setting('test.touched', true), '') = '' THEN
      PERFORM set_config('test.touched', 'yes', true);
      ALTER TABLE shop ALTER id TYPE integer USING id + 0; LOCK TABLE mall IN SHARE MODE; END IF; END $$\`);
  op.sql("CREATE EVENT TRIGGER touch ON ddl_command_end EXECUTE FUNCTION touch()");
  op.createTable("mall", { columns: [{ name: "id", type: "integer" }] });`;
    const first = COMPLETED["migrations/1.ts"].replace(/upgrade\b.*\{/, (line) => `${line}\n${makes}`);
    project.write({ "migrations/1.ts": first });
    for (const on of ["pglite", url]) {
      const { revisions } = await verify(project, url, "bbbb", "--on", on);
      const about = { direction: "upgrade", line: expect.any(Number), operation: "renameColumn" };
      expect(revisions[0]).toMatchObject({ proved: false });
      expect(revisions[0].locks).toEqual([
        { ...about, on: "mall", measured: "SHARE" },
        { ...about, on: "shop", measured: "rewrite" },
        { ...about, direction: "downgrade", on: "mall", measured: "SHARE" },
        { ...about, direction: "downgrade", on: "shop", measured: "rewrite" },
      ]);
      expect(revisions[0].notProved[0]).toEqual({
        table: "mall",
        reason: expect.stringMatching(
          /^op\.renameColumn in line \d+ \(upgrade\) locks mall with SHARE and declares no lock on it$/,
        ),
      });
    }
  }));

test("made-up rows that the project does not have are left out, if the revision says so", () =>
  withProject(async (project, url) => {
    const change = (accept: string) =>
      revisionText(
        RENAME,
        FIRST,
        `${accept}  op.alterColumn("shop", "fax", { nullable: false });
  op.createUniqueConstraint("shop", { name: "UQ_note", columns: ["note"] });`,
        `  op.dropConstraint("shop", "UQ_note");
  op.alterColumn("shop", "fax", { nullable: true });`,
      );
    project.write({ "migrations/2.ts": change("") });
    const refused = await verify(project, url, "bbbb", "--on", url);
    expect(refused.revisions[0]).toMatchObject({
      proved: false,
      upgrade: { grade: "failed", loses: [] },
      downgrade: { grade: "not tried", loses: [] },
      notProved: [{ reason: expect.stringMatching(/^The upgrade failed: migrations\/2\.ts:8: /) }],
    });
    project.write({ "migrations/2.ts": change(`  op.accept("rows-in-the-way", "each shop has one");\n`) });
    const accepted = await verify(project, url, "bbbb", "--on", url);
    expect(accepted.revisions[0]).toMatchObject({ proved: true, notProved: [] });
    expect(accepted.revisions[0].columns).toContainEqual(
      expect.objectContaining({ column: "fax", fate: "kept", rows: 19, changed: 0 }),
    );
  }));

test("each open question has a line", () =>
  withProject(async (project, url) => {
    const todos = `  op.todo("Is fax the phone?");\n  op.todo("And the note?");\n`;
    project.write({ "migrations/2.ts": revisionText(RENAME, FIRST, todos) });
    const { code, stdout } = await project.run("verify", "bbbb", "--url", url, "--on", url);
    expect(code).toBe(1);
    expect(stdout).toContain(`: NOT PROVED
  ✗ A question is still open: migrations/2.ts:8  Is fax the phone?
  ✗ A question is still open: migrations/2.ts:9  And the note?
  upgrade    not tried
`);
  }));

test("a signal ends a proof at once: on a server its database is dropped", () =>
  withProject(async (project, url) => {
    const client = await connect(url);
    project.write({ "migrations/2.ts": revisionText(RENAME, FIRST, `  op.sql("SELECT pg_sleep(601)");`) });
    const sleeping = project.start("verify", "bbbb", "--on", url, "--quiet");
    const name = await until(async () => {
      if (sleeping.child.exitCode !== null) return "";
      return (await client.query(SLEEPING)).rows[0]?.datname as string | undefined;
    });
    sleeping.child.kill("SIGTERM");
    expect(await sleeping.ended).toMatchObject({
      code: 143,
      stdout: "",
      stderr: expect.stringMatching(/^CANCELLED: /),
    });
    const left = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    expect([name, left.rowCount]).toEqual([expect.stringMatching(/^remodel_verify_/), 0]);
    await client.end();

    const busy = `  op.run(async (db) => { process.stderr.write("busy"); for (;;) await db.query("SELECT 1"); });`;
    project.write({ "migrations/2.ts": revisionText(RENAME, FIRST, busy) });
    const running = project.start("verify", "bbbb", "--quiet");
    await new Promise((resolve) => running.child.stderr?.once("data", resolve));
    running.child.kill("SIGINT");
    expect(await running.ended).toMatchObject({ code: 130, stdout: "", stderr: expect.stringMatching(/CANCELLED: /) });
  }));

const SLEEPING =
  "SELECT datname FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(601)' AND state = 'active' AND pid <> pg_backend_pid()";

async function withProject(body: (project: CliProject, url: string) => Promise<void>): Promise<void> {
  await withDatabase(newest(), async (url) => {
    const project = cliProject(COMPLETED, url);
    addEmbedded(project);
    await body(project, url);
  });
}

async function verify(project: CliProject, url: string, ...args: readonly string[]) {
  const ran = await project.run("verify", ...args, "--url", url, "--json");
  expect(ran.stderr).toBe("");
  return JSON.parse(ran.stdout);
}
