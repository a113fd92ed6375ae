import { describe, expect, test } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { guessRenames } from "../../src/diff/rename-candidates.ts";
import { applyRenames } from "../../src/diff/renames.ts";
import { findConversion } from "../../src/kinds/conversions.ts";
import type { Change } from "../../src/schema/operation.ts";
import type { Column, Schema, Table } from "../../src/schema/schema.ts";

/** What random schemas found, made small: each once failed on a server. */
describe("the order of a diff", () => {
  test("a table that goes gives up the names of its keys before another table takes them", () => {
    const uniques = [{ name: "UQ_code", columns: ["code"] }];
    const before = schema({ name: "mall", columns: [{ name: "code", type: "text" }], uniques });
    const after = schema({ name: "shop", columns: [{ name: "code", type: "uuid" }], uniques });
    expect(calls(before, after)).toEqual(["dropConstraint mall UQ_code", "createTable shop", "dropTable mall"]);
  });

  test("a key is renamed once the key is gone whose name it takes", () => {
    const columns = [
      { name: "a", type: "text" },
      { name: "b", type: "text" },
    ];
    const mall = { name: "mall", columns, uniques: [{ name: "UQ_taken", columns: ["b"] }] };
    const shop = { name: "shop", columns };
    const before = schema(mall, { ...shop, uniques: [{ name: "UQ_a", columns: ["a"] }] });
    const after = schema({ name: "mall", columns }, { ...shop, uniques: [{ name: "UQ_taken", columns: ["a"] }] });
    expect(calls(before, after)).toEqual(["dropConstraint mall UQ_taken", "renameConstraint shop UQ_a"]);
  });

  test("a foreign key goes before the key it leans on, though another key has the same columns afterwards", () => {
    const staff = (primary: string, unique: string): Table => ({
      name: "staff",
      columns: [
        { name: "id", type: "integer" },
        { name: "code", type: "integer" },
      ],
      primaryKey: { name: `PK_${primary}`, columns: [primary] },
      uniques: [{ name: `UQ_${unique}`, columns: [unique] }],
    });
    const foreignKeys = [{ name: "FK", columns: ["staff"], references: { table: "staff", columns: ["id"] } }];
    const shop = { name: "shop", columns: [{ name: "staff", type: "integer" }], foreignKeys };
    const said = calls(schema(shop, staff("id", "code")), schema(shop, staff("code", "id")));
    expect(said[0]).toBe("dropConstraint shop FK");
    expect(said.at(-1)).toBe("createForeignKey shop");
  });

  test("a foreign key of a table that goes is dropped before the type of what it points at changes", () => {
    const mall = (type: string): Table => ({
      name: "mall",
      columns: [{ name: "id", type }],
      primaryKey: { name: "PK", columns: ["id"] },
    });
    const foreignKeys = [{ name: "FK", columns: ["mall"], references: { table: "mall", columns: ["id"] } }];
    const shop = { name: "shop", columns: [{ name: "mall", type: "integer" }], foreignKeys };
    expect(calls(schema(mall("integer"), shop), schema(mall("uuid")))).toEqual([
      "dropConstraint shop FK",
      "alterColumn mall id",
      "dropTable shop",
    ]);
  });

  test("a key of several columns hands its new values on, and values that only a person knows are asked for", () => {
    const tables = (type: string): Schema => {
      const columns = ["mall", "no"].map((name) => ({ name, type: name === "mall" ? type : "integer" }));
      const references = { table: "mall", columns: ["id"] };
      const toMall = { name: "FK_mall", columns: ["mall"], references };
      const toShop = {
        name: "FK_shop",
        columns: ["mall", "no"],
        references: { table: "shop", columns: ["mall", "no"] },
      };
      return schema(
        { name: "mall", columns: [{ name: "id", type }], primaryKey: { name: "PK_mall", columns: ["id"] } },
        { name: "shop", columns, primaryKey: { name: "PK_shop", columns: ["mall", "no"] }, foreignKeys: [toMall] },
        { name: "till", columns, foreignKeys: [toShop] },
      );
    };
    const [change] = diff(tables("date"), tables("boolean")).filter(({ question }) => question !== undefined);
    const calls = change?.operations.filter(({ target }) => target?.effect === "update").map(({ args }) => args);
    expect(calls).toEqual([
      ["mall", { set: { remodel_id: "…" } }],
      ["shop", { set: { remodel_mall: 'k."remodel_id"' }, from: '"mall" AS k', where: 'k."id" = "shop"."mall"' }],
      [
        "till",
        {
          set: { remodel_mall: 'k."remodel_mall"' },
          from: '"shop" AS k',
          where: 'k."mall" = "till"."mall" AND k."no" = "till"."no"',
        },
      ],
    ]);
    expect(change?.question).toMatchObject({ asks: "type", subject: { table: "mall", name: "id" } });
  });

  test("a generated column is plain before what it is made of gets another type", () => {
    const shop = (type: string, total: Partial<Table["columns"][number]>): Schema =>
      schema({
        name: "shop",
        columns: [
          { name: "size", type },
          { name: "total", type: "numeric", ...total },
        ],
      });
    const before = shop("numeric", { asExpression: "size * 2", generatedType: "STORED" });
    expect(calls(before, shop("date", {}))).toEqual(["alterColumn shop total", "alterColumn shop size"]);
  });

  test("a column is required before it is numbered", () => {
    const shop = (column: Partial<Table["columns"][number]>): Schema =>
      schema({ name: "shop", columns: [{ name: "id", type: "integer", ...column }] });
    const changes = diff(shop({ nullable: true }), shop({ generatedIdentity: "ALWAYS" }));
    expect(changes.flatMap(({ operations }) => operations.map(({ args }) => args[2]))).toEqual([
      { nullable: false },
      { generatedIdentity: "ALWAYS" },
    ]);
  });

  test("a check is written anew where its column changes among the numbers", () => {
    const shop = (type: string): Schema =>
      schema({ name: "shop", columns: [{ name: "size", type }], checks: [{ name: "CHK", expression: "size > 0" }] });
    expect(calls(shop("smallint"), shop("double precision"))).toEqual([
      "dropConstraint shop CHK",
      "alterColumn shop size",
      "createCheckConstraint shop",
    ]);
    expect(calls(shop("character varying(20)"), shop("text"))).toEqual(["alterColumn shop size"]);
  });

  test.each([
    ["that gets a value", ["a"], ["a", "b"], ["renameColumn", "addEnumValue", "alterColumn"]],
    ["that is replaced, with the default", ["b", "a"], ["b"], ["renameColumn", "replaceEnum"]],
  ])("a change that leans on an enum type %s does not come before it with a rename", (_, old, values, expected) => {
    const lease = (name: string, list: readonly string[]): Schema => ({
      enums: [{ name: "state", values: list }],
      tables: [{ name: "lease", columns: [{ name, type: "state", default: `'${list.at(-1)}'` }] }],
    });
    const [before, after] = [lease("size", old), lease("extent", values)];
    const changes = diff(before, after, { guesses: guessRenames(before, after) });
    const names = changes.flatMap(({ operations }) => operations.map(({ name }) => name));
    expect(names).toEqual(expected);
  });

  test("a default that goes with a rewritten enum type is dropped with it", () => {
    const lease = (values: readonly string[], value?: string): Schema => ({
      enums: [{ name: "state", values }],
      tables: [{ name: "lease", columns: [{ name: "now", type: "state", ...(value && { default: value }) }] }],
    });
    const [replaced] = diff(lease(["a", "b"], "'a'"), lease(["b"]));
    expect(replaced!.operations[0]!.args[2]).toEqual([{ table: "lease", column: "now", default: null }]);
    expect(replaced!.operations[0]!.sql.join()).not.toContain("SET DEFAULT");
  });
});

test.each([
  ["integer", "date", undefined],
  ["integer", "uuid", undefined],
  ["integer[]", "integer", undefined],
  ["text", "text[]", `string_to_array("c"::text, ',')::text[]`],
  ["text[]", "text", `array_to_string("c", ',')`],
  ["text[]", "jsonb", `to_jsonb("c")`],
  ["boolean", "integer", `"c"::integer`],
  ["boolean", "numeric", `"c"::integer::numeric`],
  ["bigint", "boolean", `"c" <> 0`],
  ["character varying", "integer", `"c"::integer`],
  ["date", "timestamp with time zone", `"c"::timestamp AT TIME ZONE 'UTC'`],
  ["integer", "mood", `"c"::text::mood`],
])("%s becomes %s by %s", (from, to, using) => {
  expect(findConversion(`"c"`, from, to).using).toBe(using);
});

test("renames add no list that was not there", () => {
  const shop = schema({ name: "shop", columns: [{ name: "id", type: "integer" }] });
  const there = applyRenames(shop, [{ list: "columns", table: "shop", from: "id", to: "code" }]);
  expect(Object.keys(there)).toEqual(["tables"]);
});

test("columns of odd names swap them by a bare name on the way", () => {
  const odd = `say "hi"`;
  const columns = (first: string, second: string) => [
    { name: first, type: "integer", comment: "x" },
    { name: second, type: "date" },
  ];
  const [before, after] = [columns(odd, "a"), columns("a", odd)].map((list) => schema({ name: "shop", columns: list }));
  const guesses = guessRenames(before!, after!);
  const [swap] = diff(before!, after!, { guesses });
  expect(swap!.operations.map(({ args }) => args.slice(1))).toEqual([
    [odd, `remodel_${odd}`],
    ["a", odd],
    [`remodel_${odd}`, "a"],
  ]);
});

test("what two questions share stands with the table that has it, which is asked first", () => {
  const columns = [
    { name: "id", type: "integer" },
    { name: "code", type: "integer" },
  ];
  const estate = (mall: string, shop: string) =>
    schema(
      { name: mall, columns, primaryKey: { name: "PK", columns: ["id"] } },
      {
        name: shop,
        columns: [...columns, { name: "title", type: "text" }],
        foreignKeys: [{ name: `FK_${shop}`, columns: ["code"], references: { table: mall, columns: ["id"] } }],
      },
    );
  const [before, after] = [estate("mall", "shop"), estate("malls", "shops")];
  const changes = diff(before, after, { guesses: guessRenames(before, after) });
  expect(changes.map(({ operations }) => operations.map(({ name, args }) => [name, args[0]].join(" ")))).toEqual([
    ["renameTable shop", "renameConstraint shops"],
    ["renameTable mall"],
  ]);
});

test.each<[string, Column, Column, object]>([
  ["stays with another type", text("text", "C"), text("character varying", "C"), { collation: "C" }],
  ["goes with it", text("text", "C"), text("integer"), {}],
  ["goes without it", text("text", "C"), text("text"), { collation: "default" }],
])("a collation %s", (_, from, to, told) => {
  const shop = (column: Column) => schema({ name: "shop", columns: [column] });
  const [{ operations }] = diff(shop(from), shop(to)) as [Change];
  const { collation } = operations[0]!.args[2] as { collation?: string };
  expect(collation === undefined ? {} : { collation }).toEqual(told);
});

test.each<[string, readonly string[], readonly string[]]>([
  ["by its schema first", [], ["moveEnumToSchema", "renameEnum"]],
  ["by its name first, where its old one is taken there", ["old"], ["renameEnum", "moveEnumToSchema"]],
  ["by a third name, where both are taken", ["old", "sales.new"], ["renameEnum", "moveEnumToSchema", "renameEnum"]],
])("an enum type gets another name in another schema: %s", (_, others, wanted) => {
  const used = (names: readonly string[]): Schema => ({
    enums: names.map((name) => ({ name, values: ["a"] })),
    tables: [{ name: "shop", columns: names.map((type, at) => ({ name: `c${at}`, type })) }],
  });
  const said = calls(used(["sales.old", ...others]), used(["new", ...others]));
  expect(said.map((one) => one.split(" ")[0])).toEqual(wanted);
});

test("a schema that goes is not taken for one that comes: tables move between them one by one", () => {
  const estate = (name: string): Schema => ({
    schemas: [{ name }],
    tables: [{ name: `${name}.shop`, columns: [{ name: "id", type: "integer" }] }],
  });
  const [before, after] = [estate("old"), estate("new")];
  const said = diff(before, after, { guesses: guessRenames(before, after) }).flatMap(({ operations }) => operations);
  expect(said.map(({ name }) => name)).toEqual(["createSchema", "moveToSchema", "dropSchema"]);
});

test("a table that gives up the name of its key first gives up the foreign keys on it", () => {
  const estate = (name: string) =>
    schema({
      name,
      columns: [{ name: "id", type: "integer" }],
      primaryKey: { name: "PK_taken", columns: ["id"] },
      foreignKeys: [{ name: "FK_taken", columns: ["id"], references: { table: name, columns: ["id"] } }],
    });
  expect(calls(estate("mall"), estate("shop")).slice(0, 3)).toEqual([
    "dropConstraint mall FK_taken",
    "dropConstraint mall PK_taken",
    "createTable shop",
  ]);
});

function text(type: string, collation?: string): Column {
  return { name: "v", type, ...(collation && { collation }) };
}

function schema(...tables: readonly Table[]): Schema {
  return { tables };
}

/** What is called, on which table, and the name of what goes or moves. */
function calls(before: Schema, after: Schema): readonly string[] {
  return diff(before, after).flatMap(({ operations }) =>
    operations.map(({ name, args }) => [name, ...args.slice(0, 2).filter((one) => typeof one === "string")].join(" ")),
  );
}

test("a virtual column that becomes a plain one keeps its values", () => {
  const shop = (column: Column): Schema => ({
    tables: [{ name: "shop", columns: [{ name: "net", type: "integer" }, column] }],
  });
  const virtual: Column = { name: "gross", type: "integer", asExpression: "net * 2", generatedType: "VIRTUAL" };
  const changes = diff(shop(virtual), shop({ name: "gross", type: "integer" }));
  expect(changes.flatMap(({ operations }) => operations.map(({ name, args }) => [name, ...args]))).toEqual([
    ["renameColumn", "shop", "gross", "remodel_gross"],
    ["addColumn", "shop", { name: "gross", type: "integer", nullable: true }],
    ["setValues", "shop", { set: { gross: `CAST("remodel_gross" AS integer)` } }],
    ["dropColumn", "shop", "remodel_gross"],
    ["alterColumn", "shop", "gross", { nullable: false }],
  ]);
});
