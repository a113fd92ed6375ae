import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openKeptResults } from "../../src/load/kept-results.ts";
import { createObservations } from "../../src/load/observers.ts";
import { project } from "./fixture.ts";

test("what is kept under one name is not taken for what has another one", () => {
  const folder = project({});
  for (const name of ["one", "two"]) openKeptResults(folder, []).keep([name], name, createObservations());
  const find = () => ["one", "two"].map((name) => openKeptResults(folder, []).find([name])?.result);
  expect(find()).toEqual(["one", "two"]);
  const home = join(folder, "node_modules/.cache/typeorm-remodel");
  const files = readdirSync(home).map((name) => join(home, name));
  const texts = files.map((file) => readFileSync(file, "utf8"));
  for (const [at, text] of texts.toReversed().entries()) writeFileSync(String(files[at]), text);
  expect(find()).toEqual([undefined, undefined]);
});
