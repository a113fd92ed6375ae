import { expect, test } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { keyOfItem } from "../../src/kinds/item-keys.ts";
import { MARKS } from "../../src/kinds/marks.ts";
import type { Dependencies } from "../../src/schema/dependencies.ts";

const columns = [
  { name: "id", type: "integer" },
  { name: "code", type: "text" },
];
const shop = { name: "shop", columns };
const statement = `ALTER TABLE ${MARKS.relation} REPLICA IDENTITY USING INDEX ${MARKS.name}`;
const facts = { facts: [{ what: "replica identity", statement }] };

test.each([
  [
    "index ui",
    keyOfItem("indexes", "ui", "shop"),
    { indexes: [{ name: "ui", columns: ["code"], unique: true as const }] },
  ],
  ["unique constraint uq", keyOfItem("uniques", "uq", "shop"), { uniques: [{ name: "uq", columns: ["code"] }] }],
])("a note names the replica identity that goes with the %s, and the way back restores it", (object, key, parts) => {
  const dependencies: Dependencies = { dependents: [], uses: new Map(), facts: new Map([[key, facts]]) };
  const [before, after] = [{ tables: [{ ...shop, ...parts }] }, { tables: [shop] }];
  const there = diff(before, after, { dependencies });
  expect(there.flatMap(({ notes = [] }) => notes)).toMatchObject([
    { object: `replica identity of ${object}`, table: "shop", effect: "lost" },
  ]);
  const back = diff(after, before, { dependencies, liveSide: "after" });
  const given = back.flatMap(({ operations }) => operations.flatMap(({ sql }) => sql));
  expect(given.at(-1)).toMatch(/^ALTER TABLE "shop" REPLICA IDENTITY USING INDEX "u[iq]"$/);
  expect(back.flatMap(({ notes = [] }) => notes)).toEqual([]);
});
