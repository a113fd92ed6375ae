import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { main } from "../../src/cli/program.ts";
import { findUnmentioned, readSources } from "../support/mentions.ts";

test("every command is run by a test in test/cli", async () => {
  const names = await readNames();
  expect(names).toContain("upgrade");
  expect(findUnmentioned(names, readSources("test/cli"))).toEqual([]);
});

/** Reads the names of all commands from the help. */
async function readNames(): Promise<readonly string[]> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  expect(await main(["--help"], { env: {}, stdin: new PassThrough(), stdout, stderr, cwd: () => "/" })).toBe(0);
  return [...String(stdout.read()).matchAll(/^ {2}remodel (\w+)/gm)].flatMap(([, name]) => name ?? []);
}
