/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.dropConstraint("booking", "XCL_code");
  op.dropConstraint("booking", "XCL_from");
  op.dropConstraint("booking", "XCL_room");
  op.alterColumn("booking", "starts", { type: "timestamp without time zone" });
  op.alterColumn("booking", "ends", { type: "timestamp without time zone" });
  op.alterColumn("booking", "code", { type: "text", collation: "C" });
  op.createExclusionConstraint("booking", { name: "XCL_code", expression: `USING btree ("code" WITH =)` });
  op.createExclusionConstraint("booking", { name: "XCL_from", expression: `USING btree (date("starts") WITH =)` });

  op.todo(
    `The exclusion constraint XCL_room of booking changes from USING gist (daterange(starts, ends) WITH &&) to USING gist (tsrange("starts", "ends") WITH &&). Do all rows satisfy it?`,
  );
  op.createExclusionConstraint("booking", {
    name: "XCL_room",
    expression: `USING gist (tsrange("starts", "ends") WITH &&)`,
  });
}

export function downgrade(op: Operations): void {
  op.dropConstraint("booking", "XCL_code");
  op.dropConstraint("booking", "XCL_from");
  op.dropConstraint("booking", "XCL_room");

  op.todo(
    "booking.starts changes from timestamp without time zone to date. The time of day is lost. Rows that change:",
    `SELECT * FROM "booking" WHERE "starts" <> date_trunc('day', "starts")`,
  );
  op.alterColumn("booking", "starts", { type: "date" });

  op.todo(
    "booking.ends changes from timestamp without time zone to date. The time of day is lost. Rows that change:",
    `SELECT * FROM "booking" WHERE "ends" <> date_trunc('day', "ends")`,
  );
  op.alterColumn("booking", "ends", { type: "date" });

  op.alterColumn("booking", "code", { type: "text", collation: "default" });
  op.createExclusionConstraint("booking", { name: "XCL_code", expression: "USING btree (code WITH =)" });
  op.createExclusionConstraint("booking", { name: "XCL_from", expression: "USING btree (starts WITH =)" });

  op.todo(
    `The exclusion constraint XCL_room of booking changes from USING gist (tsrange("starts", "ends") WITH &&) to USING gist (daterange(starts, ends) WITH &&). Do all rows satisfy it?`,
  );
  op.createExclusionConstraint("booking", {
    name: "XCL_room",
    expression: "USING gist (daterange(starts, ends) WITH &&)",
  });
}
