import { expect, test } from "vitest";
import type { Connection } from "../../src/connection/connect.ts";
import { downgrade, type RunOptions, upgrade } from "../../src/run/run.ts";
import type { Session } from "../../src/state/session.ts";
import { inSession, type Place, reopened, runAll, withPlace, writeRevision } from "../support/running.ts";

const LINE = ["r1", "r2", "r3"] as const;

function writeLine(place: Place): void {
  for (const [at, id] of LINE.entries())
    writeRevision(
      place,
      id,
      LINE[at - 1] ?? null,
      `op.sql("CREATE TABLE ${id} ()");`,
      "",
      `op.sql("DROP TABLE ${id}");`,
    );
}

type Way = "upgrade" | "downgrade";

/** One run, before whose statement that begins so another one does its whole work. */
async function beside(
  place: Place,
  [way, target, options]: readonly [Way, string, RunOptions?],
  before: RegExp,
  other: () => Promise<unknown>,
): Promise<unknown> {
  const state = { met: false };
  const go = (session: Session) => (way === "upgrade" ? upgrade : downgrade)(session, target, options);
  const run = inSession(place, go, (db) => interrupted(db, before, state, other)).then(
    ({ revisions }) => revisions.map(({ revision }) => revision.id),
    (error: unknown) => error,
  );
  const result = await run;
  expect(state.met).toBe(true);
  return result;
}

function interrupted(
  db: Connection,
  before: RegExp,
  state: { met: boolean },
  other: () => Promise<unknown>,
): Connection {
  const meet = async (sql: string) => {
    if (state.met || !before.test(sql)) return;
    state.met = true;
    await other();
  };
  return {
    ...db,
    query: async (sql, values) => {
      await meet(sql);
      return await db.query(sql, values);
    },
    read: async (sql) => {
      await meet(sql);
      return await db.read(sql);
    },
  };
}

async function applied({ admin }: Place): Promise<string> {
  const { rows } = await admin.query("SELECT string_agg(revision, ' ' ORDER BY revision) AS ids FROM remodel_revision");
  const tables = await admin.query(
    "SELECT string_agg(relname, ' ' ORDER BY relname) AS ids FROM pg_class WHERE relname ~ '^r[0-9]$' AND relkind = 'r'",
  );
  expect(tables.rows[0].ids, "tables and rows of the state").toEqual(rows[0].ids);
  return rows[0].ids ?? "";
}

const run = (place: Place, way: Way, target: string) => () =>
  inSession(place, (session) => (way === "upgrade" ? upgrade : downgrade)(session, target));

/** Before the first transaction of a run, when its plan is made already. */
const FIRST = /^BEGIN ISOLATION LEVEL READ COMMITTED/;

test("a run whose plan another one has changed stops before it makes a hole", () =>
  withPlace(async (place) => {
    writeLine(place);
    const cases: readonly [
      from: string,
      mine: readonly [Way, string, RunOptions?],
      theirs: readonly [Way, string],
      after: string,
      outcome: unknown,
    ][] = [
      ["r2", ["upgrade", "r3"], ["downgrade", "r1"], "r1", "PLAN_CHANGED"],
      ["r2", ["upgrade", "heads"], ["downgrade", "base"], "", "PLAN_CHANGED"],
      ["r2", ["downgrade", "r1"], ["upgrade", "r3"], "r1 r2 r3", "PLAN_CHANGED"],
      ["r2", ["downgrade", "base"], ["upgrade", "heads"], "r1 r2 r3", "PLAN_CHANGED"],
      ["r1", ["upgrade", "+1"], ["upgrade", "+1"], "r1 r2", "PLAN_CHANGED"],
      ["r3", ["downgrade", "-1"], ["downgrade", "-1"], "r1 r2", "PLAN_CHANGED"],
      ["r3", ["downgrade", "r2"], ["downgrade", "r1"], "r1", "PLAN_CHANGED"],
      ["r2", ["upgrade", "heads", { singleTransaction: true }], ["downgrade", "base"], "", "PLAN_CHANGED"],
      ["base", ["upgrade", "heads"], ["upgrade", "r2"], "r1 r2 r3", ["r3"]],
      ["base", ["upgrade", "r1"], ["upgrade", "heads"], "r1 r2 r3", []],
      ["r3", ["downgrade", "base"], ["downgrade", "r1"], "", ["r1"]],
    ];
    for (const [from, mine, theirs, after, outcome] of cases) {
      await runAll(place, {}, "downgrade");
      if (from !== "base") await run(place, "upgrade", from)();
      const result = await beside(place, mine, FIRST, run(place, ...theirs));
      const where = `from ${from}: ${mine[0]} ${mine[1]} beside ${theirs.join(" ")}`;
      if (typeof outcome === "string")
        expect(result, where).toMatchObject({ code: outcome, hint: expect.stringContaining("remodel current") });
      else expect(result, where).toEqual(outcome);
      expect(await applied(place), where).toBe(after);
    }
  }));

test("a run whose own work another one takes back stops, and says what it has done", () =>
  withPlace(async (place) => {
    writeLine(place);
    const result = await beside(place, ["upgrade", "heads"], /CREATE TABLE r2/, async () => {
      await place.admin.query("DELETE FROM remodel_revision WHERE revision = 'r1'; DROP TABLE r1");
    });
    expect(result).toMatchObject({ code: "PLAN_CHANGED", message: expect.stringMatching(/it has applied r1.+r2\.$/) });
  }));

test("two folders do not mix: a revision that the other one applied stops the run", () =>
  withPlace(async (place) => {
    writeRevision(place, "r1", null, `op.sql("CREATE TABLE r1 ()");`);
    await runAll(place);
    await withPlace(async (other) => {
      writeRevision(other, "r1", null, `op.sql("CREATE TABLE r1 ()");`);
      writeRevision(other, "x2", "r1", `op.sql("CREATE TABLE x2 ()");`);
      writeRevision(place, "r2", "r1", `op.sql("CREATE TABLE r2 ()");`);
      const mine = await reopened(place);
      const theirs = { ...(await reopened(other)), url: place.url };
      const result = await beside(mine, ["upgrade", "heads"], FIRST, () => runAll(theirs));
      expect(result).toMatchObject({ code: "DATABASE_AHEAD", message: expect.stringContaining("x2") });
    });
    const { rows } = await place.admin.query("SELECT to_regclass('r2') AS r2, to_regclass('x2') AS x2");
    expect(rows).toEqual([{ r2: null, x2: "x2" }]);
  }));
