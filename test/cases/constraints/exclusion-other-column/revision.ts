/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    "Drop the exclusion constraint XCL_badge USING btree (badge WITH =) WHERE (((badge)::text <> ''::text)) of visitor? PostgreSQL will no longer enforce it.",
  );
  op.dropConstraint("visitor", "XCL_badge");

  op.addColumn("visitor", { name: "card_number", type: "text", nullable: true });
  op.addColumn("visitor", { name: "token", type: "uuid", nullable: true });

  op.todo(
    `visitor gets the exclusion constraint XCL_card_number USING btree ("card_number" WITH =) WHERE ("card_number" <> ''). Do all rows satisfy it?`,
  );
  op.createExclusionConstraint("visitor", {
    name: "XCL_card_number",
    expression: `USING btree ("card_number" WITH =) WHERE ("card_number" <> '')`,
  });

  op.todo(
    `The exclusion constraint XCL_key of visitor changes from USING btree (badge WITH =) to USING btree ("card_number" WITH =). Do all rows satisfy it?`,
  );
  op.dropConstraint("visitor", "XCL_key");
  op.createExclusionConstraint("visitor", { name: "XCL_key", expression: `USING btree ("card_number" WITH =)` });

  op.todo(
    `The exclusion constraint XCL_lower of visitor changes from USING btree (lower((badge)::text) WITH =) to USING btree (lower("card_number") WITH =). Do all rows satisfy it?`,
  );
  op.dropConstraint("visitor", "XCL_lower");
  op.createExclusionConstraint("visitor", {
    name: "XCL_lower",
    expression: `USING btree (lower("card_number") WITH =)`,
  });

  op.todo(
    "visitor.badge is dropped. The revision adds these columns: card_number, token. To keep its values, copy them with op.sql(…) before the drop. Or keep a commented rename instead of the drop and that addColumn. Values that are lost:",
    `SELECT "badge" FROM "visitor" WHERE "badge" IS NOT NULL`,
  );
  op.dropColumn("visitor", "badge");
  // or: op.renameColumn("visitor", "badge", "card_number"); // character varying(20) and text
  // or: op.renameColumn("visitor", "badge", "token"); // character varying(20) and uuid
}

export function downgrade(op: Operations): void {
  op.todo(
    `Drop the exclusion constraint XCL_card_number USING btree ("card_number" WITH =) WHERE ("card_number" <> '') of visitor? PostgreSQL will no longer enforce it.`,
  );
  op.dropConstraint("visitor", "XCL_card_number");

  op.addColumn("visitor", { name: "badge", type: "character varying(20)", nullable: true });

  op.todo(
    "visitor gets the exclusion constraint XCL_badge USING btree (badge WITH =) WHERE (((badge)::text <> ''::text)). Do all rows satisfy it?",
  );
  op.createExclusionConstraint("visitor", {
    name: "XCL_badge",
    expression: "USING btree (badge WITH =) WHERE (((badge)::text <> ''::text))",
  });

  op.todo(
    `The exclusion constraint XCL_key of visitor changes from USING btree ("card_number" WITH =) to USING btree (badge WITH =). Do all rows satisfy it?`,
  );
  op.dropConstraint("visitor", "XCL_key");
  op.createExclusionConstraint("visitor", { name: "XCL_key", expression: "USING btree (badge WITH =)" });

  op.todo(
    `The exclusion constraint XCL_lower of visitor changes from USING btree (lower("card_number") WITH =) to USING btree (lower((badge)::text) WITH =). Do all rows satisfy it?`,
  );
  op.dropConstraint("visitor", "XCL_lower");
  op.createExclusionConstraint("visitor", {
    name: "XCL_lower",
    expression: "USING btree (lower((badge)::text) WITH =)",
  });

  op.dropColumn("visitor", "card_number");
  op.dropColumn("visitor", "token");
}
