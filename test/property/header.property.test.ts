import fc from "fast-check";
import { ts } from "ts-morph";
import { expect, test } from "vitest";
import { headerProblem, quickHeader, toRevision } from "../../src/revision/header.ts";
import { exactHeader } from "../../src/revision/syntax.ts";

/** Headers as people, formatters and compilers may leave them; not all of them are revisions. */
const gap = fc.constantFrom(
  "",
  " ",
  "\n",
  "// c1\n",
  "/* c2 */",
  "/** c3 */\n",
  "// eslint-disable\n",
  "// a\r\n// b\r\n",
);
const start = fc.constantFrom("export const ", "export let ", "const ", "export\nconst ");
const type = fc.constantFrom("", ": string", ": readonly string[] | null", " /* = */", ": 'a' | \"b;\"");
const value = fc.constantFrom(
  '"abc"',
  "'d'",
  "`e`",
  "`$".concat("{x}`"),
  "['a', /*x*/ `b`,]",
  "[]",
  "null",
  "true",
  '("q")',
  '"a" + "b"',
);
const end = fc.constantFrom(
  ";",
  "\n",
  "\r\n",
  " as const;",
  " // tail\n",
  "; // tail\n",
  " /* t */;",
  "\n + 'z'\n",
  " as string + 'k';",
);
const other = fc.constantFrom(
  "import { a } from 'b'\n",
  'import type { A } from "b";\n',
  "import x from 'y' with { type: 'json' };",
  "export function upgrade() {}\n",
  "export { x };",
  "import('x');",
);
const constant = (name: string) =>
  fc.tuple(start, fc.constant(name), type, fc.constantFrom("=", " =\n"), value, end).map((parts) => parts.join(""));
const names = fc.shuffledSubarray(["dependsOn", "branchLabels", "replaces", "transaction", "note"], { maxLength: 2 });
const text = names.chain((more) => {
  const items = ["revision", "downRevision", ...more].map((name) => fc.tuple(gap, constant(name)));
  return fc
    .tuple(gap, fc.option(other, { nil: "" }), ...items, fc.option(other, { nil: "" }))
    .map((all) => all.flat().join("\n"));
});

test("what is read without a parser is what the parser reads", () => {
  fc.assert(
    fc.property(text, (source) => {
      const quick = quickHeader(source);
      if (quick === undefined || headerProblem(quick) !== undefined) return;
      const exact = exactHeader(ts, "/m/x.ts", source);
      if (exact.error !== undefined) return;
      expect(headerProblem(exact)).toBeUndefined();
      expect(toRevision("/m/x.ts", quick)).toEqual(toRevision("/m/x.ts", exact));
    }),
    { numRuns: 3_000 },
  );
});
