/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.createExtension("btree_gist");

  op.todo("Drop the check CHK_rent ((rent > 0)) of shop? PostgreSQL will no longer enforce it.");
  op.dropConstraint("shop", "CHK_rent");

  op.todo("Drop the unique constraint UQ_code (code) of shop? PostgreSQL will no longer enforce it.");
  op.dropConstraint("shop", "UQ_code");

  op.todo(
    "shop gets the unique constraint UQ_rent (rent). Rows in the way:",
    `SELECT "rent", count(*) FROM "shop" GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createUniqueConstraint("shop", { name: "UQ_rent", columns: ["rent"] });

  op.todo(
    "shop gets the check CHK_code (length(code) > 0). Rows in the way:",
    `SELECT * FROM "shop" WHERE NOT (length(code) > 0)`,
  );
  op.createCheckConstraint("shop", { name: "CHK_code", expression: "length(code) > 0" });

  op.todo(
    `shop gets the exclusion constraint XCL_rent USING gist (int4range("rent", "rent" + 1) WITH &&). Do all rows satisfy it?`,
  );
  op.createExclusionConstraint("shop", {
    name: "XCL_rent",
    expression: `USING gist (int4range("rent", "rent" + 1) WITH &&)`,
  });
}

export function downgrade(op: Operations): void {
  op.todo(
    `Drop the exclusion constraint XCL_rent USING gist (int4range("rent", "rent" + 1) WITH &&) of shop? PostgreSQL will no longer enforce it.`,
  );
  op.dropConstraint("shop", "XCL_rent");

  op.todo("Drop the check CHK_code (length(code) > 0) of shop? PostgreSQL will no longer enforce it.");
  op.dropConstraint("shop", "CHK_code");

  op.todo("Drop the unique constraint UQ_rent (rent) of shop? PostgreSQL will no longer enforce it.");
  op.dropConstraint("shop", "UQ_rent");

  op.todo(
    "shop gets the unique constraint UQ_code (code). Rows in the way:",
    `SELECT "code", count(*) FROM "shop" GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createUniqueConstraint("shop", { name: "UQ_code", columns: ["code"] });

  op.todo("shop gets the check CHK_rent ((rent > 0)). Rows in the way:", `SELECT * FROM "shop" WHERE NOT ((rent > 0))`);
  op.createCheckConstraint("shop", { name: "CHK_rent", expression: "(rent > 0)" });

  op.dropExtension("btree_gist");
}
