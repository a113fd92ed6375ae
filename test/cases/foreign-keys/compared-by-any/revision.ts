/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.dropConstraint("rent", "FK_1a7358f4db77fc28eeb70a834c2");
  op.dropConstraint("rent", "FK_7f58e8352c1557a7a87b32ef79f");
  op.dropConstraint("shop", "FK_2968938fc6adb6eecb3c082a864");

  op.alterColumn("floor", "code", { type: "text" });
  op.alterColumn("lease", "place", { type: "character varying", collation: "C" });
  op.alterColumn("rent", "sign", { type: "character varying(20)" });
  op.alterColumn("rent", "place", { type: "character varying", collation: "C" });
  op.alterColumn("shop", "sign", { type: "character varying(20)" });
  op.alterColumn("shop", "code", { type: "text" });

  op.createForeignKey("rent", {
    name: "FK_1a7358f4db77fc28eeb70a834c2",
    columns: ["years", "place"],
    references: { table: "lease", columns: ["years", "place"] },
  });
  op.createForeignKey("rent", {
    name: "FK_7f58e8352c1557a7a87b32ef79f",
    columns: ["path", "sign"],
    references: { table: "shop", columns: ["path", "sign"] },
  });
  op.createForeignKey("shop", {
    name: "FK_2968938fc6adb6eecb3c082a864",
    columns: ["wing", "code"],
    references: { table: "floor", columns: ["wing", "code"] },
  });
}

export function downgrade(op: Operations): void {
  op.dropConstraint("rent", "FK_1a7358f4db77fc28eeb70a834c2");
  op.dropConstraint("rent", "FK_7f58e8352c1557a7a87b32ef79f");
  op.dropConstraint("shop", "FK_2968938fc6adb6eecb3c082a864");

  op.todo(
    "floor.code changes from text to character varying(10). Values that are too long make it fail. Rows in the way:",
    `SELECT * FROM "floor" WHERE length("code") > 10`,
  );
  op.alterColumn("floor", "code", { type: "character varying(10)" });

  op.alterColumn("lease", "place", { type: "character varying", collation: "default" });

  op.todo(
    "rent.sign changes from character varying(20) to character varying(10). Values that are too long make it fail. Rows in the way:",
    `SELECT * FROM "rent" WHERE length("sign") > 10`,
  );
  op.alterColumn("rent", "sign", { type: "character varying(10)" });

  op.alterColumn("rent", "place", { type: "character varying", collation: "default" });

  op.todo(
    "shop.sign changes from character varying(20) to character varying(10). Values that are too long make it fail. Rows in the way:",
    `SELECT * FROM "shop" WHERE length("sign") > 10`,
  );
  op.alterColumn("shop", "sign", { type: "character varying(10)" });

  op.todo(
    "shop.code changes from text to character varying(10). Values that are too long make it fail. Rows in the way:",
    `SELECT * FROM "shop" WHERE length("code") > 10`,
  );
  op.alterColumn("shop", "code", { type: "character varying(10)" });

  op.createForeignKey("rent", {
    name: "FK_1a7358f4db77fc28eeb70a834c2",
    columns: ["years", "place"],
    references: { table: "lease", columns: ["years", "place"] },
  });
  op.createForeignKey("rent", {
    name: "FK_7f58e8352c1557a7a87b32ef79f",
    columns: ["path", "sign"],
    references: { table: "shop", columns: ["path", "sign"] },
  });
  op.createForeignKey("shop", {
    name: "FK_2968938fc6adb6eecb3c082a864",
    columns: ["wing", "code"],
    references: { table: "floor", columns: ["wing", "code"] },
  });
}
