// Commands on an embedded database whose folder does not exist yet.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { check, current, openSession, stamp, upgrade } from "../../src/index.ts";
import { fileText } from "../support/running.ts";
import { addEmbedded, type CliProject, cliProject, type Files, SHOP } from "./support.ts";

const PROJECT: Files = {
  ...SHOP,
  "migrations/a_one.ts": fileText("a_one", null, 'op.sql("CREATE TABLE one (id integer)");', 'op.dropTable("one");'),
};
const URL = "pglite:new";

function newProject(): CliProject {
  const project = cliProject(PROJECT);
  addEmbedded(project);
  return project;
}

test("a command that only reads makes no embedded database, and reads an empty one", async () => {
  const project = newProject();
  const reading = [
    ["current", 0, "The database has no revision yet."],
    ["check", 1, "pending: a_one. Run: remodel upgrade"],
    ["diff", 1, "create table shop"],
    ["review", 0, "a_one"],
    ["doctor", 0, "pglite:new does not exist yet."],
    ["upgrade --plan", 0, "CREATE TABLE one"],
    ["downgrade base", 0, "Nothing to do"],
  ] as const;
  for (const [words, code, text] of reading) {
    const ran = await project.run(...words.split(" "), "--url", URL);
    expect({ words, ...ran }).toMatchObject({ code, stdout: expect.stringContaining(text) });
    if (words !== "doctor") expect(ran.stderr).toContain("Database: pglite:new (does not exist yet)\n");
    expect(readdirSync(project.folder), words).not.toContain("new");
  }
});

test("an empty folder stays empty when it is read, and an upgrade makes the database in it", async () => {
  const project = newProject();
  const folder = join(project.folder, "new");
  mkdirSync(folder);
  expect(await project.run("current", "--url", URL)).toMatchObject({ code: 0 });
  expect(readdirSync(folder)).toEqual([]);
  expect(await project.run("upgrade", "--url", URL)).toMatchObject({ code: 0, stderr: expect.stringMatching("new\n") });
  expect(await project.run("current", "--url", URL)).toMatchObject({ stdout: "a_one  a_one (head)\n" });
});

test("a first revision is written from models and an empty database, which only the upgrade makes", async () => {
  const { "migrations/a_one.ts": _, ...files } = PROJECT;
  const project = cliProject(files, URL);
  addEmbedded(project);
  const words = ["revision", "--autogenerate", "-m", "Shops"];
  expect(await project.run(...words)).toMatchObject({ code: 0, stdout: expect.stringContaining("1 change.") });
  expect(existsSync(join(project.folder, "new"))).toBe(false);
  for (const name of ["upgrade", "check"]) expect(await project.run(name)).toMatchObject({ code: 0 });
});

test.each([
  ["upgrade", []],
  ["stamp", ["heads"]],
])("%s makes the embedded database", async (name, names) => {
  const project = newProject();
  expect(await project.run(name, ...names, "--url", URL)).toMatchObject({ code: 0 });
  expect(await project.run("current", "--url", URL)).toMatchObject({ stdout: "a_one  a_one (head)\n" });
});

test("so do the functions of the package, and a session does both", async () => {
  const { folder: cwd } = newProject();
  const place = { cwd, url: URL };
  expect((await check(place)).position).toMatchObject({ pending: ["a_one"] });
  expect(existsSync(join(cwd, "new"))).toBe(false);
  const session = await openSession({ ...place, makesDatabase: false });
  try {
    await expect(upgrade(session)).rejects.toThrow("what is written to a database that stands in is lost");
  } finally {
    await session.close();
  }
  expect(existsSync(join(cwd, "new"))).toBe(false);
  await stamp(place, ["heads"]);
  expect(await current(place)).toMatchObject({ current: ["a_one"] });
});
