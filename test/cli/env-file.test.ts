import { expect, test } from "vitest";
import { cliProject, expectRefused, type Files, revisionText, SHOP } from "./support.ts";

const PROJECT = { ...SHOP, "migrations/1.ts": revisionText("aaaa11110000", null, "") };
const NOWHERE = "postgres://nobody@127.0.0.1:1/none";
/** Its environment has no DATABASE_URL. */
const SHELL = { DATABASE_URL: undefined as unknown as string };

test("variables come from .env or from the named file, but those of the environment win", async () => {
  const project = cliProject({
    ...PROJECT,
    ".env": '# the database\nDATABASE_URL="postgres://env@127.0.0.1:1/of_env"\n',
    "staging.env": "export DATABASE_URL=postgres://env@127.0.0.1:1/of_staging # there\n",
  });
  const databaseOf = async (environment: typeof SHELL, ...args: readonly string[]) =>
    /\w+@127\.0\.0\.1:1\/\w+/.exec((await project.runWith(environment, "current", ...args)).stderr)?.[0];
  expect(await databaseOf(SHELL)).toBe("env@127.0.0.1:1/of_env");
  expect(await databaseOf(SHELL, "--env", "staging.env")).toBe("env@127.0.0.1:1/of_staging");
  expect(await databaseOf({ DATABASE_URL: NOWHERE }, "--env", "staging.env")).toBe("nobody@127.0.0.1:1/none");
});

test("the file with the data source may be named there", async () => {
  const { "ormconfig.ts": text = "", ...others }: Files = PROJECT;
  const project = cliProject({ ...others, "db/source.ts": text, ".env": "REMODEL_DATASOURCE=db/source.ts\n" });
  project.write({ "db/migrations/1.ts": revisionText("bbbb22220000", null, "") });
  expect(await project.run("heads", "--json")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("bbbb22220000"),
  });
});

test("a named file that is missing is an error; a folder .env is no file", async () => {
  const project = cliProject({ ...PROJECT, ".env/note": "" });
  expectRefused(await project.run("heads", "--env", "prod.env"), "USAGE", "prod.env cannot be read", "DATABASE_URL=");
  expect(await project.run("heads")).toMatchObject({ code: 0, stderr: "" });
  expectRefused(await project.run("heads", "--env", "a", "--env", "b"), "USAGE", "--env is given twice", "once");
});
