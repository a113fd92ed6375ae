import { describe, expect, test } from "vitest";
import { guessRenames } from "../../src/diff/rename-candidates.ts";
import type { Column, Schema, Table } from "../../src/schema/schema.ts";

/** A table from `column`, `column->table` and `column:type`; what it is made of beside `id` is all that counts here. */
function table(name: string, columns: readonly string[], extra: Partial<Table> = {}): Table {
  const parsed = columns.map((text) => /^(\w+)(?:->(\w+)(?:\.(\w+))?)?(?::(.+))?$/.exec(text)!);
  return {
    name,
    columns: parsed.map(([, column, target, , type]): Column => {
      const fallback = target === undefined ? "text" : "integer";
      return { name: column!, type: type ?? fallback };
    }),
    foreignKeys: parsed.flatMap(([, column, target, referenced = "id"]) =>
      target === undefined
        ? []
        : [{ name: `FK_${name}_${column}`, columns: [column!], references: { table: target, columns: [referenced] } }],
    ),
    ...extra,
  };
}

const schema = (...tables: readonly Table[]): Schema => ({ tables });
const id = "id:integer";
const plain = (name: string) => table(name, [id, "name", "code"]);

/** The renames as `table.from=to` and `from=to`. */
function renames(before: Schema, after: Schema): readonly string[] {
  return guessRenames(before, after)
    .flatMap((guess) => guess.renames)
    .map(({ table: owner, from, to }) => `${owner === undefined ? "" : `${owner}.`}${from}=${to}`);
}

describe("a column that points elsewhere is another column", () => {
  const [mall, region] = [plain("mall"), table("region", [id, "title"])];

  test.each<[what: string, before: Schema, after: Schema, found: readonly string[]]>([
    [
      "a relation to another entity",
      schema(mall, region, table("manager", [id, "mallId->mall"])),
      schema(mall, region, table("manager", [id, "regionId->region"])),
      [],
    ],
    [
      "a relation that has another name",
      schema(mall, region, table("manager", [id, "mallId->mall"])),
      schema(mall, region, table("manager", [id, "siteId->mall"])),
      ["manager.mallId=siteId"],
    ],
    [
      "a relation to a table that is renamed too",
      schema(plain("mall"), table("manager", [id, "mallId->mall"])),
      schema(plain("centre"), table("manager", [id, "centreId->centre"])),
      ["mall=centre", "manager.mallId=centreId"],
    ],
    [
      "the other of two relations when one of their tables is renamed",
      schema(plain("mall"), region, table("manager", [id, "mallId->mall", "regionId->region"])),
      schema(plain("centre"), region, table("manager", [id, "areaId->region", "centreId->centre"])),
      ["mall=centre", "manager.mallId=centreId", "manager.regionId=areaId"],
    ],
    [
      "a join column by another key of the same table",
      schema(mall, table("manager", [id, "mallId->mall", "x"])),
      schema(mall, table("manager", [id, "mallCode->mall.code:integer", "x"])),
      [],
    ],
    [
      "a join column whose key has another name",
      schema(mall, table("manager", [id, "mallRef->mall.code", "x"])),
      schema(table("mall", [id, "name", "number"]), table("manager", [id, "mallNo->mall.number", "x"])),
      ["mall.code=number", "manager.mallRef=mallNo"],
    ],
    [
      "a tree that becomes a relation",
      schema(mall, table("unit", [id, "parentId->unit"])),
      schema(mall, table("unit", [id, "mallId->mall"])),
      [],
    ],
    [
      "a tree in a table that is renamed",
      schema(table("unit", [id, "name", "parentId->unit"])),
      schema(table("area", [id, "name", "aboveId->area"])),
      ["unit=area", "area.parentId=aboveId"].map((text) => text.replace("area.p", "unit.p")),
    ],
    [
      "a relation that becomes a number",
      schema(mall, table("manager", [id, "mallId->mall"])),
      schema(mall, table("manager", [id, "floors:integer"])),
      [],
    ],
    [
      "a number that becomes a relation under a similar name",
      schema(mall, table("manager", [id, "mall_id:integer"])),
      schema(mall, table("manager", [id, "mallId->mall"])),
      ["manager.mall_id=mallId"],
    ],
    [
      "a column of a join table",
      schema(mall, region, plain("tag"), table("tags", ["mall_id->mall", "tag_id->tag"])),
      schema(mall, region, plain("tag"), table("tags", ["region_id->region", "tag_id->tag"])),
      [],
    ],
    [
      "a join table of another owner",
      schema(mall, region, plain("tag"), table("mall_tags", ["mall_id->mall", "tag_id->tag"])),
      schema(mall, region, plain("tag"), table("region_tags", ["region_id->region", "tag_id->tag"])),
      [],
    ],
  ])("%s", (_what, before, after, found) => {
    expect([...renames(before, after)].sort()).toEqual([...found].sort());
  });
});

describe("a table that points at a renamed one follows it", () => {
  const tag = plain("tag");

  test.each<[what: string, before: Schema, after: Schema, found: readonly string[]]>([
    [
      "a join table with a name of its own",
      schema(plain("shop"), tag, table("shop_tags", ["shop_id->shop", "tag_id->tag"])),
      schema(plain("store"), tag, table("store_tags", ["store_id->store", "tag_id->tag"])),
      ["shop=store", "shop_tags=store_tags", "shop_tags.shop_id=store_id"],
    ],
    [
      "a join table of which both sides are renamed",
      schema(plain("shop"), table("tag", [id, "word", "rank"]), table("shop_tags", ["shop_id->shop", "tag_id->tag"])),
      schema(
        plain("store"),
        table("label", [id, "word", "rank"]),
        table("store_labels", ["store_id->store", "label_id->label"]),
      ),
      ["shop=store", "tag=label", "shop_tags=store_labels", "shop_tags.shop_id=store_id", "shop_tags.tag_id=label_id"],
    ],
    [
      "a join table with a name that has nothing in common",
      schema(plain("shop"), tag, table("catalogue", ["shop_id->shop", "tag_id->tag"])),
      schema(plain("store"), tag, table("xyz", ["store_id->store", "tag_id->tag"])),
      ["shop=store", "catalogue=xyz", "catalogue.shop_id=store_id"],
    ],
    [
      "a table behind a table that follows",
      schema(
        plain("shop"),
        table("shop_lease", [id, "shop_id->shop"]),
        table("shop_bill", ["shop_id->shop", "shop_lease_id->shop_lease"]),
      ),
      schema(
        plain("store"),
        table("store_lease", [id, "store_id->store"]),
        table("store_bill", ["store_id->store", "store_lease_id->store_lease"]),
      ),
      ["shop=store", "shop_lease=store_lease", "shop_bill=store_bill"],
    ],
    [
      "not one that only points at the same tables",
      schema(plain("shop"), plain("person"), table("likes", ["a_id->person", "b_id->person"])),
      schema(plain("store"), plain("person"), table("blocks", ["c_id->person", "d_id->person"])),
      ["shop=store"],
    ],
  ])("%s", (_what, before, after, found) => {
    const tables = (list: readonly string[]) => list.filter((text) => !text.includes(".")).sort();
    expect(renames(before, after)).toEqual(expect.arrayContaining([...found]));
    expect(tables(renames(before, after))).toEqual(tables(found));
  });
});

describe("columns that swap their names", () => {
  const swapped = (code: Partial<Column>, opened: Partial<Column>, extra: Partial<Table> = {}) =>
    schema({
      name: "shop",
      columns: [
        { name: "code", type: "integer", ...code },
        { name: "opened", type: "date", ...opened },
      ],
      ...extra,
    });
  const [date, int] = [{ type: "date" }, { type: "integer" }];
  const unique = (column: string) => ({ uniques: [{ name: "UQ", columns: [column] }] });
  const both = ["shop.code=opened", "shop.opened=code"];

  test.each<[what: string, before: Schema, after: Schema, found: readonly string[]]>([
    ["types alone", swapped({}, {}), swapped(date, int), []],
    [
      "types, where both have the same default",
      swapped({ nullable: true }, { nullable: true }),
      swapped({ ...date, nullable: true }, { ...int, nullable: true }),
      [],
    ],
    [
      "what else they have goes along",
      swapped({ nullable: true }, {}),
      swapped(date, { ...int, nullable: true }),
      both,
    ],
    ["a comment goes along", swapped({ comment: "x" }, {}), swapped(date, { ...int, comment: "x" }), both],
    ["a key goes along", swapped({}, {}, unique("code")), swapped(date, int, unique("opened")), both],
    ["a key stays", swapped({}, {}, unique("code")), swapped(date, int, unique("code")), []],
    ["what else they have stays", swapped({ nullable: true }, {}), swapped({ ...date, nullable: true }, int), []],
  ])("%s", (_what, before, after, found) => {
    expect(renames(before, after)).toEqual(found);
  });
});
