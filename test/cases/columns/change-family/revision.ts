/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo("account.number changes from character varying to bigint. A value that cannot be cast makes it fail.");
  op.alterColumn("account", "number", { default: null });
  op.alterColumn("account", "number", { type: "bigint", using: `"number"::bigint` });
  op.alterColumn("account", "number", { default: "'7'" });

  op.todo(
    "account.seenAt changes from timestamp without time zone to timestamp with time zone. In which time zone are its values? UTC is the guess; edit `using` if not.",
  );
  op.alterColumn("account", "seenAt", { type: "timestamp with time zone", using: `"seenAt" AT TIME ZONE 'UTC'` });

  op.alterColumn("account", "token", { type: "character varying" });

  op.todo("account.vip changes from boolean to integer. A value that cannot be cast makes it fail.");
  op.alterColumn("account", "vip", { default: null });
  op.alterColumn("account", "vip", { type: "integer", using: `"vip"::integer` });
  op.alterColumn("account", "vip", { default: "'0'" });
}

export function downgrade(op: Operations): void {
  op.alterColumn("account", "number", { default: null });
  op.alterColumn("account", "number", { type: "character varying" });
  op.alterColumn("account", "number", { default: "'7'::character varying" });

  op.todo(
    "account.seenAt changes from timestamp with time zone to timestamp without time zone. In which time zone are its values? UTC is the guess; edit `using` if not.",
  );
  op.alterColumn("account", "seenAt", { type: "timestamp without time zone", using: `"seenAt" AT TIME ZONE 'UTC'` });

  op.todo("account.token changes from character varying to uuid. A value that cannot be cast makes it fail.");
  op.alterColumn("account", "token", { type: "uuid", using: `"token"::uuid` });

  op.todo("account.vip changes from integer to boolean. A value that cannot be cast makes it fail.");
  op.alterColumn("account", "vip", { default: null });
  op.alterColumn("account", "vip", { type: "boolean", using: `"vip"::boolean` });
  op.alterColumn("account", "vip", { default: "false" });
}
