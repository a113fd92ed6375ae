import { expect, test } from "vitest";
import { parseName } from "../../src/sql.ts";

test.each([
  ["shop", { name: "shop" }],
  ["sales.shop", { schema: "sales", name: "shop" }],
  ['"odd.name"', { name: "odd.name" }],
  ['sales."a ""b"""', { schema: "sales", name: 'a "b"' }],
])("%s is a name", (text, expected) => expect(parseName(text)).toEqual(expected));

test.each(["", ".", "a.", ".a", "a..b", "a.b.", "a.b.c", '"a".', '""', 'a.""', '"a"b', '"a'])("%j is no name", (text) =>
  expect(() => parseName(text)).toThrow(expect.objectContaining({ code: "OPERATION_INVALID" })),
);
