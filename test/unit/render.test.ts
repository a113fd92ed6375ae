import * as morph from "ts-morph";
import { expect, test } from "vitest";
import { createTable, dropTable } from "../../src/kinds/operations.ts";
import { renderRevision } from "../../src/revision/render.ts";

test.each(['"a`b"', '"a\\\\"', '"a`\\\\"', '"a.${b`\\\\"'])(
  "a table named %s is printed with the indentation of any other",
  (name) => {
    const columns = ["first", "second"].map((column) => ({ name: column, type: "integer", comment: "x".repeat(60) }));
    const indents = (table: string) => {
      const text = renderRevision(
        {
          id: "a1b2",
          down: [],
          message: "Names",
          upgrade: [{ operations: [createTable(table, { columns })] }],
          downgrade: [{ operations: [dropTable(table)] }],
        },
        morph,
      );
      return text.split("\n").map((line) => /^ */.exec(line)?.[0].length);
    };
    expect(indents(name)).toEqual(indents("shop"));
  },
);
