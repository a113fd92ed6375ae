/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.addColumn("app.users", { name: "age", type: "integer", default: "'1'" });
}

export function downgrade(op: Operations): void {
  op.dropColumn("app.users", "age");
}
