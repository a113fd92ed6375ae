import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { PINNED_SETTINGS } from "../../src/database.ts";
import { compileProject, rowsIn, runTypeorm, traitsIn } from "../support/adopting.ts";
import { NEST_FILES, NEST_ROWS } from "../support/nest-project.ts";
import { fileText } from "../support/running.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { addEmbedded, type CliProject, cliProject, expectRefused, MODULE, ORMCONFIG } from "./support.ts";

const PENDING = `import { MigrationInterface } from "typeorm";
export class Later1800000000000 implements MigrationInterface { async up() {} async down() {} }
`;
const HOSTILE = readFileSync(fileURLToPath(new URL("../fixtures/adopt-hostile.sql", import.meta.url)), "utf8");
const CODES = `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TABLE shop (id serial PRIMARY KEY, name varchar NOT NULL);
  CREATE TRIGGER touched BEFORE UPDATE ON shop FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE INDEX shop_lower ON shop (lower(name))`;
const SHOP_MODEL = `import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
@Entity() export class Shop { @PrimaryGeneratedColumn() id: number; @Column() name: string; }
`;

describe("a Nest project with ten migrations of TypeORM", () => {
  test("is adopted in a run, and lives on", async () => {
    await withDatabase(newest(), async (url) => {
      const project = await nestProject(url);
      const before = await traitsIn(url);

      project.write({ "src/database/migrations/1800000000000-Later.ts": PENDING });
      const files = project.files();
      const pending = await project.run("adopt", "--on", url);
      expectRefused(pending, "TYPEORM_PENDING", "TypeORM has not run Later1800000000000", "--ignore-pending");
      const dry = await project.run("adopt", "--on", url, "--ignore-pending", "--dry-run", "--json");
      expect(dry.stderr).toContain(
        "Note: TypeORM has not run Later1800000000000. The baseline has what the database has",
      );
      expect({ code: dry.code, ...JSON.parse(dry.stdout) }).toMatchObject({ code: 0, proved: true, stamped: false });
      expect(project.files()).toEqual(files);

      await refuseMovedRoot(project, ["adopt", "--on", url, "--ignore-pending", "--dry-run"]);
      const args = ["adopt", "--rows", "role", "--on", url, "--ignore-pending"];
      const adopted = await project.run(...args, "--rev-id", "ba5e", "--json");
      const answer = JSON.parse(adopted.stdout);
      expect({ code: adopted.code, ...answer }).toMatchObject({
        code: 0,
        baseline: { revision: "ba5e", file: join(project.folder, "src/database/revisions/ba5e_baseline.ts") },
        notCarried: [{ kind: "table", name: "typeorm_migrations", why: "TypeORM keeps it for itself" }],
        proved: true,
        stamped: true,
      });
      for (const object of ["trigger shop_touch of shop", "policy all_malls of mall", "function touch()", "rows role"])
        expect(answer.carried.map(({ kind, name }: Record<string, string>) => `${kind} ${name}`)).toContain(object);
      expect(project.files()["src/database/data-source.ts"]).toMatch(
        /\nexport const remodel = \{ migrations: "revisions", keepNames: true \};\n$/,
      );
      expect(await traitsIn(url)).toEqual(before);
      expect({
        compiler: compileProject(project.folder),
        main: existsSync(join(project.folder, "dist/main.js")),
      }).toEqual({ compiler: "", main: true });

      const again = await project.run(...args, "--rows", "mall", "--json");
      expect({ code: again.code, ...JSON.parse(again.stdout) }).toEqual({ code: 0, ...answer });
      expect(again.stderr).toMatch("The baseline was written before, without the rows of mall.");
      await refuseLess(project, args);
      await noteLater(project, args, url, answer);
      expect((await project.run("check")).code).toBe(0);
      await addColumn(project);
      await withDatabase(newest(), async (other) => {
        expect((await project.run("upgrade", "--url", other)).code).toBe(0);
        expect(await traitsIn(other)).toEqual(await traitsIn(url));
        expect(await rowsIn(other, "SELECT * FROM role ORDER BY name")).toEqual(
          await rowsIn(url, "SELECT * FROM role ORDER BY name"),
        );
      });
    });
  });

  test("may keep its history as it was", async () => {
    await withDatabase(newest(), async (url) => {
      const project = await nestProject(url);
      const wrapped = await project.run("adopt", "--wrap", "--on", url, "--json");
      expect({ code: wrapped.code, ...JSON.parse(wrapped.stdout) }).toMatchObject({
        code: 0,
        proved: true,
        stamped: true,
      });
      const [text = ""] = Object.entries(project.files()).flatMap(([name, all]) =>
        /revisions\//.test(name) ? [all] : [],
      );
      const again = await project.run("adopt", "--on", url, "--json");
      expect(again).toMatchObject({ code: 0, stdout: wrapped.stdout });
      expect(text).toMatch(/import \* as file0 from "\.\.\/migrations\/1700000000001-CreateMall";/);
      await withDatabase(newest(), async (other) => {
        expect((await project.run("upgrade", "--url", other)).code).toBe(0);
        expect(await traitsIn(other)).toEqual(await traitsIn(url));
      });
    });
  });
});

test("a database with everything that is difficult is made again from its baseline, and taken away", async () => {
  await withDatabase(newest(), async (url) => {
    const client = await connect(url);
    await client.query(
      "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'adopt_reader') THEN CREATE ROLE adopt_reader; END IF; END $$",
    );
    await client.query(HOSTILE);
    await client.end();
    const project = cliProject({ ...MODULE, "ormconfig.ts": ORMCONFIG, "models/shop.ts": SHOP_MODEL }, url);
    const adopted = await project.run("adopt", "--on", url, "--json");
    expect({ code: adopted.code, ...JSON.parse(adopted.stdout) }).toMatchObject({
      code: 1,
      notCarried: [{ kind: "publication", name: "pub of rates" }],
      proved: true,
      next: { todos: expect.any(Number) },
    });
    await withDatabase(newest(), async (other) => {
      const [base] = Object.keys(project.files()).flatMap((name) => /migrations\/(\w+)_baseline/.exec(name)?.[1] ?? []);
      expect(await project.run("upgrade", base ?? "", "--url", other)).toMatchObject({ code: 0 });
      const isCarried = ({ object }: { readonly object: string }) => !object.startsWith("publication");
      expect(await traitsIn(other)).toEqual((await traitsIn(url)).filter(isCarried));
      expect((await project.run("downgrade", "base", "--url", other)).code).toBe(0);
      expect(await traitsIn(other)).toEqual([]);
    });
  });
});

test("of eight malls that follow, the two that have drifted are named", async () => {
  await withDatabase(newest(), async (url) => {
    const malls = Array.from({ length: 8 }, (_, at) => `mall_${at + 1}`);
    const client = await connect(url);
    for (const mall of malls) await client.query(`CREATE SCHEMA ${mall}; SET search_path = ${mall}; ${CODES}`);
    await client.query(
      "ALTER TABLE mall_3.shop ADD fax text; DROP INDEX mall_6.shop_lower; ALTER TABLE mall_6.shop ALTER name TYPE text",
    );
    await client.end();
    const config = `export const remodel = ${JSON.stringify({ url, keepNames: true, fleet: { tenants: { schemas: "mall_*" } } })};\n`;
    const files = { ...MODULE, "ormconfig.ts": ORMCONFIG, "models/shop.ts": SHOP_MODEL, "remodel.config.ts": config };
    const project = cliProject(files, url);
    const adopted = await project.run("adopt", "--schema", "mall_1", "--on", url, "--rev-id", "ba5e");
    expect({ code: adopted.code, stdout: adopted.stdout }).toMatchObject({ code: 0 });
    const stamped = await project.run("fleet", "stamp", "head", "--json");
    const { classes } = JSON.parse(stamped.stdout);
    expect(classes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ outcome: "stamped", count: 5 }),
        expect.objectContaining({ outcome: "there", tenants: ["mall_1"] }),
        expect.objectContaining({ outcome: "skipped", tenants: ["mall_3"] }),
        expect.objectContaining({ outcome: "skipped", tenants: ["mall_6"] }),
      ]),
    );
  });
});

/** Settings of a database under which values have another text. */
const ODD_SETTINGS = {
  DateStyle: "German, DMY",
  IntervalStyle: "iso_8601",
  TimeZone: "Asia/Tokyo",
  bytea_output: "escape",
  extra_float_digits: "-10",
  xmloption: "document",
  quote_all_identifiers: "on",
  standard_conforming_strings: "off",
};
const EVERY_VALUE = `CREATE DOMAIN price AS money; CREATE TYPE span AS (at timestamptz, long interval);
  CREATE TABLE kind (id int PRIMARY KEY, d date, t timestamptz, z timetz, i interval, f float8, g float4, b bytea, m money,
    l money[], p price, s span, r tstzrange, n name, j json, k jsonb, c char(5), x xml, v varbit, o regclass, w boolean);
  INSERT INTO kind SELECT n, DATE '2024-02-03' + n, '2024-02-03 04:05:06+09', '04:05:06+02', '1 mon -2 days 3:04', 1/3.0, 1/3.0,
    'a\\001', 1234.56, ARRAY[-1, 2.5]::numeric[]::money[], 7, ROW ('2024-02-03'::timestamptz, '1 day'::interval)::span, '[2024-02-03, 2024-05-06)', 'a',
    '{"a": "\\\\"}', '[1]', 'a', 'a<b/>', B'101', 'kind', true FROM generate_series(1, 2) n`;

test("rows of lookup tables come back equal where settings print their values in another way", () =>
  withDatabase(newest(), (url) =>
    withDatabase(newest(), async (other) => {
      await applySettings(url, ODD_SETTINGS);
      const client = await connect(url);
      await client.query("SET standard_conforming_strings = on; SET xmloption = content");
      await client.query(EVERY_VALUE).finally(() => client.end());
      const model = `import { Entity, PrimaryColumn } from "typeorm";\n@Entity() export class Shop { @PrimaryColumn() id: number; }\n`;
      const project = cliProject({ ...MODULE, "ormconfig.ts": ORMCONFIG, "models/shop.ts": model }, url);
      const adopted = await project.run("adopt", "--on", url, "--rows", "kind", "--rev-id", "ba5e", "--json");
      expect(JSON.parse(adopted.stdout)).toMatchObject({ proved: true, stamped: true });
      // What the text of an amount means depends on lc_monetary: some currencies have no cents.
      const [text = ""] = Object.entries(project.files()).flatMap(([file, one]) =>
        file.includes("ba5e_") ? [one] : [],
      );
      expect(text).toMatch(/\bm: "1234\.56",\s+l: "\{-1\.00,2\.50\}",\s+p: "7\.00"/);
      expect(text).toContain('types: { m: "numeric", l: "numeric[]", p: "numeric" }');
      // The next revision is the head, which no other database has: they are stamped with the baseline.
      const { stdout } = await project.run("adopt", "--on", url);
      expect(stdout).toContain("remodel fleet stamp ba5e. It stamps only those that equal the baseline.");
      await applySettings(other, { ...ODD_SETTINGS, DateStyle: "SQL, MDY", TimeZone: "America/New_York" });
      expect(await project.run("upgrade", "ba5e", "--url", other)).toMatchObject({ code: 0 });
      for (const one of [url, other]) await applySettings(one, PINNED_SETTINGS);
      const rows = "SELECT k::text FROM kind k ORDER BY id";
      expect(await rowsIn(other, rows)).toEqual(await rowsIn(url, rows));
    }),
  ));

async function applySettings(url: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const client = await connect(url);
  for (const [name, value] of Object.entries(settings))
    await client.query(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET ${name} = %L', current_database(), '${value}'); END $$`,
    );
  await client.end();
}

test("what adopt refuses, with what to type", async () => {
  await withDatabase(newest(), async (url) => {
    const client = await connect(url);
    await client.query(`${CODES}; CREATE TABLE kind (id int PRIMARY KEY, shop int REFERENCES shop); INSERT INTO shop (name) VALUES ('a'); INSERT INTO kind VALUES (1, 1);
      CREATE EXTENSION pg_buffercache`);
    const project = cliProject({ ...MODULE, "ormconfig.ts": ORMCONFIG, "models/shop.ts": SHOP_MODEL }, url);
    expectRefused(await project.run("stamp", "head"), "HISTORY_EMPTY", "remodel adopt", "--migrations DIR");
    expectRefused(await project.run("adopt", "--on", url, "--rows", "roles"), "USAGE", "no table roles", "--rows");
    expectRefused(
      await project.run("adopt", "--on", url, "--rows", "kind"),
      "USAGE",
      "Rows of kind reference shop",
      "--rows kind,shop",
    );
    expectRefused(
      await project.run("adopt", "--on", url, "--wrap"),
      "USAGE",
      "no migrations that could be wrapped",
      "--wrap",
    );
    addEmbedded(project);
    expectRefused(await project.run("adopt"), "EXTENSION_MISSING", "pg_buffercache", "--on postgres://");
    await client.query("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v AS SELECT f() AS x");
    await client.query("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT x FROM v; END");
    expectRefused(await project.run("adopt", "--on", url), "BASELINE_CIRCLE", "function f()", "--wrap");
    expect(Object.keys(project.files())).not.toContain("migrations");

    // No model declares kind: it is made for new databases, and no revision drops it here.
    await client.query("DROP FUNCTION f CASCADE; CREATE SCHEMA side");
    const adopted = await project.run("adopt", "--on", url, "--rows", "kind,shop");
    expect(adopted.stdout).toMatch("No model declares kind: left alone, as exclude in the configuration says.");
    const files = project.files();
    expect(files["ormconfig.ts"]).toMatch('exclude: ["kind"]');
    const again = await project.run("adopt", "--on", url, "--rows", "kind,shop");
    expect(again.stdout).toMatch("No model declares kind: left alone, as exclude in the configuration says.");
    expect(project.files()).toEqual(files);
    const texts = Object.entries(files).filter(([name]) => name.startsWith("migrations/"));
    const upgrades = texts.map(([, text]) => text.replace(/function downgrade.*/s, "")).join("");
    expect(upgrades).toMatch('op.createTable("kind"');
    expect(upgrades).toMatch('op.sql("CREATE SCHEMA side")');
    expect(upgrades).not.toMatch(/dropTable|Schema\(/);
    await client.query("DROP TABLE kind");
    await client.end();

    // A schema of a revision goes when no model names it any more, but not while it has what models cannot declare.
    const routine = "CREATE FUNCTION more.f() RETURNS int LANGUAGE sql AS 'SELECT 1'";
    const text = `op.createSchema("none"); op.createSchema("more"); op.sql(${JSON.stringify(routine)});`;
    const head = JSON.parse((await project.run("heads", "--json")).stdout).heads[0].revision;
    project.write({ "migrations/aaaa_more.ts": fileText("aaaa_more", head, text) });
    expect(await project.run("upgrade")).toMatchObject({ code: 0 });
    const { stdout, stderr } = await project.run("diff", "--sql");
    expect(stdout).toBe('DROP SCHEMA "none";\n');
    expect(stderr).toMatch("Left alone: schema more: it has objects that no model declares.");
  });
});

test("a revision that is no baseline and not applied is no fault of adopt", () =>
  withDatabase(newest(), async (url) => {
    const history = { "migrations/a_shop.ts": fileText("a_shop", null, 'op.sql("CREATE TABLE shop (id integer)");') };
    const project = cliProject({ ...MODULE, "ormconfig.ts": ORMCONFIG, "models/shop.ts": SHOP_MODEL, ...history }, url);
    const { code, stderr } = await project.run("adopt", "--on", url);
    expect(code).toBe(2);
    expect(stderr).toMatch(/\nBASELINE_UNPROVED: .*should not have, the table shop/);
    expect(stderr).toMatch(
      /\n {2}Nothing was written\. a_shop is the only .* does not have it\. To apply it, run: remodel upgrade\n {2}To make another baseline, delete its file first\.\n$/,
    );
  }));

/** A baseline from which a person took something out is not proved any more. */
async function refuseLess(project: CliProject, args: readonly string[]): Promise<void> {
  const file = "src/database/revisions/ba5e_baseline.ts";
  const text = project.files()[file] ?? "";
  const less = text.replace(/ {2}op\.sql\("CREATE TRIGGER .*\n/, "").replace(/ {2}op\.sql\("DROP TRIGGER .*\n/, "");
  project.write({ [file]: less });
  const refused = await project.run(...args);
  expectRefused(refused, "BASELINE_UNPROVED", "it lacks the trigger shop_touch of shop", "adopt --wrap");
  project.write({ [file]: text });
}

/** What comes to the database later is no fault of a baseline that nobody edited. */
async function noteLater(project: CliProject, args: readonly string[], url: string, answer: object): Promise<void> {
  const client = await connect(url);
  await client.query("CREATE VIEW late AS SELECT 1 AS one");
  const later = await project.run(...args, "--json");
  await client.query("DROP VIEW late");
  await client.end();
  expect({ code: later.code, ...JSON.parse(later.stdout) }).toEqual({
    code: 0,
    ...answer,
    carried: [],
    notCarried: [],
  });
  expect(later.stderr).toMatch(
    "The database has changed since it was adopted, so its baseline no longer makes all that it has.",
  );
}

/** The compiler of the project takes every folder but those that it excludes. */
async function refuseMovedRoot(project: CliProject, args: readonly string[]): Promise<void> {
  const moving = await project.run(...args, "--migrations", "db/revisions");
  const why = "compiles db/revisions too, which is not below src: with a file there, all output moves to other paths";
  expectRefused(moving, "USAGE", why, /Add "db\/revisions" to "exclude" in tsconfig.*--migrations src\/revisions/);
  const files = project.files();
  const compiler = "tsconfig.build.json" in files ? "tsconfig.build.json" : "tsconfig.json";
  const text = files[compiler] ?? "";
  project.write({ [compiler]: JSON.stringify({ ...JSON.parse(text), exclude: ["db", "node_modules", "dist"] }) });
  expect((await project.run(...args, "--migrations", "db/revisions")).code).toBe(0);
  project.write({ [compiler]: text });
}

async function nestProject(url: string): Promise<CliProject> {
  const project = cliProject(NEST_FILES, url);
  symlinkSync(fileURLToPath(new URL("../..", import.meta.url)), join(project.folder, "node_modules/typeorm-remodel"));
  expect(compileProject(project.folder)).toBe("");
  runTypeorm(project.folder, url);
  const client = await connect(url);
  await client.query(NEST_ROWS);
  await client.end();
  return project;
}

async function addColumn(project: CliProject): Promise<void> {
  const text = project.files()["src/malls/mall.entity.ts"] ?? "";
  project.write({
    "src/malls/mall.entity.ts": text.replace(
      "@Column() title",
      "@Column({ nullable: true }) city: string;\n  @Column() title",
    ),
  });
  expect(await project.run("revision", "--autogenerate", "-m", "City")).toMatchObject({ code: 0 });
  expect(await project.run("upgrade")).toMatchObject({ code: 0 });
}
