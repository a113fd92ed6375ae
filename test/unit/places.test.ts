import { expect, test } from "vitest";
import { fillMarks, MARKS } from "../../src/kinds/places.ts";

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
