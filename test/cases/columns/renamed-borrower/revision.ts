/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.createEnum("mall_state_enum", ["open", "shut"]);

  op.createTable("mall", {
    columns: [
      { name: "id", type: "serial" },
      { name: "state", type: "mall_state_enum", default: "'open'" },
    ],
    primaryKey: { name: "PK_dcbb9f7382344fa4858f675da42", columns: ["id"] },
  });

  op.addColumn("zone", { name: "sign", type: "serial" });

  op.todo(
    "Was gate.sign renamed to gate.label (both are integer, both required)? If not, keep the commented lines instead: the values of gate.sign are lost.",
  );
  op.renameColumn("gate", "sign", "label");
  op.alterColumn("gate", "label", { default: "nextval('zone_sign_seq'::regclass)" });
  // op.addColumn("gate", { name: "label", type: "integer", default: "nextval('zone_sign_seq'::regclass)" });
  // op.dropColumn("gate", "sign");

  op.todo(
    "Was shop.code renamed to shop.number (both are integer, both required)? If not, keep the commented lines instead: the values of shop.code are lost.",
  );
  op.renameColumn("shop", "code", "number");
  op.alterColumn("shop", "number", { default: "nextval('mall_id_seq'::regclass)" });
  // op.addColumn("shop", { name: "number", type: "integer", default: "nextval('mall_id_seq'::regclass)" });
  // op.dropColumn("shop", "code");
}

export function downgrade(op: Operations): void {
  op.todo(
    "Was gate.label renamed to gate.sign (both are integer, both required)? If not, keep the commented lines instead: the values of gate.label are lost.",
  );
  op.renameColumn("gate", "label", "sign");
  op.alterColumn("gate", "sign", { default: null });
  // op.alterColumn("gate", "label", { default: null });
  // op.todo(
  //   `gate.sign is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "gate" SET "sign" = …\`) between these two lines.`,
  // );
  // op.addColumn("gate", { name: "sign", type: "integer", nullable: true });
  // op.alterColumn("gate", "sign", { nullable: false });
  // op.dropColumn("gate", "label");

  op.todo(
    "Was shop.number renamed to shop.code (both are integer, both required)? If not, keep the commented lines instead: the values of shop.number are lost.",
  );
  op.renameColumn("shop", "number", "code");
  op.alterColumn("shop", "code", { default: null });
  // op.alterColumn("shop", "number", { default: null });
  // op.todo(
  //   `shop.code is required and has no default. Existing rows need a value. Add op.sql(\`UPDATE "shop" SET "code" = …\`) between these two lines.`,
  // );
  // op.addColumn("shop", { name: "code", type: "integer", nullable: true });
  // op.alterColumn("shop", "code", { nullable: false });
  // op.dropColumn("shop", "number");

  op.dropColumn("zone", "sign");

  op.dropTable("mall");

  op.dropEnum("mall_state_enum");
}
