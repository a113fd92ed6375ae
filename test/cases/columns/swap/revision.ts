/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    "Did shop.code and shop.opened swap their names (their types are exchanged: date and integer)? If not, keep the commented lines instead.",
  );
  op.renameColumn("shop", "code", "remodel_code");
  op.renameColumn("shop", "opened", "code");
  op.renameColumn("shop", "remodel_code", "opened");
  // op.todo(
  //   "shop.code changes from date to integer. PostgreSQL has no cast from date to integer: write in `using` what the values become.",
  // );
  // op.alterColumn("shop", "code", { type: "integer", using: "…" });
  // op.todo("shop.code becomes required. Rows in the way:", `SELECT * FROM "shop" WHERE "code" IS NULL`);
  // op.alterColumn("shop", "code", { nullable: false });
  // op.todo(
  //   "shop.opened changes from integer to date. PostgreSQL has no cast from integer to date: write in `using` what the values become.",
  // );
  // op.alterColumn("shop", "opened", { type: "date", using: "…" });
  // op.alterColumn("shop", "opened", { nullable: true });
}

export function downgrade(op: Operations): void {
  op.todo(
    "Did shop.opened and shop.code swap their names (their types are exchanged: date and integer)? If not, keep the commented lines instead.",
  );
  op.renameColumn("shop", "opened", "remodel_opened");
  op.renameColumn("shop", "code", "opened");
  op.renameColumn("shop", "remodel_opened", "code");
  // op.todo(
  //   "shop.code changes from integer to date. PostgreSQL has no cast from integer to date: write in `using` what the values become.",
  // );
  // op.alterColumn("shop", "code", { type: "date", using: "…" });
  // op.todo(
  //   "shop.opened changes from date to integer. PostgreSQL has no cast from date to integer: write in `using` what the values become.",
  // );
  // op.alterColumn("shop", "opened", { type: "integer", using: "…" });
  // op.todo("shop.opened becomes required. Rows in the way:", `SELECT * FROM "shop" WHERE "opened" IS NULL`);
  // op.alterColumn("shop", "opened", { nullable: false });
  // op.alterColumn("shop", "code", { nullable: true });
}
