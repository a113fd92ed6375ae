/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    "Was fee.amount renamed to fee.chargeAmount (both are numeric(10,2), both required)? If not, keep the commented lines instead: the values of fee.amount are lost.",
  );
  op.renameColumn("fee", "amount", "chargeAmount");
  // op.todo(
  //   `fee.chargeAmount is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "fee" SET "chargeAmount" = …\`) between these two lines.`,
  // );
  // op.addColumn("fee", { name: "chargeAmount", type: "numeric(10,2)", nullable: true });
  // op.alterColumn("fee", "chargeAmount", { nullable: false });
  // op.dropColumn("fee", "amount");

  op.todo(
    "Was offer.priceCurrency renamed to offer.costCurrency (both are character varying(3), both nullable)? If not, keep the commented lines instead: the values of offer.priceCurrency are lost.",
  );
  op.renameColumn("offer", "priceCurrency", "costCurrency");
  op.renameIndex("offer", "IDX_16ea92e3afdfff12948668328d", "IDX_110c22f250b1e871f4f148aa9e");
  // op.dropIndex("offer", "IDX_16ea92e3afdfff12948668328d");
  // op.addColumn("offer", { name: "costCurrency", type: "character varying(3)", nullable: true });
  // op.createIndex("offer", { name: "IDX_110c22f250b1e871f4f148aa9e", columns: ["costCurrency"] });
  // op.dropColumn("offer", "priceCurrency");

  op.todo(
    "Was offer.priceAmount renamed to offer.costAmount (both are numeric(10,2), both nullable)? If not, keep the commented lines instead: the values of offer.priceAmount are lost.",
  );
  op.renameColumn("offer", "priceAmount", "costAmount");
  // op.addColumn("offer", { name: "costAmount", type: "numeric(10,2)", nullable: true });
  // op.dropColumn("offer", "priceAmount");

  op.addColumn("offer", { name: "what", type: "text", nullable: true });
}

export function downgrade(op: Operations): void {
  op.todo(
    "Was fee.chargeAmount renamed to fee.amount (both are numeric(10,2), both required)? If not, keep the commented lines instead: the values of fee.chargeAmount are lost.",
  );
  op.renameColumn("fee", "chargeAmount", "amount");
  // op.todo(
  //   `fee.amount is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "fee" SET "amount" = …\`) between these two lines.`,
  // );
  // op.addColumn("fee", { name: "amount", type: "numeric(10,2)", nullable: true });
  // op.alterColumn("fee", "amount", { nullable: false });
  // op.dropColumn("fee", "chargeAmount");

  op.todo(
    "Was offer.costCurrency renamed to offer.priceCurrency (both are character varying(3), both nullable)? If not, keep the commented lines instead: the values of offer.costCurrency are lost.",
  );
  op.renameColumn("offer", "costCurrency", "priceCurrency");
  op.renameIndex("offer", "IDX_110c22f250b1e871f4f148aa9e", "IDX_16ea92e3afdfff12948668328d");
  // op.dropIndex("offer", "IDX_110c22f250b1e871f4f148aa9e");
  // op.addColumn("offer", { name: "priceCurrency", type: "character varying(3)", nullable: true });
  // op.createIndex("offer", { name: "IDX_16ea92e3afdfff12948668328d", columns: ["priceCurrency"] });
  // op.dropColumn("offer", "costCurrency");

  op.todo(
    "Was offer.costAmount renamed to offer.priceAmount (both are numeric(10,2), both nullable)? If not, keep the commented lines instead: the values of offer.costAmount are lost.",
  );
  op.renameColumn("offer", "costAmount", "priceAmount");
  // op.addColumn("offer", { name: "priceAmount", type: "numeric(10,2)", nullable: true });
  // op.dropColumn("offer", "costAmount");

  op.dropColumn("offer", "what");
}
