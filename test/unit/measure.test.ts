import { describe, expect, test } from "vitest";
import {
  findNodes,
  findSharedNames,
  isCast,
  isNestedTernary,
  isNonNull,
  isTernary,
  measure,
  measureFunctions,
  parse,
} from "../../scripts/measure.mjs";

describe("the complexity of a function", () => {
  test.each<[code: string, complexity: number]>([
    ["function f() {}", 1],
    ["function f(a) { if (a) return; else if (!a) return; }", 3],
    ["const f = (a) => a ? 1 : 2;", 2],
    ["const o = { f: (a, b) => a && b || a ?? b };", 4],
    ["const o = { f(a) { a ??= 1; a ||= 2; a &&= 3; } };", 4],
    ["function f(a) { for (;;) {} for (const b in a) {} for (const b of a) {} while (a) {} do {} while (a); }", 6],
    ["function f(a) { switch (a) { case 1: case 2: break; default: } }", 3],
    ["function f() { try {} catch {} finally {} }", 2],
    ["function f(a) { return a.map((b) => b ? 1 : 2); }", 2],
    ["function f(a) { return g(a); function g(b) { return b ? 1 : 2; } }", 1],
  ])("%s", (code, complexity) => {
    expect(measureFunctions([parse("a.ts", code)])[0]).toMatchObject({ complexity });
  });

  test("goes with its place and its length", () => {
    expect(measureFunctions([parse("a.ts", "\nconst f = () => {\n};\n")])).toEqual([
      { path: "a.ts", line: 2, name: "f", lines: 2, complexity: 1 },
    ]);
  });
});

test.each([
  ["x!", isNonNull, "a!; a!.b; !a; a !== b;", 2],
  ["casts", isCast, "a as B; a as const; a as readonly B[]; <B>a;", 2],
  ["ternaries", isTernary, "a ? b : c ? d : e;", 2],
  ["nested ternaries", isNestedTernary, "a ? b : c ? d : e; (a ? b : c) ? d : e; f(a ? b : c);", 2],
])("%s are found", (_what, matches, code, count) => {
  expect(findNodes([parse("a.ts", `\n${code}`)], matches)).toEqual(Array(count).fill("a.ts:2"));
});

test("a name that two files export is found, a re-export is not", () => {
  const files = [
    parse("a.ts", "export interface Place {}\nexport const one = 1, two = 2;\nconst own = 1;"),
    parse("b.ts", "export type Place = string;\nconst two = 1;\nexport function own() {}"),
    parse("c.ts", 'export { one } from "./a.ts";'),
  ];
  expect([...findSharedNames(files)]).toEqual([["Place", ["a.ts", "b.ts"]]]);
});

test("measures of files together", () => {
  const long = `function long() {\n${"  go();\n".repeat(40)}}\n`;
  expect(measure([parse("a.ts", long), parse("b.ts", `${"go!();\n".repeat(301)}`)])).toMatchObject({
    "source files": 2,
    lines: 343,
    functions: 1,
    "x! per 1,000 lines": "877.6",
    "functions over 40 lines": 1,
    "files over 300 lines": 1,
  });
});
