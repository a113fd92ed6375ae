import { expect, test } from "vitest";
import { maskSecrets, printable, printableJson, printableLine, shortStatement } from "../../src/printable.ts";

test.each([
  ["\u001b[31mred\u001b[0m", "\\x1b[31mred\\x1b[0m"],
  ["\u001b]0;title\u0007", "\\x1b]0;title\\x07"],
  ["a\rb", "a\\rb"],
  ["a\u0000b\u007fc\u009bd\u0085e", "a\\x00b\\x7fc\\x9bd\\x85e"],
  ["\u202eevil\u202c\u2066x\u2069\u200e\u200f\u061c", "\\u202eevil\\u202c\\u2066x\\u2069\\u200e\\u200f\\u061c"],
  ["a\u2028b\u2029c", "a\\u2028b\\u2029c"],
  ["a\u200bb\u2060c\ufeffd\u00ade", "a\\u200bb\\u2060c\\ufeffd\\xade"],
  ["\u{e0041}", "\\u{e0041}"],
  ["\ud800x", "\\ud800x"],
])("%j is shown as %s", (text, shown) => {
  expect(printable(text)).toBe(shown);
  expect(printableLine(text)).toBe(shown);
  const json = printableJson(JSON.stringify({ text }, null, 2));
  expect(JSON.parse(json)).toEqual({ text });
  expect(json).toMatch(/^[\x20-\x7e\n]*$/);
});

test.each(["größe", "漢字", "👩‍👩‍👧", "می‌خواهم", "a\tb\nc", "\\x1b"])("%j is shown as it is", (text) => {
  expect(printable(text)).toBe(text);
});

test("in one line lines and tabs are spelt out too", () => {
  expect(printableLine("a\tb\nc")).toBe("a\\tb\\nc");
});

const SECRET = "open-sesame";

test.each([
  `CREATE ROLE a LOGIN PASSWORD '${SECRET}'`,
  `ALTER USER a WITH ENCRYPTED PASSWORD '${SECRET}' VALID UNTIL 'infinity'`,
  `alter role a password\n\t'${SECRET}'`,
  `ALTER ROLE a PASSWORD E'it\\'s ${SECRET}'`,
  `ALTER ROLE a PASSWORD 'it''s ${SECRET}'`,
  `ALTER ROLE a PASSWORD U&'${SECRET}'`,
  `ALTER ROLE a PASSWORD $$${SECRET}$$`,
  `ALTER ROLE a PASSWORD $x$it's $$ ${SECRET}$x$`,
  `ALTER ROLE a PASSWORD /* new */ '${SECRET}'`,
  `ALTER ROLE a PASSWORD -- new\n '${SECRET}'`,
  `ALTER ROLE a PASSWORD '${SECRET} that the server cut off`,
  `CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'a', password '${SECRET}')`,
  `CREATE SUBSCRIPTION s CONNECTION 'host=h user=a password=${SECRET} dbname=d' PUBLICATION p`,
  `CREATE SUBSCRIPTION s CONNECTION 'host=h password=''${SECRET}'' dbname=d' PUBLICATION p`,
  `SELECT dblink_connect('postgres://a:${SECRET}@h/d')`,
  `SELECT f(password => '${SECRET}', n => 1)`,
  `SELECT set_config('app.api_key', '${SECRET}', true)`,
  `UPDATE users SET "password" = '${SECRET}' WHERE id = 1`,
  `UPDATE users SET token_secret='${SECRET}'`,
])("a secret is masked: %s", (sql) => {
  const masked = maskSecrets(sql);
  expect(masked).not.toMatch("sesame");
  expect(masked).toMatch("…");
});

test.each(["ALTER ROLE a PASSWORD NULL", "SELECT 'pass', 1", "ALTER TABLE users ADD password text", "SELECT 'a@b'"])(
  "nothing is masked in %s",
  (sql) => expect(maskSecrets(sql)).toBe(sql),
);

test("a statement in a message is cut, by lines and by characters", () => {
  const lines = Array.from({ length: 60 }, (_, at) => `line ${at}`).join("\n");
  expect(shortStatement(lines)).toBe("line 0\nline 1\nline 2\n… 57 more lines");
  expect(shortStatement("x".repeat(10_000))).toHaveLength(500);
  expect(shortStatement("SELECT 1")).toBe("SELECT 1");
});
