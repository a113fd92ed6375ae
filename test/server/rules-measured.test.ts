import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collect } from "../../src/collect.ts";
import * as operations from "../../src/kinds/operations.ts";
import { readFunctionBodies } from "../../src/read/function-bodies.ts";
import type { ReviewFinding } from "../../src/review/finding.ts";
import { RULES } from "../../src/review/rules.ts";
import { MEASURED_ON } from "../../src/review/rules-page.ts";
import { findSearched } from "../../src/review/unqualified.ts";
import { record } from "../../src/revision/op.ts";
import { LOCK_MODES, type Lock, type Operation } from "../../src/schema/operation.ts";
import type { RuleName } from "../../src/schema/rule-names.ts";
import { sortByStrength, startMeter } from "../../src/shadow/measure.ts";
import { nameTables } from "../../src/shadow/measure-run.ts";
import { id } from "../../src/sql.ts";
import {
  type Connections,
  type Done,
  type DoneInSteps,
  measureBatches,
  measureInTransaction,
  measureOutside,
  observe,
} from "../support/measure.ts";
import {
  CASES,
  MEASURED_CASES,
  type MeasuredCase,
  READ_RULES,
  type ReadRule,
  reviewWritten,
  SCHEMA,
  type Write,
} from "../support/rule-cases.ts";
import { anyMajors, connect, createDatabase, isMatrix, majors, type TestDatabase } from "../support/servers.ts";

const ROWS = `
  INSERT INTO mall SELECT at, 'm' || at FROM generate_series(1, 1000) at;
  INSERT INTO shop SELECT at, at, 'c' || at, 's' || at, 1 + at % 7, now(), 'basic' FROM generate_series(1, 1000) at;
  INSERT INTO bill SELECT at, 1 + at % 900 FROM generate_series(1, 1000) at;
  INSERT INTO item SELECT at FROM generate_series(1, 1000) at;
  INSERT INTO tag SELECT at, 'w' || at FROM generate_series(1, 1000) at;
  ANALYZE`;

const REQUIRED = { name: "twice", type: "integer", asExpression: "id * 2", generatedType: "VIRTUAL" as const };
const STAMP = { name: "at", type: "timestamptz", default: "now()" };

/** What a case needs beside the schema, and how that is taken away again. */
const NEEDS: Partial<Record<RuleName, readonly [make: string, remove: string]>> = {
  "unique-build": ["CREATE UNIQUE INDEX i ON shop (code)", "DROP INDEX i"],
  "primary-key-build": ["CREATE UNIQUE INDEX i ON bill (id)", "DROP INDEX i"],
};

const OWN = { own: "public" };
const SEARCHED = `
  CREATE FUNCTION trim_code(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT btrim($1)';
  CREATE FUNCTION find_code(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT trim_code($1)';
  CREATE FUNCTION own_path(text) RETURNS text IMMUTABLE LANGUAGE sql SET search_path = public AS 'SELECT trim_code($1)'`;

/** For a rule about what happens later: the statement that is measured. */
const LATER: Partial<Record<RuleName, string>> = { "foreign-key-without-index": "DELETE FROM shop WHERE id = 950" };

/** The first major that has what the harmless form of a rule uses. */
const SINCE: Partial<Record<RuleName, number>> = { "generated-rewrite": 18 };

/** What no rule has as its case. */
const MORE: readonly { readonly title: string; readonly write: Write; readonly since?: number }[] = [
  { title: "a virtual column that is NOT NULL", write: (op) => op.addColumn("shop", REQUIRED), since: 18 },
  { title: "a column under the condition of an index", write: (op) => op.alterColumn("tag", "word", { type: "text" }) },
  {
    title: "a primary key over a column that may have NULL",
    write: (op) => [op.alterColumn("bill", "id", { nullable: true }), op.createPrimaryKey("bill", { columns: ["id"] })],
  },
  {
    title: "a column that becomes an identity column",
    write: (op) => op.alterColumn("bill", "id", { generatedIdentity: "ALWAYS" }),
  },
  { title: "a column that becomes serial", write: (op) => op.alterColumn("bill", "id", { type: "serial" }) },
  {
    title: "the column of a primary key that becomes an identity column",
    write: (op) => op.alterColumn("shop", "id", { generatedIdentity: "ALWAYS" }),
  },
  {
    title: "a column that becomes an identity column after a sequence",
    write: (op) => [
      op.createSequence({ name: "numbers" }),
      op.alterColumn("bill", "id", { generatedIdentity: "ALWAYS", continueAfter: "numbers" }),
    ],
  },
  {
    title: "another collation",
    write: (op) => op.alterColumn("shop", "slug", { type: "text", collation: "C" }),
  },
  { title: "the type that it has", write: (op) => op.alterColumn("mall", "title", { type: "varchar(40)" }) },
  {
    title: "the type that it has, under a check",
    write: (op) => op.alterColumn("shop", "code", { type: "varchar(20)" }),
  },
  { title: "a required column with a stable default", write: (op) => op.addColumn("shop", STAMP) },
  {
    title: "a sequence that begins again",
    write: (op) => op.alterSequence({ name: "bill_number", restart: "1" }),
  },
  { title: "a comment", write: (op) => op.commentOnTable("shop", "Shops") },
  { title: "a default", write: (op) => op.alterColumn("shop", "slug", { default: "'x'" }) },
];

/** What runs outside of the transaction of a revision, and so holds its locks for another time. */
const OUTSIDE: readonly Write[] = [
  (op) => op.createIndex("shop", { name: "IDX_code", columns: ["code"] }, { concurrently: true }),
  (op) => op.dropIndex("shop", "IDX_code", { concurrently: true }),
  (op) => op.backfill("shop", { set: { slug: "code" }, batch: 400 }),
];

const MEASURED = READ_RULES.filter((rule) => RULES[rule].measured !== undefined);
/** Their harmless form differs in what PostgreSQL does to the rows; of the others it differs in what is lost. */
const ABOUT_WORK = MEASURED.filter((rule) => RULES[rule].level.includes("size"));

const WORK_UNDER_LOCK = ABOUT_WORK.filter((rule) => {
  const { lock, work = [] } = RULES[rule].measured ?? {};
  return work.length > 0 && blocksWrites(lock);
});
/** The cases that run in the schema of the cases. */
const RUNS = READ_RULES.filter((rule) => rule !== "rename-schema" && rule !== "unqualified-function");

if (isMatrix())
  test("docs/rules.md names the majors of the matrix", () => {
    expect(MEASURED_ON).toEqual(majors());
  });

for (const major of anyMajors())
  describe(`PostgreSQL ${major}`, () => {
    let [database, client, other]: [TestDatabase?, pg.Client?, pg.Client?] = [];

    beforeAll(async () => {
      database = await createDatabase(major);
      client = await connect(database.url);
      other = await connect(database.url);
      await client.query("SET TimeZone = 'UTC'"); // as a run sets it
      for (const one of createSchema()) await client.query(one);
      await client.query(ROWS);
    });

    afterAll(async () => {
      await client?.end();
      await other?.end();
      await database?.drop();
    });

    test("docs/rules.md names the major", () => expect(MEASURED_ON).toContain(major));

    test.each(MEASURED)("%s is as measured", async (rule) => {
      const [fires] = CASES[rule];
      const tables = reviewWritten([fires]).flatMap((one) => (one.rule === rule ? listTables(one, rule) : []));
      const { lock, work } = RULES[rule].measured ?? { work: [] };
      const { locks, work: done } = (await measure(rule, fires)).all;
      expect([...new Set(tables.flatMap((table) => done[table] ?? []))]).toEqual(work);
      if (lock !== undefined) expect(tables.map((table) => locks[table])).toEqual(tables.map(() => lock));
      const declared = listDeclared(fires);
      if (declared !== undefined && LATER[rule] === undefined) expect(locks).toEqual(declared);
    });

    test.each(ABOUT_WORK.filter((rule) => (SINCE[rule] ?? 0) <= major))("%s has a harmless form", async (rule) => {
      const [, silent] = CASES[rule];
      expect((await measure(rule, silent)).steps.flatMap(listBlocked)).toEqual([]);
    });

    const all = [
      ...RUNS.map((rule) => ({ title: rule, write: CASES[rule][0] })),
      ...MORE.filter(({ since = 0 }) => since <= major),
    ];
    test.each(all)("$title: locks are as declared, work under a lock is found, and no other", async ({ write }) => {
      const sql = listOperations(write).flatMap((one) => one.sql);
      const { steps, all: done } = await measureInTransaction({ client: client!, other: other! }, sql);
      expect(done.locks).toEqual(listDeclared(write) ?? done.locks);
      const found = reviewWritten([write]).filter(({ rule }) => WORK_UNDER_LOCK.some((one) => one === rule));
      const tables = found.flatMap((one) => listTables(one, one.rule));
      expect(new Set(tables)).toEqual(new Set(steps.flatMap(listBlocked)));
    });

    test("a look at what an operation names finds the same as a look at everything", async () => {
      for (const { title, write } of all.filter((_, at) => isMatrix() || at % 4 === 0)) {
        const operations = listOperations(write).filter(
          ({ custom, run, outsideTransaction }) => !(custom ?? run ?? outsideTransaction),
        );
        await client!.query("BEGIN; SET LOCAL track_counts = on");
        const db = observe(client!, true);
        const [whole, part] = [await startMeter(db, OWN), await startMeter(db, OWN)];
        for (const operation of operations) {
          for (const sql of operation.sql) await client!.query(sql);
          const { locks, work } = await whole.next();
          expect(await part.next(nameTables(operation, OWN.own)), `${title}: ${operation.name}`).toMatchObject({
            locks,
            work,
          });
        }
        await client!.query("ROLLBACK");
      }
    });

    test.each(Object.entries(MEASURED_CASES))("a statement of a person that was measured: %s", async (rule, one) => {
      const [fires, silent] = [await reviewMeasured(one, one.fires), await reviewMeasured(one, one.silent)];
      const found = fires.findings.find((finding) => finding.rule === rule);
      expect(found).toMatchObject({ evidence: "measured", text: expect.stringMatching(/^[A-Z\w].*\.$/) });
      const isOnly = !READ_RULES.some((name) => name === rule);
      const { work } = RULES[found!.rule].measured ?? {};
      if (isOnly && work !== undefined) expect(fires.work[found?.table ?? ""] ?? []).toEqual(work);
      expect(silent.findings.map((finding) => finding.rule)).not.toContain(rule);
      const all = [...fires.findings, ...silent.findings];
      expect(all.map((finding) => finding.rule)).not.toContain("unknown-sql");
    });

    test("TRUNCATE is found where the transaction has rewritten the table before, and so keeps its file", async () => {
      const first = "ALTER TABLE item ALTER id TYPE bigint";
      const { findings } = await reviewMeasured({ first, fires: "", silent: "" }, "TRUNCATE item");
      expect(findings).toContainEqual(
        expect.objectContaining({ rule: "truncate", table: "item", evidence: "measured" }),
      );
      const other = await reviewMeasured({ first, fires: "", silent: "" }, "DELETE FROM item");
      expect(other.findings.map(({ rule }) => rule)).not.toContain("truncate");
    });

    test("what runs outside of the transaction, and each batch, takes the locks that it declares", async () => {
      for (const write of OUTSIDE) {
        const [operation] = listOperations(write);
        const done = operation!.run
          ? await measureBatches(client!, operation!.run)
          : [(await measureOutside({ client: client!, other: other! }, operation!.sql)).all];
        expect(done.length).toBe(operation!.run ? 3 : 1); // 1,000 rows
        for (const { locks } of done) expect(locks).toEqual(listDeclared(write));
      }
    });

    test("a function that names another one without its schema is found, and fails in an index since 17", async () => {
      await client!.query("BEGIN");
      await client!.query(SEARCHED);
      const found = findSearched(await readFunctionBodies(observe(client!, true)));
      await client!.query("SET LOCAL search_path = public");
      const built = await client!.query("CREATE INDEX ON shop (find_code(code))").then(
        () => "built",
        ({ code }: { code: string }) => code,
      );
      await client!.query("ROLLBACK");
      expect(found).toEqual([{ name: "find_code", names: ["trim_code"] }]);
      expect(built).toBe(major >= 17 ? "42883" : "built");
    });

    /** Runs a statement, takes it back, and reviews a revision of it with what was measured. */
    async function reviewMeasured({ first, isOutside }: MeasuredCase, sql: string) {
      const write: Write = (op) => op.sql(sql);
      if (!isOutside) await client!.query("BEGIN; SET LOCAL track_counts = on");
      if (first !== undefined) await client!.query(first);
      const meter = await startMeter(observe(client!, !isOutside), OWN);
      await client!.query(sql);
      const measured = await meter.next();
      if (!isOutside) await client!.query("ROLLBACK");
      const [operation] = listOperations(write);
      const about = {
        operation: operation!,
        direction: "upgrade" as const,
        at: 0,
        line: 3,
        isOutside: isOutside === true,
      };
      const steps = new Map([["rev0", [{ ...about, ...measured }]]]);
      return { findings: reviewWritten([write], undefined, undefined, steps), work: measured.work };
    }

    async function measure(rule: ReadRule, write: Write): Promise<DoneInSteps> {
      const observed = { client: client!, other: other! };
      const steps = listOperations(write);
      const sql = steps.flatMap((one) => one.sql);
      const [make, remove] = NEEDS[rule] ?? [];
      const later = LATER[rule];
      if (later !== undefined) return measureInTransaction(observed, [later], sql);
      const outside = steps.find(({ outsideTransaction }) => outsideTransaction);
      if (outside !== undefined) return measureIndex(observed, sql, outside.target?.name ?? "");
      if (make === undefined || remove === undefined) return measureInTransaction(observed, sql);
      await client!.query(make);
      const measured = await measureInTransaction(observed, sql);
      await client!.query(remove);
      return measured;
    }
  });

async function measureIndex(observed: Connections, sql: readonly string[], name: string): Promise<DoneInSteps> {
  const measured = await measureOutside(observed, sql);
  await observed.client.query(`DROP INDEX ${id(name)}`);
  return measured;
}

function createSchema(): readonly string[] {
  return [
    ...(SCHEMA.enums ?? []).map(({ name, values }) => operations.createEnum(name, values)),
    ...(SCHEMA.sequences ?? []).map((sequence) => operations.createSequence(sequence)),
    ...(SCHEMA.tables ?? []).flatMap(({ name, indexes = [], ...body }) => [
      operations.createTable(name, body),
      ...indexes.map((index) => operations.createIndex(name, index)),
    ]),
  ].flatMap(({ sql }) => sql);
}

function listOperations(write: Write): readonly Operation[] {
  return record((op) => void write(op)).map(({ operation }) => operation);
}

/** The tables that a finding is about; of a lock, also the others that it names. */
function listTables({ table, locks }: ReviewFinding, rule: RuleName): readonly string[] {
  if (RULES[rule].measured?.lock === undefined) return collect(table);
  return [...new Set([...collect(table), ...locks.map(({ on }) => on)])];
}

/** The strongest lock that the operations declare, for each table; nothing if one of them declares none. */
function listDeclared(write: Write): Done["locks"] | undefined {
  const steps = listOperations(write);
  if (steps.some(({ locks }) => locks === undefined)) return undefined;
  const declared = steps.flatMap(({ locks = [] }) => locks.filter(({ onDependents }) => !onDependents));
  return Object.fromEntries(sortByStrength(declared).map(({ on, mode }) => [on, mode]));
}

/** The tables whose rows a statement works on, all of them, while others cannot write. */
function listBlocked({ locks, work }: Done): readonly string[] {
  return Object.entries(work).flatMap(([table, done]) =>
    blocksWrites(locks[table]) && done.some((one) => one !== "write") ? table : [],
  );
}

function blocksWrites(lock: Lock["mode"] | undefined): boolean {
  return lock !== undefined && LOCK_MODES.indexOf(lock) >= LOCK_MODES.indexOf("SHARE");
}
