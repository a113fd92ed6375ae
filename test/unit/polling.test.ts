import { readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import { expect, test } from "vitest";
import { findPolling } from "../support/polling.ts";

const FOLDERS = "{cli,fixtures,hostile,loader,pages,projects,property,server,site,support,unit}";

test("no test asks again and again without a pause", () => {
  const paths = globSync(`${FOLDERS}/**/*.{ts,mjs}`, { cwd: "test" });
  expect(paths.length).toBeGreaterThan(100);
  expect(findPolling(paths.sort().map((path) => ({ path, text: readFileSync(`test/${path}`, "utf8") })))).toEqual([]);
});

test.each([
  ["a while", "while (name === undefined) name = await ask();", 1],
  ["a do", "do name = await ask(); while (name === undefined);", 1],
  ["a for without an end", "for (;;) if (await ask()) break;", 1],
  ["a for whose step asks", "for (let left = 1; left > 0; left = await ask());", 1],
  ["a turn of the event loop", "while (isAlive()) await new Promise(setImmediate);", 1],
  ["one that pauses", "for (;;) { if (await ask()) break; await pause(10); }", 0],
  ["one that counts", "for (let at = 0; at < 3; at++) await ask();", 0],
  ["one that goes through a list", "for (const one of all) await ask(one);", 0],
  ["one that awaits nothing", "while (isOpen) read();", 0],
  ["one whose functions await", "while (isOpen) all.push(async () => await ask());", 0],
])("%s", (_, text, count) => {
  expect(findPolling([{ path: "server/a.test.ts", text }])).toHaveLength(count);
});
