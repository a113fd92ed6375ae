import type { Client } from "pg";
import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from "typeorm";
import { expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
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
