import { expect, test } from "vitest";
import { BLOCK_TAG, fillMarks, MARKS } from "../../src/kinds/marks.ts";

test("marks of a statement become names, in quotes where PostgreSQL needs them", () => {
  const statement = `COMMENT ON COLUMN ${MARKS.relation}.${MARKS.column} IS 'a'`;
  expect(fillMarks(statement, { relation: "sales.shop", column: 'a"b' })).toBe(
    `COMMENT ON COLUMN "sales"."shop"."a""b" IS 'a'`,
  );
});

test("a mark inside of a string, a comment or another name is text", () => {
  const text = `COMMENT ON TABLE ${MARKS.relation} IS '${MARKS.relation}' /* ${MARKS.relation} */ "x${MARKS.name.slice(1)}`;
  expect(fillMarks(text, { relation: "it's", name: "b" })).toBe(text.replace(MARKS.relation, () => `"it's"`));
});

test("a block that looks for its object has names in its strings", () => {
  const text = `DO ${BLOCK_TAG} SELECT '${MARKS.relation}'::regclass, '${MARKS.name}', '${MARKS.column}' ${BLOCK_TAG}`;
  expect(fillMarks(text, { relation: "it's", name: 'a"b' })).toBe(
    `DO ${BLOCK_TAG} SELECT '"it''s"'::regclass, '"a""b"', '${MARKS.column}' ${BLOCK_TAG}`,
  );
});
