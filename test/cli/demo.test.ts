import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { launch, newFolder } from "./support.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Two embedded PostgreSQLs and fourteen commands, while the machine does other things. */
const LONGEST_MS = 600_000;

test(
  "npm start goes from edited models to a database in sync and leaves nothing behind",
  async () => {
    const temporary = newFolder();
    const { code, stdout, stderr } = await launch(["scripts/demo.mjs"], ROOT, { TMPDIR: temporary }).ended;
    expect({ code, stderr: stderr.replace(/^(?:Applying|Database:|State:|Preflight:|Wave) .*\n/gm, "") }).toEqual({
      code: 0,
      stderr: "",
    });
    expect([...stdout.matchAll(/^\$ (remodel (?:fleet )?\w+|cat)/gm)].map(([, command]) => command)).toEqual([
      "remodel upgrade",
      "remodel diff",
      "remodel revision",
      "cat",
      "remodel todo",
      "remodel resolve",
      "remodel upgrade",
      "remodel check",
      "cat",
      "remodel fleet upgrade",
      "cat",
      "remodel fleet preflight",
      "remodel fleet upgrade",
      "remodel fleet upgrade",
    ]);
    expect(stdout).toContain("  rename column shop.flagship to isFlagship\n    asks: Was shop.flagship renamed");
    expect(stdout).toMatch(/\$ remodel check\nIn sync: .*\n\n# And with many databases/);
    expect(stdout).toMatch(/^1 {2}rows in the way at 8d3f16b0c7a5.* mall_south$/m);
    expect(stdout).toMatch(/^ {2}1 {2}quarantined at 8d3f16b0c7a5.*: 23505 UQ_shop_code.* mall_south$/m);
    expect(stdout).toMatch(/Go on: (remodel fleet upgrade --select mall_south)\n[\s\S]*\n\$ \1\n/);
    expect(stdout).toMatch(/^ {2}1 {2}at 8d3f16b0c7a5\n\n# Done in \d+ seconds/m);
    expect(readdirSync(temporary)).toEqual([]);
  },
  LONGEST_MS,
);
