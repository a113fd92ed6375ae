import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { launch, newFolder } from "./support.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Six processes that each start an embedded PostgreSQL, beside whatever else the machine is doing. */
const LONGEST_MS = 300_000;

test(
  "npm start goes from edited models to a database in sync and leaves nothing behind",
  async () => {
    const temporary = newFolder();
    const { code, stdout, stderr } = await launch(["scripts/demo.mjs"], ROOT, { TMPDIR: temporary }).ended;
    expect({ code, stderr: stderr.replace(/^(?:Applying|Database:) .*\n/gm, "") }).toEqual({ code: 0, stderr: "" });
    expect([...stdout.matchAll(/^\$ (remodel \w+|cat)/gm)].map(([, command]) => command)).toEqual([
      "remodel upgrade",
      "remodel diff",
      "remodel revision",
      "cat",
      "remodel todo",
      "remodel resolve",
      "remodel upgrade",
      "remodel check",
    ]);
    expect(stdout).toContain(
      '-  "flagship" boolean DEFAULT false NOT NULL\n+  "isFlagship" boolean DEFAULT false NOT NULL\n',
    );
    expect(stdout).toMatch(/\$ remodel check\nIn sync: .*\n\n# Done in \d+ seconds/);
    expect(readdirSync(temporary)).toEqual([]);
  },
  LONGEST_MS,
);
