import { expect, test } from "vitest";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { inSession, type Place, reopened, withPlace, writeRevision } from "../support/running.ts";

const APART = "export const transaction = false;";

/** A step of one's own that does something to the transaction, or to the connection, of its revision. */
interface Attack {
  readonly what: string;
  readonly step: string;
  readonly code: "TRANSACTION_ENDED" | "OPERATION_INVALID" | "REVISION_FAILED" | undefined;
  readonly message?: string;
  /** Which tables are there afterwards; the step comes between those that create `a` and `b`. */
  readonly left: readonly string[];
  readonly exports?: string;
}

const query = (text: string) => `op.run(async (db) => void (await db.query("${text}")));`;

const ATTACKS: readonly Attack[] = [
  {
    what: "COMMIT",
    step: `op.sql("COMMIT");`,
    code: "TRANSACTION_ENDED",
    message: "Operations 1 to 1 of the revision were committed",
    left: ["a"],
  },
  {
    what: "COMMIT and BEGIN",
    step: `op.sql("COMMIT; BEGIN; CREATE TABLE c ()");`,
    code: "TRANSACTION_ENDED",
    message: "What this step did after that was rolled back",
    left: ["a"],
  },
  {
    what: "COMMIT AND CHAIN",
    step: `op.sql("COMMIT AND CHAIN");`,
    code: "TRANSACTION_ENDED",
    message: "were committed",
    left: ["a"],
  },
  { what: "ROLLBACK", step: `op.sql("ROLLBACK");`, code: "TRANSACTION_ENDED", message: "were rolled back", left: [] },
  {
    what: "ROLLBACK and BEGIN",
    step: `op.sql("ROLLBACK; BEGIN");`,
    code: "TRANSACTION_ENDED",
    message: "were rolled back",
    left: [],
  },
  { what: "END in code", step: query("END"), code: "TRANSACTION_ENDED", message: "were committed", left: ["a"] },
  { what: "COMMIT in a comment", step: `op.sql("SELECT 1 -- COMMIT");`, code: undefined, left: ["a", "b"] },
  {
    what: "a savepoint",
    step: `op.sql("SAVEPOINT s; CREATE TABLE c (); ROLLBACK TO s");`,
    code: undefined,
    left: ["a", "b"],
  },
  {
    what: "a savepoint in code",
    step: query("SAVEPOINT s; CREATE TABLE c (); ROLLBACK TO s"),
    code: undefined,
    left: ["a", "b"],
  },
  {
    what: "END after a savepoint",
    step: `op.sql("SAVEPOINT s; ROLLBACK TO s"); op.sql("END");`,
    code: "TRANSACTION_ENDED",
    message: "were committed",
    left: ["a"],
  },
  {
    what: "a text with COMMIT before an error that code swallows",
    step: `op.run(async (db) => {
    await db.query("COMMIT; BEGIN; SELECT 1 / 0").catch(() => undefined);
    await db.query("ROLLBACK");
    await db.query("BEGIN");
  });`,
    code: "TRANSACTION_ENDED",
    message: "were committed",
    left: ["a"],
  },
  {
    what: "END before an error, and nothing after it",
    step: `op.run(async (db) => void (await db.query("COMMIT; SELECT 1 / 0").catch(() => undefined)));`,
    code: "TRANSACTION_ENDED",
    message: "were committed",
    left: ["a"],
  },
  {
    what: "ROLLBACK with values",
    step: `op.run(async (db) => void (await db.read("ROLLBACK"), await db.query("SELECT $1::int", [1])));`,
    code: "TRANSACTION_ENDED",
    message: "were rolled back",
    left: [],
  },
  {
    what: "COMMIT in a block",
    step: `op.sql("DO $$ BEGIN COMMIT; END $$");`,
    code: "REVISION_FAILED",
    message: "invalid transaction termination",
    left: [],
  },
  { what: "BEGIN within", step: `op.sql("BEGIN");`, code: undefined, left: ["a", "b"] },
  {
    what: "an error that code swallows",
    step: `op.run(async (db) => void (await db.query("SELECT 1 / 0").catch(() => undefined)));`,
    code: "REVISION_FAILED",
    left: [],
  },
  {
    what: "a transaction left open outside one",
    step: query("BEGIN; CREATE TABLE c ()"),
    code: "TRANSACTION_ENDED",
    message: "did not end it",
    left: ["a"],
    exports: APART,
  },
  {
    what: "a whole transaction outside one",
    step: query("BEGIN; CREATE TABLE c (); COMMIT"),
    code: undefined,
    left: ["a", "b", "c"],
    exports: APART,
  },
  {
    what: "COMMIT in a step of its own",
    step: `op.sql("COMMIT");`,
    code: "TRANSACTION_ENDED",
    left: ["a"],
    exports: APART,
  },
  {
    what: "a query that is not awaited",
    step: `op.run(async (db) => { void db.query("CREATE TABLE c ()"); });`,
    code: "OPERATION_INVALID",
    message: "ended before a query",
    left: [],
  },
  {
    what: "a query after the step",
    step: `let kept: any;\n  op.run(async (db) => void (kept = db));\n  op.run(async () => void kept.query("CREATE TABLE c ()"));`,
    code: "OPERATION_INVALID",
    message: "after the step had ended",
    left: [],
  },
  {
    what: "an operation in code",
    step: `op.run(async () => void op.sql("CREATE TABLE c ()"));`,
    code: "OPERATION_INVALID",
    message: "op.sql was called after upgrade returned",
    left: [],
  },
  {
    what: "an operation in a promise",
    step: `void Promise.resolve().then(() => op.sql("CREATE TABLE c ()"));`,
    code: "OPERATION_INVALID",
    message: "op.sql was called after upgrade returned",
    left: [],
  },
];

async function tables({ admin }: Place): Promise<readonly string[]> {
  const { rows } = await admin.query(
    "SELECT relname FROM pg_class WHERE relname ~ '^[abc]$' AND relkind = 'r' ORDER BY 1",
  );
  return rows.map(({ relname }) => relname);
}

test("a step that ends its transaction, or works past its end, stops the run, which says what is done", () =>
  withPlace(async (place) => {
    for (const { what, step, code, message, left, exports } of ATTACKS) {
      await place.admin.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
      writeRevision(
        place,
        "r1",
        null,
        `op.sql("CREATE TABLE a ()");\n  ${step}\n  op.sql("CREATE TABLE b ()");`,
        exports,
        `op.sql("DROP TABLE b");\n  op.sql("DROP TABLE a");`,
      );
      const own = await reopened(place);
      const result = await inSession(own, (session) => upgrade(session)).catch((error: unknown) => error);
      if (code === undefined) expect(result, what).toMatchObject({ revisions: [{ revision: { id: "r1" } }] });
      else
        expect(result, what).toMatchObject({
          code,
          message: expect.stringContaining(message ?? ""),
          details: { revision: "r1" },
        });
      expect(await tables(place), what).toEqual(left);
      if (code === undefined || left.length === 0) continue;
      const again = await inSession(own, (session) => upgrade(session)).catch((error: unknown) => error);
      if (what === "COMMIT" || what.startsWith("COMMIT in") || what.startsWith("END"))
        expect(again, what).toMatchObject({ revisions: [{ revision: { id: "r1" } }] });
      else expect(again, what).toMatchObject({ code: "TRANSACTION_ENDED" });
      await inSession(own, (session) => downgrade(session, "base"));
      expect(await tables(place), what).toEqual([]);
    }
  }));
