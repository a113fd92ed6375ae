import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import module from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { placeCode } from "../../src/cli/code-cache.ts";
import { newFolder } from "../support/folders.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test("what Node has compiled is kept beside the other packages, by a Node that can do so", () => {
  const packages = join(newFolder(), "node_modules");
  const own = join(packages, "typeorm-remodel");
  for (const name of ["package.json", "dist/cli"]) cpSync(join(ROOT, name), join(own, name), { recursive: true });
  const command = join(own, "dist/cli/main.js");
  const { status, stdout } = spawnSync(process.execPath, [command, "--help"], { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, expect.stringContaining("remodel upgrade")]);
  const folder = join(packages, ".cache/typeorm-remodel/code");
  expect(placeCode(command)).toBe(folder);
  expect(existsSync(folder)).toBe("enableCompileCache" in module);
});

test("nothing is kept where the package is developed", () => {
  expect(placeCode(join(ROOT, "dist/cli/main.js"))).toBeUndefined();
});
