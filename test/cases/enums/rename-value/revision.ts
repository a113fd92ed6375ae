/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    "In shop_status_enum, was 'shut' renamed to 'closed' (same position)? If not, change the rows that use the old value and keep the commented line instead.",
  );
  op.renameEnumValue("shop_status_enum", "shut", "closed");
  // op.replaceEnum("shop_status_enum", ["open", "closed"], [{ table: "shop", column: "status", default: "'closed'" }]);
}

export function downgrade(op: Operations): void {
  op.todo(
    "In shop_status_enum, was 'closed' renamed to 'shut' (same position)? If not, change the rows that use the old value and keep the commented line instead.",
  );
  op.renameEnumValue("shop_status_enum", "closed", "shut");
  // op.replaceEnum(
  //   "shop_status_enum",
  //   ["open", "shut"],
  //   [{ table: "shop", column: "status", default: "'shut'::shop_status_enum" }],
  // );
}
