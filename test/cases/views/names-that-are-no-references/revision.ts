/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "VIEW", name: "sales" });

  op.dropView("amount");
  op.dropView("sales");
  op.dropView("notes");

  op.alterColumn("order", "note", { type: "text" });

  op.createView("notes", { expression: `SELECT o."note" FROM ONLY "order" o` });
  op.createView("sales", { expression: `SELECT "id", "amount" FROM "sale" WHERE "amount" > 0` });
  op.createView("amount", { expression: `SELECT sum("amount") AS "sum" FROM "sales"` });

  op.addTypeormMetadata({ type: "VIEW", name: "sales" }, `SELECT "id", "amount" FROM "sale" WHERE "amount" > 0`);
}

export function downgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "VIEW", name: "sales" });

  op.dropView("amount");
  op.dropView("sales");
  op.dropView("notes");

  op.todo(
    "order.note changes from text to character varying(10). Values that are too long make it fail. Rows in the way:",
    `SELECT * FROM "order" WHERE length("note") > 10`,
  );
  op.alterColumn("order", "note", { type: "character varying(10)" });

  op.createView("notes", { expression: "SELECT note\n   FROM ONLY \"order\" o" });
  op.createView("sales", { expression: "SELECT id,\n    amount\n   FROM sale" });
  op.createView("amount", { expression: "SELECT sum(amount) AS sum\n   FROM sales" });

  op.addTypeormMetadata({ type: "VIEW", name: "sales" }, `SELECT "id", "amount" FROM "sale"`);
}
