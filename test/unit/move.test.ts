import { ts } from "ts-morph";
import { describe, expect, test } from "vitest";
import { readRevision } from "../../src/revision/folder.ts";
import { writeDownRevision } from "../../src/revision/move.ts";

const FILE = "/m/b.ts";
const REST = `\n\nexport function upgrade(op) {\n  // downRevision = "aaaa"\n\top.sql("x")   \n}\n`;

describe("a revision moves, and nothing else in its file changes", () => {
  test.each([
    [`export const revision = "bbbb";\nexport const downRevision = "aaaa";`, `"aaaa"`, `"cccc"`],
    [`export const revision = 'bbbb'\nexport const downRevision = 'aaaa'`, `'aaaa'`, `'cccc'`],
    [`export const revision = "bbbb";\r\nexport const downRevision: string | null = null; // base`, "null;", `"cccc";`],
    [`export const revision = "bbbb", downRevision = ("aaaa" as const);`, `"aaaa"`, `"cccc"`],
    [`export const revision = "bbbb";\nexport const downRevision = ["aaaa"] satisfies string[];`, `["aaaa"]`, `"cccc"`],
    [`const down = \`aaaa\`;\nexport const revision = "bbbb";\nexport { down as downRevision };`, "`aaaa`", `"cccc"`],
    [
      `\uFEFF/** "aaaa" first. */\nexport const downRevision = "aaaa";\nexport const revision = "bbbb";`,
      `n = "aaaa"`,
      `n = "cccc"`,
    ],
  ])("%s", (header, old, next) => {
    const text = header + REST;
    const revision = { ...readRevision(FILE, text), down: ["cccc"] };
    const moved = writeDownRevision(revision, text, ts);
    expect(moved).toBe(header.replace(old, next) + REST);
    expect(readRevision(FILE, moved).down).toEqual(["cccc"]);
  });

  test("a literal that is missing is told", () => {
    const text = `export const revision = "bbbb";\nexport const [downRevision] = ["aaaa"];`;
    const revision = { id: "bbbb", down: ["cccc"], message: "", file: FILE };
    expect(() => writeDownRevision(revision, text, ts)).toThrow(
      "downRevision of /m/b.ts cannot be edited automatically",
    );
  });
});
