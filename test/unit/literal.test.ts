import { runInThisContext } from "node:vm";
import { expect, test } from "vitest";
import { printCall, printLiteral } from "../../src/revision/literal.ts";

const NAMES = ['x"y', "co'l", "`", '"$' + "{a}`", "a\\b", 'line\n"break"', "\u2028", "__proto__", "", "1", "a-b"];

test.each(NAMES)("the key %j is printed as TypeScript reads it", (name) => {
  const value = { set: { [name]: 'k."id"' }, rows: [{ [name]: 1 }, { [name]: null }] };
  expect(runInThisContext(`(${printLiteral(value)})`)).toEqual(value);
  expect(runInThisContext(`((value) => value)${printCall("", [value], 1).replace(/;$/, "")}`)).toEqual(value);
});
