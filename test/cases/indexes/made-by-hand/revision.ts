/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  // Note: The definition of unique constraint UQ_shop_door: it is lost with this change.
  op.todo(
    "The unique constraint UQ_shop_door of shop changes from (door) to (mall, door). Rows in the way:",
    `SELECT "mall", "door", count(*) FROM "shop" WHERE "door" IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1`,
  );
  op.dropConstraint("shop", "UQ_shop_door");
  op.createUniqueConstraint("shop", { name: "UQ_shop_door", columns: ["mall", "door"] });

  // To create the definition of unique constraint UQ_shop_door again, uncomment this line (take out what no longer exists):
  // op.sql(`ALTER TABLE "shop" ADD CONSTRAINT "UQ_shop_door" UNIQUE (door) INCLUDE (floor)`);

  // Note: The definition of index by_code: it is lost with this change.
  op.todo(
    "The unique index by_code of shop changes from (code) to (mall, code). Rows in the way:",
    `SELECT "mall", "code", count(*) FROM "shop" GROUP BY 1, 2 HAVING count(*) > 1`,
  );
  op.dropIndex("shop", "by_code");
  op.createIndex("shop", { name: "by_code", columns: ["mall", "code"], unique: true });

  // To create the definition of index by_code again, uncomment this line (take out what no longer exists):
  // op.sql(`CREATE INDEX "by_code" ON "shop" USING btree (code varchar_pattern_ops)`);

  // Note: The definition of index by_name: it is lost with this change.
  op.todo(
    "The index by_name of shop was created by hand: CREATE INDEX by_name ON public.shop USING btree (lower((name)::text)). The models declare (mall, name) instead. Replace it?",
  );
  op.dropIndex("shop", "by_name");
  op.createIndex("shop", { name: "by_name", columns: ["mall", "name"] });

  // To create the definition of index by_name again, uncomment this line (take out what no longer exists):
  // op.sql(`CREATE INDEX "by_name" ON "shop" USING btree (lower((name)::text))`);
}

export function downgrade(op: Operations): void {
  op.todo(
    "The unique constraint UQ_shop_door of shop changes from (mall, door) to (door). Rows in the way:",
    `SELECT "door", count(*) FROM "shop" WHERE "door" IS NOT NULL GROUP BY 1 HAVING count(*) > 1`,
  );
  op.dropConstraint("shop", "UQ_shop_door");
  op.sql(`ALTER TABLE "shop" ADD CONSTRAINT "UQ_shop_door" UNIQUE (door) INCLUDE (floor)`);

  op.dropIndex("shop", "by_code");
  op.sql(`CREATE INDEX "by_code" ON "shop" USING btree (code varchar_pattern_ops)`);
  op.dropIndex("shop", "by_name");
  op.sql(`CREATE INDEX "by_name" ON "shop" USING btree (lower((name)::text))`);
}
