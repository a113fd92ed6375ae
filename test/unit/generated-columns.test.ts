import { describe, expect, test } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { phraseQuestion } from "../../src/kinds/question-text.ts";
import type { Column, Schema, Table } from "../../src/schema/schema.ts";

const int = (name: string): Column => ({ name, type: "integer" });
const maybe = (name: string): Column => ({ ...int(name), nullable: true });
const stored = (name: string, asExpression: string): Column => ({
  ...int(name),
  asExpression,
  generatedType: "STORED",
});

const shop = (columns: readonly Column[], rest: Partial<Table> = {}): Schema => ({
  tables: [{ name: "shop", columns, ...rest }],
});

/** Each change: its question if it has one, then its operations. */
function list(before: Schema, after: Schema): readonly string[] {
  return diff(before, after).map(({ question, operations }) =>
    [
      ...(question === undefined ? [] : [`${phraseQuestion(question)} ${question.query ?? ""}`]),
      ...operations.map(({ name, args: [, second] }) => `${name} ${(second as Column).name ?? second}`),
    ].join("; "),
  );
}

const REQUIRED = "shop.g is required, and is generated as a + 1. Rows in the way:";
const NULLS = `SELECT * FROM "shop" WHERE (a + 1) IS NULL`;

describe("a generated column that is NOT NULL", () => {
  test.each<[name: string, before: readonly Column[], after: readonly Column[], changes: readonly string[]]>([
    ["is new", [maybe("a")], [maybe("a"), stored("g", "a + 1")], [`${REQUIRED} ${NULLS}; addColumn g`]],
    ["is new over a required column", [int("a")], [int("a"), stored("g", "a + 1")], ["addColumn g"]],
    [
      "is new, and may be NULL",
      [maybe("a")],
      [maybe("a"), { ...stored("g", "a + 1"), nullable: true }],
      ["addColumn g"],
    ],
    [
      "is new over a column that is required by then",
      [maybe("a")],
      [int("a"), stored("g", "a + 1")],
      [
        `shop.a becomes required. Rows in the way: SELECT * FROM "shop" WHERE "a" IS NULL; alterColumn a`,
        "addColumn g",
      ],
    ],
    [
      "is new over a column that is required until then",
      [int("a")],
      [maybe("a"), stored("g", "a + 1")],
      ["addColumn g", "alterColumn a"],
    ],
    [
      "is new over a new column without values",
      [int("b")],
      [int("b"), maybe("a"), stored("g", "a + 1")],
      [
        "addColumn a",
        `${REQUIRED} SELECT * FROM (SELECT *, CAST(NULL AS integer) AS "a" FROM "shop") "shop" WHERE (a + 1) IS NULL; addColumn g`,
      ],
    ],
    [
      "is new over a new column with a default",
      [int("b")],
      [int("b"), { ...maybe("a"), default: "1" }, stored("g", "a + 1")],
      ["addColumn a", "addColumn g"],
    ],
    [
      "gets another expression",
      [maybe("a"), int("b"), stored("g", "b + 1")],
      [maybe("a"), int("b"), stored("g", "a + 1")],
      [`${REQUIRED} ${NULLS}; dropColumn g; addColumn g`],
    ],
    [
      "gets another type",
      [maybe("a"), stored("g", "a + 1")],
      [maybe("a"), { ...stored("g", "a + 1"), type: "bigint" }],
      ["dropColumn g; addColumn g"],
    ],
    [
      "gets another type, and could be NULL before",
      [maybe("a"), { ...stored("g", "a + 1"), nullable: true }],
      [maybe("a"), { ...stored("g", "a + 1"), type: "bigint" }],
      [`${REQUIRED} ${NULLS}; dropColumn g; addColumn g`],
    ],
    [
      "is dropped and created around a change of the column under it",
      [maybe("a"), stored("g", "a + 1")],
      [{ ...maybe("a"), type: "bigint" }, stored("g", "a + 1")],
      ["dropColumn g", "alterColumn a", "addColumn g"],
    ],
    [
      "could be NULL before",
      [maybe("a"), { ...stored("g", "a + 1"), nullable: true }],
      [maybe("a"), stored("g", "a + 1")],
      [`${REQUIRED} ${NULLS}; alterColumn g`],
    ],
    [
      "was a plain column",
      [maybe("a"), int("g")],
      [maybe("a"), stored("g", "a + 1")],
      [
        `shop.g becomes a generated column: its values are replaced by a + 1. Rows that change or fail: SELECT * FROM "shop" WHERE "g" IS DISTINCT FROM (a + 1) OR (a + 1) IS NULL; dropColumn g; addColumn g`,
      ],
    ],
  ])("%s", (_, before, after, changes) => expect(list(shop(before), shop(after))).toEqual(changes));

  test("comes after the columns that it reads are required", () => {
    const before = shop([maybe("z"), { ...stored("g", "z + 1"), nullable: true }]);
    expect(list(before, shop([int("z"), stored("g", "z + 1")]))).toEqual([
      `shop.z becomes required. Rows in the way: SELECT * FROM "shop" WHERE "z" IS NULL; alterColumn z`,
      `shop.g is required, and is generated as z + 1. Rows in the way: SELECT * FROM "shop" WHERE (z + 1) IS NULL; alterColumn g`,
    ]);
  });

  test("of a key is never NULL for what reads the key", () => {
    const primaryKey = { name: "PK", columns: ["a"] };
    expect(list(shop([maybe("a")], { primaryKey }), shop([maybe("a"), stored("g", "a + 1")], { primaryKey }))).toEqual([
      "addColumn g",
    ]);
  });
});

test("a virtual column that may be NULL and becomes a plain one is required only after that", () => {
  const virtual: Column = { ...maybe("g"), asExpression: "a + 1", generatedType: "VIRTUAL" };
  expect(list(shop([maybe("a"), virtual]), shop([maybe("a"), int("g")]))).toEqual([
    "renameColumn g; addColumn g; setValues [object Object]; dropColumn remodel_g",
    `shop.g becomes required. Rows in the way: SELECT * FROM "shop" WHERE "g" IS NULL; alterColumn g`,
  ]);
});

describe("a constraint over a generated column", () => {
  const uniques = [{ name: "UQ", columns: ["g"] }];
  const maybeStored = (expression: string): Column => ({ ...stored("g", expression), nullable: true });
  const ROWS = (from: string) =>
    `SELECT "g", count(*) FROM ${from} WHERE "g" IS NOT NULL GROUP BY 1 HAVING count(*) > 1`;

  test("asks about the results of a new one", () =>
    expect(list(shop([int("a")]), shop([int("a"), maybeStored("a % 2")], { uniques }))).toEqual([
      "addColumn g",
      `shop gets the unique constraint UQ (g). Rows in the way: ${ROWS(
        `(SELECT *, CAST(a % 2 AS integer) AS "g" FROM "shop") "shop"`,
      )}; createUniqueConstraint UQ`,
    ]));

  test("asks about the results of another expression", () =>
    expect(
      list(shop([int("a"), maybeStored("a")], { uniques }), shop([int("a"), maybeStored("a % 2")], { uniques })),
    ).toEqual([
      "dropConstraint UQ",
      "dropColumn g; addColumn g",
      `shop gets the unique constraint UQ (g). Rows in the way: ${ROWS(
        `(SELECT "a", CAST(a % 2 AS integer) AS "g" FROM "shop") "shop"`,
      )}; createUniqueConstraint UQ`,
    ]));

  test("does not ask where the results stay", () =>
    expect(
      list(
        shop([int("a"), maybeStored("a")], { uniques }),
        shop([int("a"), { ...maybeStored("a"), type: "bigint" }], { uniques }),
      ),
    ).toEqual(["dropConstraint UQ", "dropColumn g; addColumn g", "createUniqueConstraint UQ"]));
});
