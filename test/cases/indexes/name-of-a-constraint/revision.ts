/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.dropIndex("thing", "computed");
  op.dropIndex("thing", "ordered");
  op.dropIndex("thing", "plain");

  op.todo("Drop the unique constraint included (c) of thing? PostgreSQL will no longer enforce it.");
  op.dropConstraint("thing", "included");

  op.todo(
    "thing gets the unique constraint computed (b). Rows in the way:",
    `SELECT "b", count(*) FROM "thing" GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createUniqueConstraint("thing", { name: "computed", columns: ["b"] });

  op.todo(
    "thing gets the unique constraint ordered (a). Rows in the way:",
    `SELECT "a", count(*) FROM "thing" GROUP BY 1 HAVING count(*) > 1`,
  );
  op.createUniqueConstraint("thing", { name: "ordered", columns: ["a"] });

  op.todo(
    "thing gets the unique constraint plain (a, b). Rows in the way:",
    `SELECT "a", "b", count(*) FROM "thing" GROUP BY 1, 2 HAVING count(*) > 1`,
  );
  op.createUniqueConstraint("thing", { name: "plain", columns: ["a", "b"] });

  op.createIndex("thing", { name: "included", columns: ["c"] });
}

export function downgrade(op: Operations): void {
  op.dropIndex("thing", "included");

  op.todo("Drop the unique constraint computed (b) of thing? PostgreSQL will no longer enforce it.");
  op.dropConstraint("thing", "computed");

  op.todo("Drop the unique constraint ordered (a) of thing? PostgreSQL will no longer enforce it.");
  op.dropConstraint("thing", "ordered");

  op.todo("Drop the unique constraint plain (a, b) of thing? PostgreSQL will no longer enforce it.");
  op.dropConstraint("thing", "plain");

  op.sql(`ALTER TABLE "thing" ADD CONSTRAINT "included" UNIQUE (c) INCLUDE (a)`);
  op.sql(`CREATE UNIQUE INDEX "computed" ON "thing" USING btree (((b + 1)))`);
  op.sql(`CREATE UNIQUE INDEX "ordered" ON "thing" USING btree (a DESC)`);
  op.sql(`CREATE INDEX "plain" ON "thing" USING btree (a DESC)`);
}
