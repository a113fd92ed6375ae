import type { Client } from "pg";
import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from "typeorm";
import { expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { setValues } from "../../src/kinds/set-values.ts";
import { writeRevision } from "../../src/revision/folder.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { connect, majors, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

type Entities = readonly unknown[];

/** Rows before a change of the models, and after the revision for it, as a person has completed it. */
async function changeModels(
  major: number,
  {
    before,
    after,
    rows,
    complete,
  }: { before: Entities; after: Entities; rows: string; complete: (text: string) => string },
  look: (client: Client, back: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  await withFolder((folder) =>
    withDatabase(major, async (url) => {
      const options = { uuidExtension: "pgcrypto", installExtensions: false };
      const client = await connect(url);
      const at = async <Result>(
        entities: Entities,
        act: (session: Awaited<ReturnType<typeof testSession>>) => Promise<Result>,
      ) => {
        const session = await testSession({ url, folder, entities, options });
        return await act(session).finally(() => session.close());
      };
      try {
        await at(before, (session) => revise(session, { message: "Before", autogenerate: true, revisionId: "aaaa" }));
        await at(before, (session) => upgrade(session));
        await client.query(rows);
        const draft = await at(after, (session) =>
          revise(session, { message: "After", autogenerate: true, revisionId: "bbbb", dryRun: true }),
        );
        writeRevision(folder, "bbbb.ts", complete("text" in draft ? draft.text : ""));
        await at(after, (session) => upgrade(session));
        expect((await at(after, (session) => compare(session))).upgrade).toEqual([]);
        await look(client, () => at(after, (session) => downgrade(session, "aaaa")));
      } finally {
        await client.end();
      }
    }),
  );
}

function withoutTodos(text: string): string {
  return text.replace(/^ {2}op\.todo\((?:.*\);|\n(?: {4}.*\n)+ {2}\);)\n/gm, "");
}

function malls(by: "number" | "uuid"): Entities {
  const key = by === "uuid" ? PrimaryGeneratedColumn("uuid") : PrimaryGeneratedColumn();
  class Mall {
    id!: unknown;
    title!: string;
  }
  class Shop {
    id!: unknown;
    mall!: Mall;
    code!: string;
  }
  class Employee {
    id!: unknown;
    name!: string;
    manager!: Employee;
    mall!: Mall;
  }
  for (const entity of [Mall, Shop, Employee]) {
    Entity()(entity);
    key(entity.prototype, "id");
  }
  Column({ type: "varchar" })(Mall.prototype, "title");
  Column({ type: "varchar" })(Shop.prototype, "code");
  Column({ type: "varchar" })(Employee.prototype, "name");
  ManyToOne(() => Mall, { nullable: false })(Shop.prototype, "mall");
  ManyToOne(() => Mall)(Employee.prototype, "mall");
  ManyToOne(() => Employee)(Employee.prototype, "manager");
  return [Mall, Shop, Employee];
}

const MALLS = `INSERT INTO mall (id, title) VALUES (7, 'Riverside'), (3, 'Old Mill');
INSERT INTO shop ("mallId", code) VALUES (7, 'a'), (3, 'b'), (7, 'c');
INSERT INTO employee (id, name, "managerId", "mallId") VALUES (5, 'Ada', NULL, 3), (2, 'Ben', 5, NULL), (9, 'Cleo', 2, 7)`;

async function readRelations(client: Client): Promise<unknown> {
  const { rows } = await client.query(`SELECT s.code AS who, m.title AS of FROM shop s JOIN mall m ON m.id = s."mallId"
    UNION ALL SELECT e.name, m.title FROM employee e JOIN mall m ON m.id = e."mallId"
    UNION ALL SELECT e.name, o.name FROM employee e JOIN employee o ON o.id = e."managerId" ORDER BY 1, 2`);
  return rows.map((row) => Object.values(row).join(" of "));
}

const RELATIONS = [
  "Ada of Old Mill",
  "Ben of Ada",
  "Cleo of Ben",
  "Cleo of Riverside",
  "a of Riverside",
  "b of Old Mill",
  "c of Riverside",
];

test.each(majors())(
  "PostgreSQL %i: keys become uuids and numbers again, and each row keeps what it references",
  (major) =>
    changeModels(
      major,
      { before: malls("number"), after: malls("uuid"), rows: MALLS, complete: withoutTodos },
      async (client, back) => {
        const types = async () =>
          (await client.query("SELECT DISTINCT pg_typeof(id)::text AS type FROM mall")).rows.map(({ type }) => type);
        expect((await readRelations(client)) as string[]).toEqual(expect.arrayContaining(RELATIONS));
        expect(await types()).toEqual(["uuid"]);
        await back();
        expect((await readRelations(client)) as string[]).toEqual(expect.arrayContaining(RELATIONS));
        expect(await types()).toEqual(["integer"]);
        await client.query("INSERT INTO mall (title) VALUES ('New')");
        const { rows } = await client.query("SELECT count(DISTINCT id)::integer AS n FROM mall");
        expect(rows).toEqual([{ n: 3 }]);
      },
    ),
);

function readings(types: Readonly<Record<string, { readonly type: string; readonly array?: boolean }>>): Entities {
  class Reading {
    id!: number;
  }
  Entity()(Reading);
  PrimaryGeneratedColumn()(Reading.prototype, "id");
  for (const [name, { type, array }] of Object.entries(types))
    Column({ type: type as "text", nullable: true, ...(array && { array }) })(Reading.prototype, name);
  return [Reading];
}

test.each(majors())("PostgreSQL %i: what no cast converts is asked, and what a person writes converts it", (major) =>
  changeModels(
    major,
    {
      before: readings({
        code: { type: "varchar" },
        at: { type: "timestamp" },
        list: { type: "jsonb" },
        day: { type: "date" },
      }),
      after: readings({
        code: { type: "int" },
        at: { type: "int" },
        list: { type: "int", array: true },
        day: { type: "int" },
      }),
      rows: `INSERT INTO reading (code, at, list, day) VALUES ('7', '1970-01-02 00:00:01', '[1, 2]', '1970-01-05'), ('x7', NULL, NULL, NULL)`,
      complete: (text) => {
        expect(text).toContain(
          "reading.code changes from character varying to integer. Values that cannot be converted make it fail. Rows in the way:",
        );
        expect(text).toContain("seconds since 1970");
        expect(text).toContain("PostgreSQL has no cast from date to integer: write in `using` what the values become.");
        return withoutTodos(text)
          .replace('`"code"::integer`', "`CASE WHEN code ~ '^[0-9]+' THEN code::integer END`")
          .replace('type: "integer", using: "…"', `type: "integer", using: "day - date '1970-01-01'"`)
          .replace('type: "date", using: "…"', `type: "date", using: "date '1970-01-01' + day"`);
      },
    },
    async (client, back) => {
      const read = async () =>
        (await client.query("SELECT code, at::text, list, day::text FROM reading ORDER BY id")).rows;
      const nothing = { code: null, at: null, list: null, day: null };
      expect(await read()).toEqual([{ code: 7, at: "86401", list: [1, 2], day: "4" }, nothing]);
      await back();
      expect(await read()).toEqual([
        { code: "7", at: "1970-01-02 00:00:01", list: [1, 2], day: "1970-01-05" },
        nothing,
      ]);
    },
  ),
);

/** Triggers of every kind and a rule, each of which would stop or spoil the values. The key is still a number in their code. */
const TRIGGERS = `CREATE SCHEMA aside; CREATE TABLE aside.log (what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO aside.log VALUES (TG_NAME); RETURN NEW; END';
CREATE FUNCTION halve() RETURNS trigger LANGUAGE plpgsql AS
  'DECLARE old_mall integer; BEGIN old_mall := OLD."mallId"; NEW.code := old_mall / 2; INSERT INTO aside.log VALUES (TG_NAME); RETURN NEW; END';
CREATE TRIGGER half BEFORE UPDATE ON shop FOR EACH ROW EXECUTE FUNCTION halve();
CREATE TRIGGER "Every ""one""" AFTER UPDATE ON shop FOR EACH STATEMENT EXECUTE FUNCTION note();
CREATE CONSTRAINT TRIGGER later AFTER UPDATE ON shop DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER always AFTER UPDATE ON shop FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER replica AFTER UPDATE ON shop FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER off AFTER UPDATE ON shop FOR EACH ROW EXECUTE FUNCTION note();
ALTER TABLE shop ENABLE ALWAYS TRIGGER always, ENABLE REPLICA TRIGGER replica, DISABLE TRIGGER off;
CREATE RULE locked AS ON UPDATE TO employee DO INSTEAD NOTHING;
CREATE RULE counted AS ON UPDATE TO shop DO ALSO INSERT INTO aside.log VALUES ('counted');
CREATE RULE idle AS ON UPDATE TO shop DO INSTEAD NOTHING;
ALTER TABLE shop DISABLE RULE idle, ENABLE ALWAYS RULE counted`;
const STATES = `SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT ev_class::regclass::text, rulename, ev_enabled FROM pg_rewrite WHERE ev_class IN ('shop'::regclass, 'employee'::regclass)
  ORDER BY 1, 2`;

test.each(majors())("PostgreSQL %i: no trigger and no rule sees new values of keys", (major) =>
  changeModels(
    major,
    {
      before: malls("number"),
      after: malls("uuid"),
      rows: `${MALLS}; ${TRIGGERS}`,
      complete: withoutTodos,
    },
    async (client, back) => {
      const log = async () =>
        (await client.query("SELECT DISTINCT what FROM aside.log ORDER BY 1")).rows.map(({ what }) => what);
      const states = (await client.query(STATES)).rows.map(({ tgname, tgenabled }) => `${tgname} ${tgenabled}`);
      expect(states).toEqual(
        ["locked O", 'Every "one" O', "always A", "counted A", "half O", "idle D", "later O", "off D", "replica R"].map(
          (one) => expect.stringMatching(one),
        ),
      );
      expect((await readRelations(client)) as string[]).toEqual(expect.arrayContaining(RELATIONS));
      await back();
      expect((await readRelations(client)) as string[]).toEqual(expect.arrayContaining(RELATIONS));
      expect((await client.query(STATES)).rows.map(({ tgname, tgenabled }) => `${tgname} ${tgenabled}`)).toEqual(
        states,
      );
      expect(await log()).toEqual([]);
      await client.query("UPDATE shop SET code = code");
      expect(await log()).toEqual(['Every "one"', "always", "counted", "half", "later"]);
    },
  ),
);

test.each(majors())("PostgreSQL %i: nor does one of a partition or a child, where their owner runs it", (major) =>
  withDatabase(major, async (url) => {
    const client = await connect(url);
    try {
      await client.query(`DO $$ BEGIN CREATE ROLE remodel_owner; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$;
        CREATE SCHEMA own AUTHORIZATION remodel_owner; SET ROLE remodel_owner; SET search_path = own; CREATE TABLE log (what text);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO own.log VALUES (TG_NAME); RETURN NEW; END';
        CREATE TABLE bill (id int, day date) PARTITION BY RANGE (day);
        CREATE TABLE bill_old PARTITION OF bill FOR VALUES FROM (MINVALUE) TO ('2024-01-01') PARTITION BY LIST (id);
        CREATE TABLE bill_one PARTITION OF bill_old FOR VALUES IN (1); CREATE TABLE bill_new PARTITION OF bill DEFAULT;
        CREATE TRIGGER whole AFTER UPDATE ON bill FOR EACH ROW EXECUTE FUNCTION note();
        CREATE TRIGGER part AFTER UPDATE ON bill_one FOR EACH ROW EXECUTE FUNCTION note();
        INSERT INTO bill VALUES (1, '2023-01-01'), (2, '2025-01-01');
        CREATE TABLE item (id int, n int); CREATE TABLE food (taste text) INHERITS (item);
        CREATE TRIGGER child AFTER UPDATE ON food FOR EACH ROW EXECUTE FUNCTION note(); INSERT INTO food VALUES (1, 1, 'sweet')`);
      const states = async () =>
        (await client.query("SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger ORDER BY 1, 2")).rows;
      const before = await states();
      const log = async () => (await client.query("SELECT what FROM log ORDER BY 1")).rows.map(({ what }) => what);
      for (const { sql } of [
        setValues("bill", { set: { id: "id", day: "day" } }),
        setValues("own.item", { set: { n: "other.n + 1" }, from: "food AS other", where: "other.id = item.id" }),
      ])
        await client.query(sql.join(";"));
      expect(await log()).toEqual([]);
      expect(await states()).toEqual(before);
      expect((await client.query("SELECT n FROM item")).rows).toEqual([{ n: 2 }]);
      await client.query("UPDATE bill SET id = id; UPDATE item SET n = n");
      expect(await log()).toEqual(["child", "part", "whole", "whole"]);
    } finally {
      await client.end();
    }
  }),
);
