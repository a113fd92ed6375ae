/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo("Drop the primary key PK_2f2e026442013785ab2c5dd15a1 (order) of line? PostgreSQL will no longer enforce it.");
  op.dropConstraint("line", "PK_2f2e026442013785ab2c5dd15a1");

  op.todo(
    "line gets the primary key PK_015878c2be983903cba80f70733 (order, number). Rows in the way:",
    `SELECT "order", "number", count(*) FROM "line" GROUP BY 1, 2 HAVING count(*) > 1`,
  );
  op.createPrimaryKey("line", { name: "PK_015878c2be983903cba80f70733", columns: ["order", "number"] });
}

export function downgrade(op: Operations): void {
  op.todo(
    "Drop the primary key PK_015878c2be983903cba80f70733 (order, number) of line? PostgreSQL will no longer enforce it.",
  );
  op.dropConstraint("line", "PK_015878c2be983903cba80f70733");

  op.todo(
    "line gets the primary key PK_2f2e026442013785ab2c5dd15a1 (order). Rows in the way:",
    `SELECT "order", count(*) FROM "line" GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createPrimaryKey("line", { name: "PK_2f2e026442013785ab2c5dd15a1", columns: ["order"] });
}
