import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { refuseIdleAnswers } from "../../src/author/answers.ts";
import { readAnswers } from "../../src/cli/answers.ts";
import type { Args } from "../../src/cli/args.ts";
import type { RenameAnswers } from "../../src/diff/rename-candidates.ts";
import type { Rename } from "../../src/diff/renames.ts";
import { renameTable } from "../../src/kinds/tables.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { withFolder } from "../support/session.ts";

function read(flags: Partial<Args>, file?: unknown) {
  return withFolder(async (folder) => {
    if (file !== undefined)
      writeFileSync(join(folder, "a.json"), typeof file === "string" ? file : JSON.stringify(file));
    return readAnswers({ ...flags, ...(file !== undefined && { answers: "a.json" }) } as Args, folder);
  });
}

const title: Rename = { list: "columns", table: "mall", from: "title", to: "name" };
const store: Rename = { list: "tables", from: "store", to: "shop" };

describe("readAnswers", () => {
  test("a file says what flags say, and both are one", async () => {
    const all = { renamed: [title, store], dropped: ["mall.code"], accept: ["rename"] };
    const file = { rename: { "mall.title": "name", store: "shop" }, noRename: ["mall.code"], accept: ["renames"] };
    expect(await read({}, file)).toEqual(all);
    const flags = { rename: ["mall.title=name", "store=shop"], noRename: ["mall.code"], accept: ["renames"] };
    expect(await read(flags)).toEqual(all);
    expect(await read({ ...flags, accept: [] }, file)).toEqual(all);
    expect(await read({}, {})).toEqual({ renamed: [], dropped: [], accept: [] });
  });

  test("a name with a schema on both sides is a table's", async () => {
    const { renamed } = await read({ rename: ["audit.log=audit.journal", "audit.log.at=on"] });
    expect(renamed).toEqual([
      { list: "tables", from: "audit.log", to: "audit.journal" },
      { list: "columns", table: "audit.log", from: "at", to: "on" },
    ]);
  });

  test.each<[what: string, flags: Partial<Args>, file: unknown, message: RegExp]>([
    ["an unknown key", {}, { renames: {} }, /a\.json: there is no answer "renames"/],
    ["a list of renames", {}, { rename: ["a"] }, /"rename" must be an object/],
    ["a rename to nothing", {}, { rename: { a: "" } }, /"rename" must be an object/],
    ["a name alone", {}, { noRename: "a" }, /"noRename" must be a list/],
    ["an unknown kind", {}, { accept: ["toString"] }, /"accept" must be a list of renames, constraints/],
    ["no JSON", {}, "{", /a\.json: is not JSON/],
    ["no object", {}, [], /a\.json: must contain an object/],
    ["no file", { answers: "b.json" }, undefined, /b\.json: cannot be read/],
    ["a flag without its half", { rename: ["a="] }, undefined, /--rename a= cannot be read/],
    ["two new names", { rename: ["a=b"] }, { rename: { a: "c" } }, /two answers for a\./],
    ["two old names", { rename: ["m.a=c"] }, { rename: { "m.b": "c" } }, /cannot both be renamed to m\.c/],
    ["a rename and none", { noRename: ["m.a"] }, { rename: { "m.a": "b" } }, /two answers for m\.a\./],
  ])("%s is refused", async (_what, flags, file, message) => {
    await expect(read(flags, file)).rejects.toThrow(message);
  });
});

const text = (...names: readonly string[]) => names.map((name) => ({ name, type: "text" }));
const live: Schema = {
  tables: [
    { name: "mall", columns: [...text("id", "title", "code"), { name: "a", type: "date" }] },
    { name: "store", columns: text("id", "no") },
  ],
};
const models: Schema = {
  tables: [
    { name: "mall", columns: [...text("id", "name", "a"), { name: "number", type: "text" }] },
    { name: "shop", columns: text("id", "number") },
  ],
};

describe("refuseIdleAnswers", () => {
  const check = (answers: RenameAnswers) =>
    refuseIdleAnswers({ live, models, upgrade: [{ operations: [renameTable("store", "shop")] }] }, answers);
  const column = (table: string, from: string, to: string): Rename => ({ list: "columns", table, from, to });

  test.each<[what: string, answers: RenameAnswers]>([
    ["a column", { renamed: [title] }],
    ["a table, and a column in it by the table's old name", { renamed: [store, column("store", "no", "number")] }],
    ["what is no rename", { dropped: ["mall.title", "store", "store.no"] }],
    ["a column that kept its name but not its type", { dropped: ["mall.a"] }],
    ["names that are exchanged", { renamed: [column("mall", "id", "a"), column("mall", "a", "id")] }],
  ])("%s is an answer", (_what, answers) => {
    expect(() => check(answers)).not.toThrow();
  });

  test.each<[answers: RenameAnswers, message: string]>([
    [
      { renamed: [column("mall", "titel", "name")] },
      "--rename mall.titel=name answers nothing: the database has no column titel of mall; there are id, title, code and a.",
    ],
    [{ renamed: [column("mall", "title", "nam")] }, "the models have no column nam of mall."],
    [{ renamed: [column("mall", "id", "name")] }, "the models still have the column id of mall."],
    [{ renamed: [column("mall", "title", "id")] }, "the database has a column id of mall already."],
    [{ renamed: [column("shop", "no", "number")] }, "the database has no table shop; there are mall and store."],
    [{ renamed: [{ ...store, from: "stores" }] }, "the database has no table stores"],
    [{ renamed: [{ ...store, to: "shops" }] }, "the models have no table shops."],
    [{ dropped: ["mall.id"] }, "--no-rename mall.id answers nothing: the models still have the column id of mall."],
    [{ dropped: ["mall"] }, "the models still have the table mall."],
    [{ dropped: ["shops"] }, "the database has no table shops"],
    [{ dropped: ["mall.cod"] }, "the database has no column cod of mall"],
  ])("%j is refused", (answers, message) => {
    expect(() => check(answers)).toThrow(message);
  });
});
