import { expect, test } from "vitest";
import { addColumn } from "../../src/kinds/column-operations.ts";
import { insertRows } from "../../src/kinds/rows.ts";
import { run, sql } from "../../src/kinds/statements.ts";
import { createTable } from "../../src/kinds/tables.ts";
import { addChecks, leavesRows, letsRowsWait } from "../../src/run/deferred.ts";

const insert = insertRows("mall", [{ id: 1 }]);
const update = sql("UPDATE mall SET id = 2");
const add = addColumn("mall", { name: "a", type: "text", nullable: true });
const create = createTable("audit", { columns: [{ name: "id", type: "integer" }] });
const ddl = sql("/* now */ ALTER TABLE mall ADD b int");
const both = sql("UPDATE mall SET id = 3; ALTER TABLE shop ADD c int");
const code = run(async () => undefined);

test.each([
  [[], []],
  [
    [add, ddl],
    [add, ddl],
  ],
  [
    [insert, update],
    [insert, update, "check"],
  ],
  [
    [insert, create, update, add, add],
    [insert, create, update, "check", add, add],
  ],
  [
    [update, ddl, ddl, insert],
    [update, "check", ddl, ddl, insert, "check"],
  ],
  [
    [update, both, add],
    [update, "check", both, "check", add],
  ],
  [
    [update, code, add],
    [update, code, "check", add],
  ],
] as const)("rows are checked before what would be refused, and at the end: %#", (operations, expected) => {
  expect(addChecks(operations)).toEqual(expected);
});

test.each([
  ["", true, false],
  ["-- UPDATE\nselect 1", true, true],
  ["(SELECT 1) UNION SELECT 2", true, true],
  ["with x as (delete from mall returning *) insert into shop select * from x;", true, true],
  ["SET CONSTRAINTS ALL DEFERRED", true, true],
  ["TRUNCATE mall", false, true],
  ["DO 'BEGIN END'", false, true],
  ["CALL fill()", false, true],
  ["CREATE INDEX ON mall (id); COMMENT ON TABLE mall IS 'UPDATE'", false, false],
  ["UPDATE mall SET id = 1; DROP TABLE shop", false, true],
])("%s", (text, waits, leaves) => {
  expect({ waits: letsRowsWait(text), leaves: leavesRows(text) }).toEqual({ waits, leaves });
});
