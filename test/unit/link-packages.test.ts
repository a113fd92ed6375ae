import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linkPackages } from "../../src/shadow/link-packages.ts";

test("packages are found in a copy, also where the repository has a link to them that leads nowhere from there", () => {
  const home = mkdtempSync(join(tmpdir(), "remodel-links-"));
  try {
    const [root, copy] = [join(home, "shop/root"), join(home, "copy")];
    for (const folder of [root, copy, join(home, "shop/installed/pg")]) mkdirSync(folder, { recursive: true });
    for (const place of [root, copy]) symlinkSync("../installed", join(place, "node_modules"));
    expect(existsSync(join(copy, "node_modules"))).toBe(false);
    linkPackages(root, copy, "");
    expect(existsSync(join(copy, "node_modules/pg"))).toBe(true);
    expect(existsSync(join(home, "shop/installed/pg"))).toBe(true);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
