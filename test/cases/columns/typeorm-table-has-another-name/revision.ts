/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "VIEW", name: "codes", keptIn: "_orm_meta" });
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "shop", name: "words", keptIn: "_orm_meta" });

  op.dropView("codes");

  op.dropColumn("shop", "words");
  op.addColumn("shop", {
    name: "words",
    type: "tsvector",
    nullable: true,
    asExpression: `to_tsvector('english', "code")`,
    generatedType: "STORED",
  });

  op.addTypeormMetadata(
    { type: "GENERATED_COLUMN", table: "shop", name: "words", keptIn: "_orm_meta" },
    `to_tsvector('english', "code")`,
  );
}

export function downgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "shop", name: "words", keptIn: "_orm_meta" });

  op.dropColumn("shop", "words");
  op.addColumn("shop", {
    name: "words",
    type: "tsvector",
    nullable: true,
    asExpression: "to_tsvector('simple'::regconfig, code)",
    generatedType: "STORED",
  });

  op.createView("codes", { expression: "SELECT code\n   FROM shop" });

  op.addTypeormMetadata(
    { type: "GENERATED_COLUMN", table: "shop", name: "words", keptIn: "_orm_meta" },
    `to_tsvector('simple', "code")`,
  );
  op.addTypeormMetadata({ type: "VIEW", name: "codes", keptIn: "_orm_meta" }, `SELECT "code" FROM "shop"`);
}
