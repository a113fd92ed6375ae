import { describe, expect, test } from "vitest";
import {
  type Cause,
  foreignKeysOfChangedColumns,
  foreignKeysToLostKeys,
  generatedColumns,
  itemsOfChangedColumns,
  removedOfReplacedTypes,
} from "../../src/diff/in-the-way.ts";
import { itemsOverChangedTables } from "../../src/diff/items-over-tables.ts";
import { tableChanges } from "../../src/diff/table-changes.ts";
import type { Dependencies, Use } from "../../src/schema/dependencies.ts";
import type { Column, Schema, Table } from "../../src/schema/schema.ts";

type Row = readonly [what: string, before: Schema, after: Schema, found: readonly string[]];

function find(cause: Cause, before: Schema, after: Schema): readonly string[] {
  const found = cause({ before, after, changes: tableChanges(before, after) });
  return found.map(({ table, list, name }) => `${table} ${list} ${name}`);
}

const size = (type: string, more: Partial<Column> = {}): Column => ({ name: "size", type, ...more });
const total = (expression: string): Column => ({ name: "total", type: "numeric", asExpression: expression });
const shop = (columns: readonly Column[], more: Partial<Table> = {}): Schema => ({
  tables: [{ name: "shop", columns, ...more }],
});

describe("generated columns", () => {
  test.each<Row>([
    ["another type", shop([size("integer"), total("size * 2")]), shop([size("bigint"), total("size * 2")]), ["total"]],
    [
      "another collation",
      shop([size("text"), total("size")]),
      shop([size("text", { collation: "C" }), total("size")]),
      ["total"],
    ],
    ["a removed column", shop([size("integer"), total("size * 2")]), shop([total("1")]), ["total"]],
    ["a default", shop([size("integer"), total("size")]), shop([size("integer", { default: "1" }), total("size")]), []],
    ["a longer name", shop([size("integer"), total("sizes")]), shop([size("bigint"), total("sizes")]), []],
    [
      "a plain column after it",
      shop([size("integer"), total("size")]),
      shop([size("bigint"), { name: "total", type: "numeric" }]),
      [],
    ],
  ])("%s", (_, before, after, found) =>
    expect(find(generatedColumns, before, after)).toEqual(found.map((name) => `shop columns ${name}`)),
  );
});

describe("an enum type that is replaced", () => {
  const enums = (...values: readonly string[]) => [{ name: "State", values }];
  const typed = (name: string, more: Partial<Column> = {}): Column => ({ name, type: '"State"', ...more });
  const from = (columns: readonly Column[], more: Partial<Table> = {}): Schema => ({
    ...shop(columns, more),
    enums: enums("a", "b"),
  });
  const to = (columns: readonly Column[], more: Partial<Table> = {}): Schema => ({
    ...shop(columns, more),
    enums: enums("a"),
  });
  const kept = typed("kept");

  test.each<Row>([
    ["a removed column", from([kept, typed("gone")]), to([kept]), ["shop columns gone"]],
    [
      "a removed column of an array",
      from([kept, { name: "gone", type: '"State"[]' }]),
      to([kept]),
      ["shop columns gone"],
    ],
    ["a removed table", from([kept]), { enums: enums("a") }, [" tables shop"]],
    ["a removed column of another type", from([kept, size("text")]), to([kept]), []],
    ["a type that gets a value", to([kept, typed("gone")]), from([kept]), []],
  ])("%s", (_, before, after, found) => expect(find(removedOfReplacedTypes, before, after)).toEqual(found));

  const same = (columns: readonly Column[], more: Partial<Table> = {}) =>
    [from(columns, more), to(columns, more)] as const;
  test.each<Row>([
    ["over a column of the type", ...same([kept, total("kept = 'a'")]), ["shop columns total"]],
    ["of the type", ...same([kept, typed("other", { asExpression: "CASE 1 END" })]), ["shop columns other"]],
    ["with a cast to the type", ...same([size("text"), total(`('a'::public."State")::text`)]), ["shop columns total"]],
    [
      "with another CAST to it",
      ...same([size("text"), total('CAST(CAST(1 AS "State") AS text)')]),
      ["shop columns total"],
    ],
    ["with a column of its name", ...same([size("text"), total('"State"')]), []],
    ["in a table that is removed", from([kept, total("kept = 'a'")]), { enums: enums("a") }, []],
  ])("generated columns %s", (_, before, after, found) => expect(find(generatedColumns, before, after)).toEqual(found));

  test.each<Row>([
    ["a check", ...same([kept], { checks: [{ name: "C", expression: "kept = 'a'" }] }), ["shop checks C"]],
    [
      "a check with a cast",
      ...same([size("text")], { checks: [{ name: "C", expression: `size <> ('a'::"State")::text` }] }),
      ["shop checks C"],
    ],
    [
      "an exclusion",
      ...same([kept], { exclusions: [{ name: "X", expression: "(kept WITH =)" }] }),
      ["shop exclusions X"],
    ],
    [
      "a predicate",
      ...same([kept, size("text")], { indexes: [{ name: "I", columns: ["size"], where: "kept = 'a'" }] }),
      ["shop indexes I"],
    ],
    ["a plain index", ...same([kept], { indexes: [{ name: "I", columns: ["kept"] }] }), []],
    [
      "an index that loses a column of the type which goes",
      from([kept, typed("gone")], { indexes: [{ name: "I", columns: ["gone", "kept"] }] }),
      to([kept], { indexes: [{ name: "I", columns: ["kept"] }] }),
      ["shop indexes I"],
    ],
    [
      "a check that no longer reads a column of the type which goes",
      from([kept, typed("gone")], { checks: [{ name: "C", expression: "gone IS NOT NULL" }] }),
      to([kept], { checks: [{ name: "C", expression: "kept IS NOT NULL" }] }),
      ["shop checks C"],
    ],
    [
      "an index that goes with a column of the type",
      from([size("text"), typed("gone")], { indexes: [{ name: "I", columns: ["gone", "size"] }] }),
      to([size("text")]),
      [],
    ],
    [
      "a check of another column",
      ...same([kept, size("text")], { checks: [{ name: "C", expression: "size <> ''" }] }),
      [],
    ],
  ])("%s", (_, before, after, found) => expect(find(itemsOfChangedColumns, before, after)).toEqual(found));
});

describe("foreign keys", () => {
  const key = { name: "FK", columns: ["mall"], references: { table: "mall", columns: ["id"] } };
  const mall = (type: string, more: Partial<Table> = {}): Table => ({
    name: "mall",
    columns: [
      { name: "id", type },
      { name: "code", type: "text" },
    ],
    primaryKey: { name: "PK", columns: ["id"] },
    ...more,
  });
  const pointing = (type: string, target?: Table): Schema => ({
    tables: [{ name: "shop", columns: [{ name: "mall", type }], foreignKeys: [key] }, ...(target ? [target] : [])],
  });
  const integer = pointing("integer", mall("integer"));

  test.each<Row>([
    ["both to another family", integer, pointing("uuid", mall("uuid")), ["shop foreignKeys FK"]],
    ["the target alone", integer, pointing("integer", mall("uuid")), ["shop foreignKeys FK"]],
    ["within a family", integer, pointing("bigint", mall("bigint")), []],
    ["to floats", integer, pointing("real", mall("real")), ["shop foreignKeys FK"]],
    ["from floats", pointing("real", mall("real")), integer, ["shop foreignKeys FK"]],
    ["one of them to a type that the other is read as", pointing("integer", mall("bigint")), integer, []],
    [
      "to arrays of others",
      pointing("integer[]", mall("integer[]")),
      pointing("bigint[]", mall("bigint[]")),
      ["shop foreignKeys FK"],
    ],
    ["nothing", integer, structuredClone(integer), []],
    [
      "another default of types that PostgreSQL compares and we do not know",
      pointing("cidr", mall("inet")),
      pointing("cidr", mall("inet", { comment: "x" })),
      [],
    ],
    ["a table that is left alone", pointing("integer"), pointing("integer", mall("integer")), []],
    [
      "another type than that of a table that is left alone",
      pointing("integer"),
      pointing("uuid"),
      ["shop foreignKeys FK"],
    ],
    [
      "another default, and the table is left alone",
      pointing("uuid"),
      { tables: [{ ...pointing("uuid").tables![0]!, comment: "x" }] },
      [],
    ],
  ])("of changed columns: %s", (_, before, after, found) =>
    expect(find(foreignKeysOfChangedColumns, before, after)).toEqual(found),
  );

  const byCode = { primaryKey: { name: "PK", columns: ["code"] } };
  test.each<Row>([
    ["the key has other columns", integer, pointing("integer", mall("integer", byCode)), ["shop foreignKeys FK"]],
    [
      "the key has another name",
      integer,
      pointing("integer", mall("integer", { primaryKey: { name: "PK2", columns: ["id"] } })),
      [],
    ],
    ["the table is removed", integer, pointing("integer"), []],
    [
      "the table is removed and another takes the key's name",
      integer,
      { tables: [...(pointing("integer").tables ?? []), { ...mall("integer"), name: "site" }] },
      ["shop foreignKeys FK"],
    ],
    ["the table changes elsewhere", integer, pointing("integer", mall("integer", { comment: "x" })), []],
  ])("to lost keys: %s", (_, before, after, found) =>
    expect(find(foreignKeysToLostKeys, before, after)).toEqual(found),
  );
});

describe("keys, indexes and checks", () => {
  const indexed = (type: string, where?: string): Schema =>
    shop([size(type)], { indexes: [{ name: "IDX", columns: ["size"], ...(where !== undefined && { where }) }] });
  const virtual = (expression: string): Schema =>
    shop([size("integer"), total(expression)], { uniques: [{ name: "UQ", columns: ["total"] }] });

  test.each<Row>([
    ["the same index with other operators is rebuilt", indexed("integer"), indexed("text"), []],
    ["a predicate names the column", indexed("integer", "size > 0"), indexed("text", "size > 0"), ["shop indexes IDX"]],
    ["the predicate changes too", indexed("integer", "big"), indexed("text", "huge"), ["shop indexes IDX"]],
    [
      "types with the same operators",
      indexed("character varying(20)", "size = 'x'"),
      indexed("text", "size = 'x'"),
      [],
    ],
    ["a generated column is replaced", virtual("size"), virtual("size * 2"), ["shop uniques UQ"]],
  ])("%s", (_, before, after, found) => expect(find(itemsOfChangedColumns, before, after)).toEqual(found));

  const excluded = (column: Column): Schema =>
    shop([column], { exclusions: [{ name: "X", expression: "(size WITH =)" }] });
  test.each<Row>([
    ["another family", excluded(size("date")), excluded(size("text")), ["shop exclusions X"]],
    [
      "another type of its family",
      excluded(size("date")),
      excluded(size("timestamp without time zone")),
      ["shop exclusions X"],
    ],
    ["another collation", excluded(size("text")), excluded(size("text", { collation: "C" })), ["shop exclusions X"]],
    ["a longer type", excluded(size("character varying(5)")), excluded(size("character varying(9)")), []],
  ])("an exclusion over a column that gets %s", (_, before, after, found) =>
    expect(find(itemsOfChangedColumns, before, after)).toEqual(found),
  );

  const checked = (type: string, expression: string): Schema =>
    shop([size(type), { name: "code", type: "text" }], { checks: [{ name: "CHK", expression }] });
  test.each<Row>([
    ["names a changed column", checked("integer", "size > 0"), checked("numeric", "size > 0"), ["shop checks CHK"]],
    ["names another column", checked("integer", "code <> ''"), checked("numeric", "code <> ''"), []],
    ["changes too", checked("integer", "code <> ''"), checked("numeric", "code <> 'x'"), ["shop checks CHK"]],
    ["changes alone", checked("integer", "code <> ''"), checked("integer", "code <> 'x'"), []],
  ])("a check %s", (_, before, after, found) => expect(find(itemsOfChangedColumns, before, after)).toEqual(found));

  const CHECKED = checked("state", "size = 'a'::state");
  const withTypes = (values: readonly string[]): Schema => ({
    ...CHECKED,
    enums: [
      { name: "sales.state", values },
      { name: "state", values: ["a"] },
    ],
  });
  test.each<[what: string, known: readonly (readonly [string, readonly Use[]])[], isFound: boolean]>([
    ["a type that is replaced", [["shop\0checks\0CHK", [{ type: "sales.state" }]]], true],
    ["another type of its name", [["shop\0checks\0CHK", [{ type: "state" }]]], false],
    ["nothing that changes", [], false],
  ])("a check that uses %s, as the live database knows", (_, known, isFound) => {
    const [before, after] = [withTypes(["a", "b"]), withTypes(["b"])];
    const dependencies: Dependencies = { dependents: [], uses: new Map(known), facts: new Map() };
    const changes = tableChanges(before, after, dependencies);
    expect(itemsOfChangedColumns({ before, after, changes, dependencies })).toHaveLength(isFound ? 1 : 0);
  });
});

describe("views", () => {
  const views = [
    { name: "report", expression: "SELECT size FROM shop" },
    { name: "summary", expression: "SELECT size FROM report" },
    { name: "other", expression: "SELECT id FROM mall" },
  ];
  const all = ["report", "summary"];
  const enums = (values: readonly string[]) => [{ name: "state", values }];

  test.each<Row>([
    ["a removed column", shop([size("text"), { name: "code", type: "text" }]), shop([size("text")]), all],
    ["another type", shop([size("integer")]), shop([size("bigint")]), all],
    ["a removed table", shop([size("integer")]), { tables: [] }, all],
    ["an added column", shop([size("text")]), shop([size("text"), { name: "code", type: "text" }]), []],
    ["a default", shop([size("text")]), shop([size("text", { default: "''" })]), []],
    [
      "an enum type that loses a value",
      { ...shop([size("state")]), enums: enums(["a", "b"]) },
      { ...shop([size("state")]), enums: enums(["b"]) },
      all,
    ],
    [
      "an enum type that gets a value",
      { ...shop([size("state[]")]), enums: enums(["a"]) },
      { ...shop([size("state[]")]), enums: enums(["a", "b"]) },
      [],
    ],
  ])("over %s", (_, before, after, found) =>
    expect(find(itemsOverChangedTables, { ...before, views }, { ...after, views })).toEqual(
      found.map((name) => ` views ${name}`),
    ),
  );

  test("over a replaced view", () => {
    const [, ...others] = views;
    const after = { views: [{ name: "report", expression: "SELECT 1 AS size FROM shop" }, ...others] };
    expect(find(itemsOverChangedTables, { views }, after)).toEqual([" views report", " views summary"]);
  });

  const dependencies = (uses: readonly Use[], values: readonly Use[]): Dependencies => ({
    dependents: [{ kind: "view", name: "report", uses, values, drop: "", create: [] }],
    uses: new Map(),
    facts: new Map(),
  });
  const star = [{ name: "report", expression: "SELECT * FROM shop" }];
  const [report] = views;
  const one = report === undefined ? [] : [report];
  test.each<[what: string, views: Schema["views"], uses: readonly Use[], isFound: boolean, values?: readonly Use[]]>([
    ["that the view reads", one, [{ relation: "shop", column: "code" }], true],
    ["that the view does not read", one, [{ relation: "shop", column: "size" }], false],
    ["of a table whose rows the view counts", one, [{ relation: "shop" }], false],
    ["of a table whose rows the view holds", one, [{ relation: "shop" }], true, [{ relation: "shop" }]],
    ["of a table while the view holds rows of another", one, [{ relation: "shop" }], false, [{ relation: "mall" }]],
    ["of a table whose key the view groups by", one, [{ relation: "shop", key: "PK" }], false],
    ["of another table", one, [{ relation: "mall", column: "code" }], false],
    ["that the view with a star did not read", star, [{ relation: "shop", column: "size" }], true],
  ])("over a removed column %s, as the live database knows", (_, list, uses, isFound, values = []) => {
    const before = { ...shop([size("text"), { name: "code", type: "text" }]), ...(list && { views: list }) };
    const after = { ...shop([size("text")]), ...(list && { views: list }) };
    const changes = tableChanges(before, after);
    const found = itemsOverChangedTables({ before, after, changes, dependencies: dependencies(uses, values) });
    expect(found.map(({ name }) => name)).toEqual(isFound ? ["report"] : []);
  });
});
