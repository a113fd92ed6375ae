import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { listNotes } from "../../src/cli/changes.ts";
import { compareSides } from "../../src/compare/compare.ts";
import { connect } from "../../src/connection/connect.ts";
import { createLoader } from "../../src/load/load.ts";
import { readServerInfo } from "../../src/read/server-info.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { anyMajors, connect as connectClient, withDatabase } from "../support/servers.ts";

const side = (one: boolean, other = "x"): Schema => ({
  tables: [
    {
      name: "mall",
      columns: [
        { name: "id", type: "integer", default: one ? "1" : "(1)" },
        { name: "name", type: "text", default: one ? "'a'::text" : "'a'" },
      ],
      checks: [{ name: "CHK", expression: one ? "(name <> 'a'::text)" : `name <> '${other === "x" ? "a" : other}'` }],
      exclusions: [{ name: "XCL", expression: one ? "USING btree (id WITH =)" : "USING btree ( id WITH = )" }],
    },
  ],
  views: [{ name: "list", expression: one ? " SELECT id\n   FROM mall;" : "SELECT id FROM mall" }],
});

/** Why no temporary object can be created. A standby says the same as a read-only database, and needs a server more. */
const REASONS: readonly (readonly [why: string, sql: (database: string, role: string) => string])[] = [
  ["the right is revoked", (database) => `REVOKE TEMPORARY ON DATABASE ${database} FROM PUBLIC`],
  ["the database is read-only", (database) => `ALTER DATABASE ${database} SET default_transaction_read_only = on`],
  ["the role is read-only", (_, role) => `ALTER ROLE ${role} SET default_transaction_read_only = on`],
];

test.each(anyMajors().flatMap((major) => REASONS.map(([why, sql]) => [major, why, sql] as const)))(
  "PostgreSQL %s, %s: what needs a temporary object is not known, and no difference",
  (major, _why, forbidding) => {
    const role = `reader_${randomBytes(6).toString("hex")}`;
    const setUp = `CREATE ROLE ${role} LOGIN; CREATE TABLE mall (id integer, name text); GRANT SELECT ON mall TO ${role}`;
    return withDatabase(
      major,
      async (url) => {
        const admin = await connectClient(url);
        await admin.query(forbidding(new URL(url).pathname.slice(1), role));
        const db = await connect(Object.assign(new URL(url), { username: role }).href, createLoader("."), ".");
        try {
          const server = await readServerInfo(db);
          const same = await compareSides(db, server, { live: side(true), models: side(false), unmodelled: [] });
          expect([same.upgrade, same.downgrade, same.unreadable]).toEqual([[], [], []]);
          expect(new Set(same.unplanned.map(({ where, as }) => `${where} ${as}`))).toEqual(
            new Set(["mall.XCL unknown", "list unknown"]),
          );
          expect(listNotes(same).every((note) => note.includes(" could not be compared: "))).toBe(true);
          const other = await compareSides(db, server, { live: side(true), models: side(false, "b"), unmodelled: [] });
          expect(other.upgrade.flatMap(({ operations }) => operations.map(({ args }) => args[0]))).toEqual([
            "mall",
            "mall",
          ]);
        } finally {
          await db.close();
          await admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`).finally(() => admin.end());
        }
      },
      { sql: setUp },
    );
  },
);
