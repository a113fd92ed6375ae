import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { matchAgain, matchFiles } from "../../src/load/match-files.ts";
import { project, write } from "./fixture.ts";

const PATTERNS = [
  "*.ts",
  "**/*.ts",
  "**/*.entity.{ts,js}",
  "{mall,shop}/*",
  "mall/**",
  "**",
  "!(shop)/**/*.ts",
  ".*/*.ts",
];
const NAMES = ["mall", "shop", ".hidden", "node_modules", "a.ts", "b.entity.ts", "b.entity.js", "c.d.ts"];

/** Paths of one to three names. */
const path = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
const edit = fc.record({ how: fc.constantFrom("write", "folder", "remove", "move", "link"), path, other: path });

/** Does what can be done: a file that is in the way of a folder stays. */
function apply(folder: string, { how, path, other }: { how: string; path: string; other: string }): void {
  const [one, two] = [join(folder, path), join(folder, other)];
  try {
    if (how !== "remove") mkdirSync(dirname(how === "move" ? two : one), { recursive: true });
    if (how === "write") writeFileSync(one, "");
    else if (how === "folder") mkdirSync(one);
    else if (how === "remove") rmSync(one, { recursive: true });
    else if (how === "move") renameSync(one, two);
    else symlinkSync(two, one);
  } catch {}
}

test("what matched before is found again after any edit, as a fresh search finds it", () => {
  const given = [fc.constantFrom(...PATTERNS), fc.array(edit, { minLength: 1, maxLength: 12 })] as const;
  fc.assert(
    fc.property(...given, (pattern, edits) => {
      const folder = join(project({ "src/mall/a.ts": "", "src/shop/b.entity.ts": "" }), "src");
      const wanted = { folder, pattern, ignore: ["**/node_modules/**"] };
      for (const one of edits) {
        matchFiles(wanted);
        apply(folder, one);
        const again = matchAgain(wanted);
        expect(again).toEqual(matchFiles(wanted));
      }
    }),
    { numRuns: 60 },
  );
});

test("nothing is kept of a folder with a link, since the folder does not show what is behind it", () => {
  const root = project({ "models/a.ts": "" });
  const wanted = { folder: join(root, "models"), pattern: "**/*.ts", ignore: [] };
  const home = join(root, "node_modules/.cache/typeorm-remodel");
  mkdirSync(join(root, "elsewhere"));
  symlinkSync(join(root, "elsewhere"), join(root, "models/link"));
  matchFiles(wanted);
  expect(existsSync(home) ? readdirSync(home) : []).toEqual([]);
  write(root, { "elsewhere/b.ts": "" });
  expect(matchAgain(wanted).map((file) => file.slice(root.length))).toContain("/models/link/b.ts");
});

test("a folder that could not be read, as without rights, is looked at again", () => {
  const folder = project({});
  const wanted = { folder, pattern: "models/*.ts", ignore: [] };
  expect(matchFiles(wanted)).toEqual([]);
  write(folder, { "models/a.ts": "" });
  expect(matchAgain(wanted)).toEqual([join(folder, "models/a.ts")]);
});
