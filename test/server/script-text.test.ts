import { describe, expect, test } from "vitest";
import { parameterText } from "../../src/kinds/values.ts";
import { scriptProblem, splitStatements, toOneLine, writeScriptSql } from "../../src/run/script-text.ts";
import { tokenize } from "../../src/tokens.ts";
import { runWithPsql } from "../support/psql.ts";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";

/** Expressions of type text, in which PostgreSQL finds no parameter and no end of a statement. */
const CONSTANTS: readonly string[] = [
  "'it''s $1;'",
  "'\\'",
  "E'it\\'s $1;'",
  "e'\\\\'",
  "E'\\''''",
  "'a'\n  '$1;''b'",
  "E'a'\n'\\'$1;'",
  "E'a' -- it's $1;\n  '\\'$1;'",
  "E'a'\r-- '\r\r'\\''",
  "U&'\\0041 $1;'''",
  "N'n $1;'",
  "B'101'::text",
  "x'1F'::text",
  "$$ it's $1; $$",
  "$a$ $1 $b$ $$ ; $a$",
  "$é1$ $1; $é1$",
  "$_$$_$",
  "/* a /* b */ $1; ' */ 'c'",
  "/*/ $1 ' /*/ */ */ 'd'",
  "'e' -- $1; it's\r",
  "'f' -- $1; \" $$\n",
  "(1+--2\n2)::text",
  "(1*/*;*/2)::text",
  "(SELECT a$1 FROM (SELECT 'g;' AS a$1) x)",
  "(SELECT x$$ FROM (SELECT 'h' AS x$$) y)",
  '(SELECT "a;$1" FROM (SELECT \'i\' AS "a;$1") x)',
  '(SELECT "q""$1;" FROM (SELECT \'j\' AS "q""$1;") x)',
  '(SELECT U&"d\\0061;" FROM (SELECT \'k\' AS "da;") x)',
  "(SELECT é\u2028\u00a0\u0085 FROM (SELECT 'l' AS é\u2028\u00a0\u0085) x)",
  "(ARRAY['m','n','o'])[1:2]::text",
  "(SELECT a[one:two]::text FROM (SELECT ARRAY['p', 'q'] AS a, 1 AS one, 2 AS two) x)",
  "CASE WHEN true THEN 'r;' END",
  "'\u2028 \u0085 \v'",
  "''",
];
const VALUES: readonly unknown[] = [
  "plain",
  "it's \\ $1 $$ -- /* \n\r\u2028",
  "\\'",
  "",
  null,
  undefined,
  true,
  -1,
  -0,
  1.5e300,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  123456789012345678901234567890n,
  new Date("2024-02-29T23:30:00.123Z"),
  ["a,b", '"', "\\", null, ""],
  [
    [1, -2],
    [3, 4],
  ],
  [new Date("2024-02-29T23:30:00.123Z")],
  { a: ["'", { b: null }] },
];

describe.each(anyMajors())("text of scripts on PostgreSQL %i", (major) => {
  test("what PostgreSQL and psql take for constants, names and comments has no parameter and no end", () =>
    withDatabase(major, async (url) => {
      const client = await connect(url);
      const expected: string[] = [];
      const texts: string[] = [];
      try {
        for (const [at, one] of CONSTANTS.entries())
          for (const step of [0, 1, 7]) {
            const other = CONSTANTS[(at + step) % CONSTANTS.length];
            const select = `SELECT md5(concat_ws('|', ${one}, $1::text, ${other},$2::int,7-$2::int))`;
            const values = ["it's \\ ; $2", -3];
            const { rows } = await client.query(select, values);
            const text = writeScriptSql(`${select}; ${select} -- ;`, values);
            expect(splitStatements(text)).toHaveLength(2);
            expect([text, await client.query(text)]).toMatchObject([text, [{ rows }, { rows }]]);
            expected.push(rows[0].md5, rows[0].md5);
            texts.push(text);
          }
        const printed = await runWithPsql(url, texts.join("\n"), ["1=2", "2=1", "two=1"]);
        if (printed !== "") expect(printed.trim().split("\n")).toEqual(expected);
      } finally {
        await client.end();
      }
    }));

  test("a value means the same in a script as in a run", () =>
    withDatabase(major, async (url) => {
      const client = await connect(url);
      try {
        for (const value of VALUES) {
          const { rows } = await client.query("SELECT $1 AS value", [parameterText(value)]);
          expect(await client.query(writeScriptSql("SELECT $1 AS value", [value]))).toMatchObject({ rows });
        }
        const typed = writeScriptSql(
          "SELECT $1::text[] = $2::text[] AS same, $3::bytea AS bytes, $4::int[] AS numbers, pg_typeof($5) AS type",
          [VALUES[14], ["a,b", '"', "\\", null, ""], Buffer.from([0, 39, 92, 255]), VALUES[15], 1],
        );
        const { rows } = await client.query(typed);
        expect(rows).toEqual([
          { same: true, bytes: Buffer.from([0, 39, 92, 255]), numbers: VALUES[15], type: "unknown" },
        ]);
      } finally {
        await client.end();
      }
    }));
});

test("the texts of the tokens are the text, whatever it is", () => {
  for (const one of CONSTANTS)
    for (let cut = 0; cut <= one.length; cut++) {
      const text = one.slice(0, cut);
      expect(
        tokenize(text)
          .map((token) => token.text)
          .join(""),
      ).toBe(text);
    }
});

test.each([
  ["SELECT 'a", "'a … has no end"],
  ['SELECT "a', '"a … has no end'],
  ["SELECT E'a\\'", "E'a\\' … has no end"],
  ["SELECT $x$ a $y$", "$x$ a $y$ … has no end"],
  ["SELECT 1 /* /* */", "/* /* */ … has no end"],
  ["SELECT 1 \\! rm", "psql reads a backslash outside of quotes as a command"],
  ["SELECT 1 \\gexec", "psql reads a backslash outside of quotes as a command"],
  ["SELECT (1", "its parentheses do not match"],
  ["UPDATE a SET b = 1; COMMIT; BEGIN", "COMMIT begins or ends a transaction, but the script does that itself"],
  ["/* x */ rollback", "ROLLBACK begins or ends a transaction, but the script does that itself"],
  ["start transaction", "START begins or ends a transaction, but the script does that itself"],
  ["COPY a FROM stdin", "COPY would read its rows from the script"],
  ["VACUUM a; UPDATE b SET c = 1", "a statement that cannot run in a transaction needs a separate op.sql"],
  ["SELECT '\\', 'COMMIT;' -- \\! \n", undefined],
  ["ROLLBACK TO SAVEPOINT a; ROLLBACK WORK TO a", undefined],
  ["CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END", undefined],
  ["CREATE RULE r AS ON INSERT TO a DO ALSO (DELETE FROM b; DELETE FROM c)", undefined],
  ["SELECT 1; -- it's\n", undefined],
])("%j in a script: %s", (sql, problem) => {
  expect(scriptProblem(sql)).toBe(problem);
});

test.each([
  ["SELECT 1;; -- a\n;", ["SELECT 1;"]],
  ["-- nothing", [""]],
  ["SELECT 1 -- a", ["SELECT 1; -- a"]],
  ["SELECT a[b:c] /* d */;", ["SELECT a[b: c]; /* d */"]],
  ["SELECT 1;\nSELECT 2", ["SELECT 1;\nSELECT 2;"]],
])("%j ends with a semicolon that counts", (sql, [text]) => {
  expect(writeScriptSql(sql)).toBe(text);
});

test("no line break of any kind is left in the line of a comment", () => {
  for (const char of ["\n", "\r", "\r\n", "\v", "\f", "\u0085", "\u2028", "\u2029", "\t"])
    expect(toOneLine(`a${char}DROP TABLE b${char}`)).toBe("a DROP TABLE b");
  expect(toOneLine("a\0\x1b[2K\u202eb")).toBe("a\\x00\\x1b[2K\\u202eb");
});
