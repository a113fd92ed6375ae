import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileText } from "../support/running.ts";
import { connect, createDatabase, type TestDatabase } from "../support/servers.ts";
import { type CliProject, cliProject, expectDone, expectRefused, type Files, MODULE, ORMCONFIG } from "./support.ts";

const SHOP_MODEL = `import { Entity, PrimaryColumn } from "typeorm";
@Entity() export class Shop { @PrimaryColumn() id: number; }
`;
const CHAIN: Files = {
  ...MODULE,
  "ormconfig.ts": ORMCONFIG,
  "models/shop.ts": SHOP_MODEL,
  "migrations/a_mall.ts": fileText(
    "a_mall",
    null,
    'op.sql("CREATE TABLE mall (id integer)");',
    'op.sql("DROP TABLE mall");',
  ),
  "migrations/b_shop.ts": fileText(
    "b_shop",
    "a_mall",
    'op.createEnum("kind", ["old"]); op.sql("CREATE TABLE shop (id integer NOT NULL, kind kind)");',
    'op.sql("DROP TABLE shop"); op.dropEnum("kind");',
  ),
  "migrations/c_kind.ts": fileText("c_kind", "b_shop", 'op.addEnumValue("kind", "new");'),
  "migrations/d_rows.ts": fileText(
    "d_rows",
    "c_kind",
    `op.accept("unknown-sql", "one row"); op.sql("INSERT INTO shop VALUES ($1, 'new')", [1]);`,
    'op.sql("DELETE FROM shop");',
  ).replace("\n\n", "\n\nexport const statementTimeout = 600_000;\nexport const lockTimeout = 100;\n"),
};
const NEXT = fileText(
  "e_next",
  "d_rows",
  'op.sql("ALTER TABLE shop ADD note text");',
  'op.sql("ALTER TABLE shop DROP note");',
);
const OLD = ["b_shop", "c_kind", "d_rows"];

let database: TestDatabase;

beforeAll(async () => {
  const malls = ["mall_all", "mall_some", "mall_none"];
  database = await createDatabase(undefined, { sql: malls.map((name) => `CREATE SCHEMA ${name};`).join("") });
});

afterAll(() => database.drop());

/** A project whose malls are schemas of the database. */
function fleetProject(): CliProject {
  const config = { url: database.url, fleet: { tenants: { schemas: "mall_*" } } };
  return cliProject(
    { ...CHAIN, "remodel.config.ts": `export const remodel = ${JSON.stringify(config)};\n` },
    database.url,
  );
}

async function query(sql: string): Promise<readonly unknown[]> {
  const client = await connect(database.url);
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

const listRows = (mall: string) => query(`SELECT revision FROM ${mall}.remodel_revision ORDER BY applied_at, revision`);

async function listStates(project: CliProject, target: string): Promise<object> {
  const { classes } = JSON.parse((await project.run("fleet", "status", target, "--json")).stdout);
  return Object.fromEntries(
    classes.flatMap((one: { state: string; current: string[]; tenants: string[] }) =>
      one.tenants.map((name) => [name, `${one.state} ${one.current}`]),
    ),
  );
}

test("a fleet goes past a squashed revision: malls with all, with some and with none of what it replaces", async () => {
  const project = fleetProject();
  for (const [mall, target] of [
    ["mall_all", "d_rows"],
    ["mall_some", "b_shop"],
    ["mall_none", "a_mall"],
  ] as const)
    expectDone(await project.run("fleet", "upgrade", target, "--quiet", "--select", mall), "");

  const args = ["squash", "a_mall:head", "--rev-id", "s_shops", "-m", "Shops", "--on", database.url];
  const written = "migrations/s_shops_shops.ts";
  const data = { revision: "s_shops", file: join(project.folder, written), replaces: OLD, proved: true };
  const dry = await project.run(...args, "--dry-run", "--json");
  expect({ code: dry.code, ...JSON.parse(dry.stdout) }).toEqual({ code: 0, ...data });
  expect(Object.keys(project.files())).not.toContain(written);
  expectDone(await project.run(...args), `Wrote ${written}. It replaces 3 revisions: b_shop, c_kind and d_rows.`);
  const text = project.files()[written] ?? "";
  expect(text).toContain('export const replaces = ["b_shop", "c_kind", "d_rows"];');
  expect(text).toMatch(/addEnumValue\("kind", "new"\);\n\s*op\.commit\(\);/);
  expect(text).toContain('op.accept("unknown-sql", "one row");');
  // The other files have the 4 seconds of the configuration, and no timeout of statements.
  expect(text).toContain("export const lockTimeout = 4000;\nexport const statementTimeout = 0;");
  expectDone(await project.run("show", "d_ro"), /s_shops/);
  expectDone(await project.run("heads"), /^s_shops/);
  expect((await project.run("history")).stdout).not.toContain("c_kind");
  expect(await listStates(project, "head")).toEqual({
    mall_all: "there s_shops",
    mall_some: "behind b_shop",
    mall_none: "behind a_mall",
  });

  project.write({ "migrations/e_next.ts": NEXT });
  const preflight = JSON.parse((await project.run("fleet", "preflight", "--json")).stdout);
  expect(preflight.classes.map((one: { state: string }) => one.state)).not.toContain("fails");
  expectDone(await project.run("fleet", "upgrade", "--quiet"), "");
  const there = { mall_all: "there e_next", mall_some: "there e_next", mall_none: "there e_next" };
  expect(await listStates(project, "head")).toEqual(there);
  expect(await listRows("mall_all")).toEqual(["a_mall", "s_shops", "e_next"]);
  expect(await listRows("mall_some")).toEqual(["a_mall", ...OLD, "e_next"]);
  expect(await listRows("mall_none")).toEqual(["a_mall", "s_shops", "e_next"]);
  for (const mall of Object.keys(there)) expect(await query(`SELECT count(*)::int FROM ${mall}.shop`)).toEqual([1]);

  for (const id of OLD) rmSync(join(project.folder, `migrations/${id}.ts`));
  expect(await listStates(project, "s_shops")).toEqual(there);
  expectDone(await project.run("fleet", "downgrade", "a_mall", "--quiet", "--accept-loss", "shop"), "");
  for (const mall of Object.keys(there)) expect(await listRows(mall)).toEqual(["a_mall"]);

  await query("INSERT INTO mall_some.remodel_revision (revision, message, duration_ms) VALUES ('b_shop', '', 0)");
  const restore = "Restore the files of b_shop, c_kind and d_rows, then run: remodel upgrade";
  expectRefused(
    await project.run("upgrade", "--schema", "mall_some"),
    "DATABASE_AHEAD",
    "a revision that is missing from this folder",
    restore,
  );
  expect((await project.run("current", "--schema", "mall_some")).stderr).toContain(restore);
  expect((await project.run("check", "--schema", "mall_some")).stdout).toContain(restore);
});

test("squash refuses what one revision cannot replace, and what it cannot prove", async () => {
  const project = cliProject(CHAIN, database.url);
  const squash = (range: string) => project.run("squash", range, "--on", database.url);
  expectRefused(await squash("c_kind"), "USAGE", '"c_kind" is not a range', "remodel squash c_kind:head");
  expectRefused(await squash("c_kind:head"), "SQUASH_REFUSED", "only one revision", "BASE stays");
  expectRefused(
    await squash("c_kind:b_shop"),
    "SQUASH_REFUSED",
    "b_shop does not follow c_kind",
    "older revision first",
  );
  project.write({ "migrations/e_next.ts": NEXT, "migrations/f_side.ts": fileText("f_side", "c_kind", "") });
  expectRefused(await squash("a_mall:e_next"), "SQUASH_REFUSED", "f_side follows c_kind", "End at c_kind");
  project.write({ "migrations/f_side.ts": fileText("f_side", "e_next", "op.run(async () => undefined);") });
  expectRefused(await squash("a_mall:"), "SQUASH_REFUSED", "runs code of its file", "remodel squash BASE:e_next");
  project.write({ "migrations/f_side.ts": fileText("f_side", "e_next", 'op.todo("Which?");') });
  expectRefused(await squash("a_mall:"), "SQUASH_REFUSED", "has an open question", "remodel squash BASE:e_next");
  project.write({ "migrations/f_side.ts": `export const transaction = false;\n${fileText("f_side", "e_next", "")}` });
  expectRefused(await squash("a_mall:"), "SQUASH_REFUSED", "has transaction = false", "remodel squash BASE:e_next");
  const unsteady = "op.sql(\"DO $$ BEGIN EXECUTE 'CREATE TABLE t' || pg_current_xact_id() || '()'; END $$\");";
  project.write({
    "migrations/f_side.ts": fileText("f_side", "e_next", unsteady, 'op.irreversible("no");'),
    "migrations/g_end.ts": fileText("g_end", "f_side", ""),
  });
  expectRefused(
    await squash("d_rows:"),
    "SQUASH_UNPROVED",
    "It does not make what they make: it lacks the table t",
    "Nothing was written",
  );
  expect(Object.keys(project.files()).filter((name) => name.startsWith("migrations/"))).toHaveLength(7);
});
