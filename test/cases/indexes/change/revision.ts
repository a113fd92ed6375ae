/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.renameIndex("thing", "IDX_a", "IDX_renamed");
  op.dropIndex("thing", "IDX_ab");
  op.createIndex("thing", { name: "IDX_ab", columns: ["b", "a"] });
  op.createIndex("thing", { name: "IDX_gin", columns: ["tags"], type: "gin" });
  op.createIndex("thing", { name: "IDX_hash", columns: ["a"], type: "hash" });
  op.dropIndex("thing", "IDX_part");
  op.createIndex("thing", { name: "IDX_part", columns: ["a"], where: "b > 1" });

  op.todo(
    "thing gets the unique index IDX_unique (a) where b IS NOT NULL. Rows in the way:",
    `SELECT "a", count(*) FROM "thing" WHERE b IS NOT NULL GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createIndex("thing", { name: "IDX_unique", columns: ["a"], unique: true, where: "b IS NOT NULL" });
}

export function downgrade(op: Operations): void {
  op.dropIndex("thing", "IDX_gin");
  op.dropIndex("thing", "IDX_hash");
  op.dropIndex("thing", "IDX_unique");
  op.renameIndex("thing", "IDX_renamed", "IDX_a");
  op.dropIndex("thing", "IDX_ab");
  op.createIndex("thing", { name: "IDX_ab", columns: ["a", "b"] });
  op.dropIndex("thing", "IDX_part");
  op.createIndex("thing", { name: "IDX_part", columns: ["a"], where: "(b > 0)" });
}
