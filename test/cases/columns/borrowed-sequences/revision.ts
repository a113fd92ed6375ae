/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.alterColumn("area", "number", { default: null });
  op.alterColumn("booth", "number", { default: null });
  op.alterColumn("desk", "ticket", { default: null });
  op.alterColumn("desk", "receipt", { default: null });
  op.alterColumn("counter", "receipt", { default: null });
  op.dropSequence("counter_receipt_seq");

  op.createTable("yard", {
    columns: [
      { name: "id", type: "serial" },
      { name: "gate", type: "serial" },
    ],
    primaryKey: { name: "PK_ebc010d87eafc4ba78bf4f6cd07", columns: ["id"] },
  });

  op.createTable("alley", {
    columns: [{ name: "id", type: "integer", default: "nextval('yard_id_seq'::regclass)" }],
    primaryKey: { name: "PK_ed7ed86dd221a345491cd761285", columns: ["id"] },
  });

  op.addColumn("arch", { name: "gate", type: "integer", default: "nextval('yard_gate_seq'::regclass)" });

  op.dropColumn("booth", "number");
  op.dropColumn("counter", "ticket");
  op.dropColumn("desk", "ticket");
  op.dropColumn("desk", "receipt");

  op.dropTable("area");
  op.dropTable("zone");
}

export function downgrade(op: Operations): void {
  op.alterColumn("alley", "id", { default: null });
  op.alterColumn("arch", "gate", { default: null });

  op.addColumn("counter", { name: "ticket", type: "serial" });
  op.alterColumn("counter", "receipt", { type: "serial" });

  op.createTable("zone", {
    columns: [{ name: "id", type: "serial" }],
    primaryKey: { name: "PK_bd3989e5a3c3fb5ed546dfaf832", columns: ["id"] },
  });

  op.createTable("area", {
    columns: [
      { name: "id", type: "integer" },
      { name: "number", type: "integer", default: "nextval('zone_id_seq'::regclass)" },
    ],
    primaryKey: { name: "PK_39d5e4de490139d6535d75f42ff", columns: ["id"] },
  });

  op.addColumn("booth", { name: "number", type: "integer", default: "nextval('zone_id_seq'::regclass)" });
  op.addColumn("desk", { name: "ticket", type: "integer", default: "nextval('counter_ticket_seq'::regclass)" });
  op.addColumn("desk", { name: "receipt", type: "integer", default: "nextval('counter_receipt_seq'::regclass)" });

  op.dropColumn("arch", "gate");

  op.dropTable("alley");
  op.dropTable("yard");
}
