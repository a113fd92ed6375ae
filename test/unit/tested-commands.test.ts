import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { main } from "../../src/cli/program.ts";
import { findUnmentioned, readSources } from "../support/mentions.ts";

test("every command is run by a test in test/cli", async () => {
  const names = await readNames();
  expect(names).toContain("upgrade");
  expect(findUnmentioned(names, readSources("test/cli"))).toEqual([]);
});

test("the page about programs names every command: its function, or that it is for a person", async () => {
  const page = readFileSync(new URL("../../docs/from-code.md", import.meta.url), "utf8");
  const names = [...(await readNames()), ...(await readNames("fleet")).map((name) => `fleet ${name}`)];
  expect(names).toContain("fleet enqueue");
  expect(names.filter((name) => name !== "fleet" && !page.includes(`\`remodel ${name}\``))).toEqual([]);
});

/** Reads the names of all commands from the help; with the name of a group, those of the group. */
async function readNames(...group: readonly string[]): Promise<readonly string[]> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  expect(await main([...group, "--help"], { env: {}, stdin: new PassThrough(), stdout, stderr, cwd: () => "/" })).toBe(
    0,
  );
  return [
    ...String(stdout.read()).matchAll(new RegExp(`^ {2}${["remodel", ...group].join(" ")} (\\w+)`, "gm")),
  ].flatMap(([, name]) => name ?? []);
}
