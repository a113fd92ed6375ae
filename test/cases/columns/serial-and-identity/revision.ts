/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.alterColumn("invoice", "id", { default: null });
  op.dropSequence("invoice_id_seq");

  op.alterColumn("receipt", "id", { setGenerated: "BY DEFAULT" });
  op.alterColumn("ticket", "id", { default: null });
  op.dropSequence("ticket_id_seq");
  op.alterColumn("ticket", "id", { generatedIdentity: "BY DEFAULT" });
  op.alterColumn("ticket", "number", { type: "serial" });
}

export function downgrade(op: Operations): void {
  op.alterColumn("invoice", "id", { type: "bigserial" });
  op.alterColumn("receipt", "id", { setGenerated: "ALWAYS" });
  op.alterColumn("ticket", "id", { generatedIdentity: null });
  op.alterColumn("ticket", "id", { type: "serial" });
  op.alterColumn("ticket", "number", { default: null });
  op.dropSequence("ticket_number_seq");
}
