import { expect, test } from "vitest";
import { cliProject, expectRefused } from "./support.ts";

test.each([
  ["upgarde", "Unknown argument: upgarde.", "Did you mean upgrade?"],
  ["upgrade --plam", "Unknown argument: plam.", "Did you mean --plan?"],
  ["fleet lits", "Unknown argument: lits.", "Did you mean list?"],
  ["xyzzy", "Unknown argument: xyzzy.", "To see what there is, run: remodel --help"],
  ["resolve --accept bogus", '--accept cannot be "bogus".', "Write one of renames, constraints"],
  ["review --fail-on bogus", '--fail-on cannot be "bogus".', "Write one of error, warning"],
  ["upgrade --url", "--url needs a value.", "--help"],
  ["revision", "--message is missing.", "--help"],
  ["merge", "merge needs an argument.", "--help"],
])("%s: %s", async (typed, message, hint) => {
  expectRefused(await cliProject({}).run(...typed.split(" ")), "USAGE", message, hint);
});

test("the help of a command ends with examples", async () => {
  const { stdout, code } = await cliProject({}).run("upgrade", "--help");
  expect(code).toBe(0);
  expect(stdout).toMatch(/\nExamples:\n {2}remodel upgrade +to the head\n/);
});

test("the help of a command of a fleet has no --schema, which it refuses", async () => {
  const project = cliProject({});
  const [fleet, one] = [await project.run("fleet", "upgrade", "--help"), await project.run("upgrade", "--help")];
  expect([fleet.stdout, one.stdout].map((text) => /--schema\b/.test(text))).toEqual([false, true]);
  expectRefused(await project.run("fleet", "upgrade", "--schema", "a"), "USAGE", "--schema is for", "--select NAME");
});
