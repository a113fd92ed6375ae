import { expect, test } from "vitest";
import { cliProject, expectRefused } from "./support.ts";

test.each([
  ["upgarde", "Unknown command: upgarde.", "Did you mean upgrade?"],
  ["upgrade --plam", "Unknown option: --plam.", "Did you mean --plan?"],
  ["upgrade --dry-rum=1", "Unknown option: --dry-rum.", "To see what there is, run: remodel upgrade --help"],
  ["upgrade -qz", "Unknown option: -z.", "To see what there is, run: remodel upgrade --help"],
  ["upgrade a1 b2", "Unknown argument: b2.", "To see what there is, run: remodel upgrade --help"],
  ["fleet lits", "Unknown command: lits.", "Did you mean list?"],
  ["xyzzy", "Unknown command: xyzzy.", "To see what there is, run: remodel --help"],
  ["resolve --accept bogus", '--accept cannot be "bogus".', "Write one of renames, constraints"],
  ["review --fail-on bogus", '--fail-on cannot be "bogus".', "Write one of error, warning"],
  ["upgrade --url", "--url needs a value.", "--help"],
  ["revision", "--message is missing.", "--help"],
  ["merge", "merge needs <revisions..>.", "remodel merge --help"],
  ["fleet stamp", "fleet stamp needs <target>.", "remodel fleet stamp --help"],
  ["status", "Unknown command: status.", "Did you mean current or check?"],
  ["rollback", "Unknown command: rollback.", "Did you mean downgrade?"],
  ["fleet run", "Unknown command: run.", "Did you mean upgrade?"],
  ["upgrade --dry-run", "Unknown option: --dry-run.", "Did you mean --plan?"],
  ["constructor", "Unknown command: constructor.", "To see what there is"],
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
