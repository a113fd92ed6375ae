import { afterAll, beforeAll, expect, test } from "vitest";
import { fileText } from "../support/running.ts";
import { connect, createDatabase, type TestDatabase } from "../support/servers.ts";
import { type CliProject, cliProject, expectDone, expectRefused, MODULE } from "./support.ts";

const NAMES = ["mall_a", "mall_b", "mall_c"];

let database: TestDatabase;

beforeAll(async () => {
  const sql = NAMES.map((name) => `CREATE SCHEMA ${name}; CREATE TABLE ${name}.shop (id integer NOT NULL);`).join("");
  database = await createDatabase(undefined, { sql: `${sql} ALTER TABLE mall_b.shop ADD note text;` });
});

afterAll(() => database.drop());

/** A project whose malls are schemas of the database, with a password in the URL. */
function adoptProject(): CliProject {
  const url = Object.assign(new URL(database.url), { password: "s3cret" }).href;
  const config = { url, fleet: { tenants: { schemas: "mall_*" } } };
  return cliProject({
    ...MODULE,
    "remodel.config.ts": `export const remodel = ${JSON.stringify(config)};\n`,
    "migrations/a_shop.ts": fileText("a_shop", null, 'op.sql("CREATE TABLE shop (id integer NOT NULL)");'),
    "migrations/b_bad.ts": fileText("b_bad", "a_shop", 'op.sql("ALTER TABLE shop ADD CHECK (nothing > 0)");'),
  });
}

async function query(sql: string): Promise<readonly unknown[]> {
  const client = await connect(database.url);
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

test("malls with tables are adopted, the one that differs is named, then a new mall joins them", async () => {
  const project = adoptProject();
  const stamped = await project.run("fleet", "stamp", "a_shop", "--report", "stamp.html");
  expect(stamped).toMatchObject({ code: 1, stderr: "" });
  expect(stamped.stdout.split("\n")).toEqual([
    "Wave rest: 3 of 3",
    "  2  at a_shop",
    "  1  skipped: shop has a column note    mall_b",
    "Not all tenants are at the target. Finished tenants stay as they are. Go on: remodel fleet stamp a_shop --select mall_b --report stamp.html",
    "",
  ]);
  expect(project.files()["stamp.html"]).toContain("remodel fleet stamp");

  await query("ALTER TABLE mall_b.shop ADD fax text, ALTER id DROP NOT NULL");
  const several = await project.run("fleet", "stamp", "a_shop");
  expect(several.stdout).toContain("skipped: shop has a column note, and 2 more    mall_b");
  expect(several.stdout).toMatch(
    /^mall_b differs from a_shop:\n {2}shop has a column note\n {2}shop has a column fax\n {2}shop: column id differs\n/m,
  );
  await query("ALTER TABLE mall_b.shop DROP note, DROP fax, ALTER id SET NOT NULL");
  const again = await project.run("fleet", "stamp", "a_shop", "--like", "mall_a", "--json");
  const report = JSON.parse(again.stdout);
  expect({ code: again.code, ...report }).toMatchObject({
    code: 0,
    target: ["a_shop"],
    outcome: "done",
    waves: [{ name: "rest", counts: { stamped: 1, there: 2, skipped: 0, waiting: 0 } }],
    classes: [
      { outcome: "there", count: 2, tenants: ["mall_a", "mall_c"] },
      { outcome: "stamped", count: 1, tenants: ["mall_b"] },
    ],
  });
  expect(report).not.toHaveProperty("next");
  expectRefused(
    await project.run("fleet", "stamp", "a_shop", "--like", "mall_aa"),
    "FLEET_INVALID",
    "mall_aa",
    "mall_a?",
  );
  expectRefused(
    await project.run("fleet", "stamp", "a_shop", "--like", "mall_a", "--on", "pglite"),
    "USAGE",
    "mutually exclusive",
    "remodel",
  );

  const place = `${new URL(database.url).host}${new URL(database.url).pathname}`;
  expectDone(
    await project.run("fleet", "create", "mall_d"),
    `Created mall_d at ${place} (schema mall_d): 1 revision, at a_shop.\n`,
  );
  expectRefused(await project.run("fleet", "create", "mall_d"), "FLEET_INVALID", "exists already", "--select mall_d");
  const made = await project.run("fleet", "create", "mall_e", "--to", "a_shop", "--json");
  expect({ code: made.code, ...JSON.parse(made.stdout) }).toMatchObject({
    code: 0,
    name: "mall_e",
    wave: "rest",
    outcome: "upgraded",
    to: ["a_shop"],
  });

  const bad = await project.run("fleet", "create", "mall_f", "--to", "heads", "--json");
  expect(bad.code).toBe(2);
  expect(`${bad.stdout}${bad.stderr}`).toContain("remodel fleet upgrade b_bad --select mall_f");
  expect(`${bad.stdout}${bad.stderr}`).not.toContain("s3cret");
  expect(await query("SELECT count(*)::int FROM mall_f.remodel_revision")).toEqual([expect.any(Number)]);
});
