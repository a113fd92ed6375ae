/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.renameConstraint("mall", "n_rule", "remodel_n_rule");

  op.dropConstraint("shop", "FK_66c183babbaf28358fa8334c317");

  op.dropIndex("mall", "code_key");

  op.todo("Drop the primary key mall_pk (id) of mall? PostgreSQL will no longer enforce it.");
  op.dropConstraint("mall", "mall_pk");

  op.renameConstraint("mall", "n_key", "n_rule");
  op.renameConstraint("mall", "remodel_n_rule", "n_key");

  op.alterColumn("mall", "id", { default: null });
  op.dropSequence("mall_id_seq");

  op.alterColumn("mall", "id", { default: "'0'" });

  op.todo(
    "mall gets the primary key mall_pk2 (code). Rows in the way:",
    `SELECT "code", count(*) FROM "mall" GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createPrimaryKey("mall", { name: "mall_pk2", columns: ["code"] });

  op.todo(
    "mall gets the unique index mall_pk (id) where id > 0. Rows in the way:",
    `SELECT "id", count(*) FROM "mall" WHERE id > 0 GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createIndex("mall", { name: "mall_pk", columns: ["id"], unique: true, where: "id > 0" });

  op.createForeignKey("shop", {
    name: "FK_66c183babbaf28358fa8334c317",
    columns: ["mallCode"],
    references: { table: "mall", columns: ["code"] },
  });
}

export function downgrade(op: Operations): void {
  op.renameConstraint("mall", "n_key", "remodel_n_key");

  op.dropConstraint("shop", "FK_66c183babbaf28358fa8334c317");

  op.dropIndex("mall", "mall_pk");

  op.todo("Drop the primary key mall_pk2 (code) of mall? PostgreSQL will no longer enforce it.");
  op.dropConstraint("mall", "mall_pk2");

  op.renameConstraint("mall", "n_rule", "n_key");
  op.renameConstraint("mall", "remodel_n_key", "n_rule");
  op.alterColumn("mall", "id", { default: null });
  op.alterColumn("mall", "id", { type: "serial" });

  op.todo(
    "mall gets the primary key mall_pk (id). Rows in the way:",
    `SELECT "id", count(*) FROM "mall" GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createPrimaryKey("mall", { name: "mall_pk", columns: ["id"] });

  op.todo(
    "mall gets the unique index code_key (code). Rows in the way:",
    `SELECT "code", count(*) FROM "mall" GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createIndex("mall", { name: "code_key", columns: ["code"], unique: true });

  op.createForeignKey("shop", {
    name: "FK_66c183babbaf28358fa8334c317",
    columns: ["mallCode"],
    references: { table: "mall", columns: ["code"] },
  });
}
