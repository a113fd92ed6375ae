import fc from "fast-check";
import { expect, test } from "vitest";
import * as operations from "../../src/kinds/operations.ts";
import type { Call } from "../../src/revision/calls.ts";
import { indexCounterparts, undoes } from "../../src/revision/counterparts.ts";
import { takeBack } from "../../src/revision/take-back.ts";

const COLUMNS = { columns: [{ name: "id", type: "integer" }] };

/** What is made, altered, renamed and dropped, of a few names, so that many take each other back. */
const CALLS: readonly Call[] = ["a", "b"].flatMap((table): Call[] => [
  operations.createTable(table, COLUMNS),
  operations.dropTable(table),
  operations.renameTable("a", "b"),
  operations.renameTable("b", "a"),
  ...["id", "no"].flatMap((column): Call[] => [
    operations.addColumn(table, { name: column, type: "integer" }),
    operations.dropColumn(table, column),
    operations.alterColumn(table, column, { type: "text" }),
    operations.renameColumn(table, column, column === "id" ? "no" : "id"),
    operations.createIndex(table, { name: `by_${column}`, columns: [column] }),
    operations.dropIndex(table, `by_${column}`),
    operations.sql(`CREATE VIEW ${column}_of_${table} AS SELECT ${column} FROM ${table}`),
    operations.sql(`DROP VIEW IF EXISTS ${column}_of_${table}`),
    operations.sql(`ALTER TABLE ${table} ADD COLUMN ${column} int`),
    operations.sql(`ALTER TABLE ONLY ${table} DROP COLUMN ${column} CASCADE`),
    operations.sql(`UPDATE ${table} SET ${column} = 1`),
  ]),
  operations.createEnum(table, ["x"]),
  operations.addEnumValue(table, "y"),
  operations.dropEnum(table),
  operations.sql("DROP"),
  operations.sql("CREATE"),
  operations.sql(""),
]);

test("the index finds what comparing every pair finds", () => {
  const lists = fc.array(fc.constantFrom(...CALLS), { maxLength: 12 });
  fc.assert(
    fc.property(lists, (list) => {
      const find = indexCounterparts(list);
      for (const call of CALLS)
        expect(find(call)).toEqual(list.flatMap((done, at) => (undoes(call, done) ? [at] : [])));
    }),
    { numRuns: 200, seed: 12 },
  );
});

test.each([
  [
    "statements",
    (at: number) => operations.sql(`CREATE TABLE a${at} ()`),
    (at: number) => operations.sql(`DROP TABLE a${at}`),
  ],
  [
    "other operations",
    (at: number) => operations.createTable(`a${at}`, COLUMNS),
    (at: number) => operations.dropTable(`a${at}`),
  ],
  ["an update each", () => operations.sql("UPDATE a SET b = 1"), () => operations.sql("UPDATE a SET b = 2")],
])("four times as many %s are looked at four times as often", (_, up, down) => {
  const looks = (count: number) => {
    let all = 0;
    const watched = (call: Call) =>
      new Proxy(call, {
        get: (target, key) => {
          all += 1;
          return Reflect.get(target, key);
        },
      });
    const numbers = Array.from({ length: count }, (_one, at) => at);
    const calls = numbers.map((at) => watched(up(at)));
    const back = numbers.toReversed().map((at) => watched(down(at)));
    const found = takeBack({ calls, done: count / 2, begun: false }, back);
    expect(found).toMatchObject({ keep: numbers.slice(count / 2), temporary: [] });
    return all;
  };
  expect(looks(200) / looks(50)).toBeLessThan(5);
});
