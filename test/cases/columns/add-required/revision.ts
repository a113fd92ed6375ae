/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    `shop.code is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "shop" SET "code" = …\`) between these two lines.`,
  );
  op.addColumn("shop", { name: "code", type: "character varying", nullable: true });
  op.alterColumn("shop", "code", { nullable: false });
}

export function downgrade(op: Operations): void {
  op.dropColumn("shop", "code");
}
