import { expect, test } from "vitest";
import { listChanging } from "../../src/compare/changing.ts";
import { addColumn, dropColumn } from "../../src/kinds/column-operations.ts";
import { dropEnum } from "../../src/kinds/enum-operations.ts";
import { createExtension } from "../../src/kinds/extensions.ts";
import { sql } from "../../src/kinds/statements.ts";
import { renameTable } from "../../src/kinds/tables.ts";
import type { Change, Operation } from "../../src/schema/operation.ts";

const change = (...operations: readonly Operation[]): Change => ({ operations });
const table = (name: string) => ({ name, columns: [] });

test("what changes is named by its table, and by its names before and after", () => {
  const changes = [
    change(renameTable("mall", "center")),
    { ...change(dropColumn("center", "slug")), ifNo: [dropColumn("mall", "name")] },
    change(dropEnum("sales.state"), sql("UPDATE center SET a = 1")),
    change(createExtension("citext")),
  ];
  expect(listChanging(changes, {})).toEqual(["mall", "center", "sales.state"]);
});

test("a change that does not say what it is about may affect anything", () => {
  expect(listChanging([change(sql("SELECT 1"))], {})).toBeUndefined();
});

test("where most of a database changes, nothing is named", () => {
  const names = Array.from({ length: 60 }, (_, at) => `shop_${at}`);
  const changes = names.map((name) => change(addColumn(name, { name: "slug", type: "text" })));
  expect(listChanging(changes, { tables: names.map(table) })).toBeUndefined();
  const many = Array.from({ length: 600 }, (_, at) => table(`shop_${at}`));
  expect(listChanging(changes, { tables: many })).toEqual(names);
});
