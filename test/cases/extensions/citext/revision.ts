/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.createExtension("citext");
  op.createExtension("hstore");

  op.addColumn("person", { name: "email", type: "citext", default: "''" });
  op.addColumn("person", { name: "extra", type: "hstore", nullable: true });
}

export function downgrade(op: Operations): void {
  op.dropColumn("person", "email");
  op.dropColumn("person", "extra");

  op.dropExtension("citext");
  op.dropExtension("hstore");
}
