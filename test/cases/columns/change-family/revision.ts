/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.todo(
    "account.number changes from character varying to bigint. Values that cannot be converted make it fail. Rows in the way:",
    `SELECT * FROM "account" WHERE CASE WHEN "number"::text ~* '^\\s*[+-]?[0-9]+\\s*$' THEN "number"::numeric NOT BETWEEN -9223372036854775808 AND 9223372036854775807 ELSE "number" IS NOT NULL END`,
  );
  op.alterColumn("account", "number", { default: null });
  op.alterColumn("account", "number", { type: "bigint", using: `"number"::bigint` });
  op.alterColumn("account", "number", { default: "'7'" });

  op.todo(
    "account.seenAt changes from timestamp without time zone to timestamp with time zone. In which time zone are its values? The lines assume UTC. If it is another one, edit `using`.",
  );
  op.alterColumn("account", "seenAt", { type: "timestamp with time zone", using: `"seenAt" AT TIME ZONE 'UTC'` });

  op.alterColumn("account", "token", { type: "character varying" });
  op.alterColumn("account", "vip", { default: null });
  op.alterColumn("account", "vip", { type: "integer", using: `"vip"::integer` });
  op.alterColumn("account", "vip", { default: "'0'" });
}

export function downgrade(op: Operations): void {
  op.alterColumn("account", "number", { default: null });
  op.alterColumn("account", "number", { type: "character varying" });
  op.alterColumn("account", "number", { default: "'7'::character varying" });

  op.todo(
    "account.seenAt changes from timestamp with time zone to timestamp without time zone. In which time zone are its values? The lines assume UTC. If it is another one, edit `using`.",
  );
  op.alterColumn("account", "seenAt", { type: "timestamp without time zone", using: `"seenAt" AT TIME ZONE 'UTC'` });

  op.todo(
    "account.token changes from character varying to uuid. Values that cannot be converted make it fail. Rows in the way:",
    `SELECT * FROM "account" WHERE CASE WHEN "token"::text ~* '^(([0-9a-f]{4}-?){7}[0-9a-f]{4}|\\{([0-9a-f]{4}-?){7}[0-9a-f]{4}\\})$' THEN false ELSE "token" IS NOT NULL END`,
  );
  op.alterColumn("account", "token", { type: "uuid", using: `"token"::uuid` });

  op.todo(
    "account.vip changes from integer to boolean. 0 becomes false, and all other values become true. Rows that are neither 0 nor 1:",
    `SELECT * FROM "account" WHERE "vip" NOT IN (0, 1)`,
  );
  op.alterColumn("account", "vip", { default: null });
  op.alterColumn("account", "vip", { type: "boolean", using: `"vip" <> 0` });
  op.alterColumn("account", "vip", { default: "false" });
}
