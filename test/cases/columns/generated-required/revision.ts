/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "other" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "gone" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "back" });

  op.dropColumn("line", "ofBase");
  op.dropColumn("line", "back");
  op.addColumn("line", { name: "fresh", type: "integer", nullable: true });
  op.addColumn("line", { name: "five", type: "integer", nullable: true, default: "'5'" });
  op.alterColumn("line", "base", { type: "bigint" });

  op.todo(
    "line.plain becomes a generated column: its values are replaced by price * 2. Rows that change or fail:",
    `SELECT * FROM "line" WHERE "plain" IS DISTINCT FROM (price * 2) OR (price * 2) IS NULL`,
  );
  op.dropColumn("line", "plain");
  op.addColumn("line", { name: "plain", type: "integer", asExpression: "price * 2", generatedType: "STORED" });

  op.todo(
    "line.other is required, and is generated as quantity + price. Rows in the way:",
    `SELECT * FROM "line" WHERE (quantity + price) IS NULL`,
  );
  op.dropColumn("line", "other");
  op.addColumn("line", { name: "other", type: "integer", asExpression: "quantity + price", generatedType: "STORED" });

  op.todo(
    "line.required is required, and is generated as price * 3. Rows in the way:",
    `SELECT * FROM "line" WHERE (price * 3) IS NULL`,
  );
  op.alterColumn("line", "required", { nullable: false });

  op.dropColumn("line", "longer");
  op.addColumn("line", {
    name: "longer",
    type: "character varying(30)",
    asExpression: "coalesce(price, 0) || 'x'",
    generatedType: "STORED",
  });

  op.todo(
    "line.added is required, and is generated as price + 1. Rows in the way:",
    `SELECT * FROM "line" WHERE (price + 1) IS NULL`,
  );
  op.addColumn("line", { name: "added", type: "integer", asExpression: "price + 1", generatedType: "STORED" });

  op.addColumn("line", { name: "ofRequired", type: "integer", asExpression: "quantity + 1", generatedType: "STORED" });

  op.todo(
    "line.maybe is required, and is generated as CASE WHEN price > 1 THEN price ELSE 0 END. Rows in the way:",
    `SELECT * FROM "line" WHERE (CASE WHEN price > 1 THEN price ELSE 0 END) IS NULL`,
  );
  op.addColumn("line", {
    name: "maybe",
    type: "integer",
    asExpression: "CASE WHEN price > 1 THEN price ELSE 0 END",
    generatedType: "STORED",
  });

  op.addColumn("line", {
    name: "never",
    type: "integer",
    asExpression: "CASE WHEN price > 1 THEN 1 ELSE coalesce(price, quantity) END",
    generatedType: "STORED",
  });

  op.todo(
    "line.ofFresh is required, and is generated as fresh + 1. Rows in the way:",
    `SELECT * FROM (SELECT *, CAST(NULL AS integer) AS "fresh" FROM "line") "line" WHERE (fresh + 1) IS NULL`,
  );
  op.addColumn("line", { name: "ofFresh", type: "integer", asExpression: "fresh + 1", generatedType: "STORED" });

  op.addColumn("line", { name: "ofFive", type: "integer", asExpression: "five + 1", generatedType: "STORED" });
  op.addColumn("line", { name: "ofBase", type: "bigint", asExpression: "base + 1", generatedType: "STORED" });

  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "added" }, "price + 1");
  op.addTypeormMetadata(
    { type: "GENERATED_COLUMN", table: "line", name: "maybe" },
    "CASE WHEN price > 1 THEN price ELSE 0 END",
  );
  op.addTypeormMetadata(
    { type: "GENERATED_COLUMN", table: "line", name: "never" },
    "CASE WHEN price > 1 THEN 1 ELSE coalesce(price, quantity) END",
  );
  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "ofFive" }, "five + 1");
  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "ofFresh" }, "fresh + 1");
  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "ofRequired" }, "quantity + 1");
  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "other" }, "quantity + price");
  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "plain" }, "price * 2");

  op.dropColumn("line", "gone");
}

export function downgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "plain" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "other" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "ofRequired" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "ofFresh" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "ofFive" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "never" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "maybe" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "added" });

  op.dropColumn("line", "ofBase");
  op.dropColumn("line", "ofFresh");
  op.dropColumn("line", "ofFive");
  op.alterColumn("line", "plain", { asExpression: null });

  op.todo(
    "line.base changes from bigint to integer. Values that are too large make it fail. Rows in the way:",
    `SELECT * FROM "line" WHERE "base" NOT BETWEEN -2147483648 AND 2147483647`,
  );
  op.alterColumn("line", "base", { type: "integer" });

  op.dropColumn("line", "other");
  op.addColumn("line", { name: "other", type: "integer", asExpression: "(quantity + 1)", generatedType: "STORED" });
  op.dropColumn("line", "longer");
  op.addColumn("line", {
    name: "longer",
    type: "character varying(20)",
    asExpression: "(COALESCE(price, 0) || 'x'::text)",
    generatedType: "STORED",
  });
  op.addColumn("line", {
    name: "gone",
    type: "integer",
    nullable: true,
    asExpression: "(quantity * price)",
    generatedType: "STORED",
  });
  op.addColumn("line", { name: "ofBase", type: "bigint", asExpression: "(base + 1)", generatedType: "STORED" });

  op.todo(
    "line.back is required, and is generated as (base * 2). Rows in the way:",
    `SELECT * FROM "line" WHERE ((base * 2)) IS NULL`,
  );
  op.addColumn("line", { name: "back", type: "integer", asExpression: "(base * 2)", generatedType: "STORED" });

  op.alterColumn("line", "plain", { nullable: true });
  op.alterColumn("line", "required", { nullable: true });

  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "back" }, "base * 2");
  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "gone" }, "quantity * price");
  op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "line", name: "other" }, "quantity + 1");

  op.dropColumn("line", "added");
  op.dropColumn("line", "ofRequired");
  op.dropColumn("line", "maybe");
  op.dropColumn("line", "never");
  op.dropColumn("line", "fresh");
  op.dropColumn("line", "five");
}
