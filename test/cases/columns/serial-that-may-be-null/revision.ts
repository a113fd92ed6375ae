/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.createExtension("uuid-ossp");

  op.addColumn("mall", { name: "no", type: "serial" });

  op.createTable("shop", {
    columns: [
      { name: "id", type: "serial" },
      { name: "no", type: "serial" },
      { name: "token", type: "uuid", nullable: true, default: "uuid_generate_v4()" },
    ],
    primaryKey: { name: "PK_ad47b7c6121fe31cb4b05438e44", columns: ["id"] },
  });
}

export function downgrade(op: Operations): void {
  op.dropColumn("mall", "no");

  op.dropTable("shop");

  op.dropExtension("uuid-ossp");
}
