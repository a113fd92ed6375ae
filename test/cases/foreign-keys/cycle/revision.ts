/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.createTable("egg", {
    columns: [
      { name: "id", type: "serial" },
      { name: "ofId", type: "integer", nullable: true },
    ],
    primaryKey: { name: "PK_2dc640b239cab7f251d7141e435", columns: ["id"] },
  });

  op.createTable("hen", {
    columns: [
      { name: "id", type: "serial" },
      { name: "fromId", type: "integer", nullable: true },
    ],
    primaryKey: { name: "PK_4da5719fe3e7f0ab5cbbe1f4116", columns: ["id"] },
  });

  op.createForeignKey("egg", {
    name: "FK_c518a977b1ff3529c148c1450e6",
    columns: ["ofId"],
    references: { table: "hen", columns: ["id"] },
  });
  op.createForeignKey("hen", {
    name: "FK_b24a1ed3bbfe1d9752a67ec6390",
    columns: ["fromId"],
    references: { table: "egg", columns: ["id"] },
  });
}

export function downgrade(op: Operations): void {
  op.dropConstraint("hen", "FK_b24a1ed3bbfe1d9752a67ec6390");

  op.dropTable("egg");
  op.dropTable("hen");
}
