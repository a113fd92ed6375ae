import { EntitySchema } from "typeorm";
import { describe, expect, test } from "vitest";
import { check } from "../../src/author/check.ts";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { addColumn } from "../../src/kinds/column-operations.ts";
import { createTable } from "../../src/kinds/tables.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Operation } from "../../src/schema/operation.ts";
import { withProject } from "../support/idioms/project.ts";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";

/** A table whose key is numbered in a way of its own, and what autogenerate makes of it. */
interface Numbered {
  readonly sql: string;
  /** Whether a person is asked. */
  readonly asks?: true;
  readonly operations: readonly string[];
}

const NUMBERED: Readonly<Record<string, Numbered>> = {
  usual: { sql: "CREATE TABLE usual (id serial PRIMARY KEY)", operations: [] },
  dumped: {
    sql: "CREATE SEQUENCE dumped_id_seq AS int; CREATE TABLE dumped (id int PRIMARY KEY DEFAULT nextval('dumped_id_seq'))",
    operations: ["alterSequence dumped_id_seq"],
  },
  old_name: {
    sql: "CREATE TABLE older (id serial PRIMARY KEY); ALTER TABLE older RENAME TO old_name",
    operations: [],
  },
  odd_owned: {
    sql: "CREATE SEQUENCE odd AS int; CREATE TABLE odd_owned (id int PRIMARY KEY DEFAULT nextval('odd')); ALTER SEQUENCE odd OWNED BY odd_owned.id",
    operations: [],
  },
  two_owned: {
    sql: "CREATE TABLE two_owned (id serial PRIMARY KEY); CREATE SEQUENCE a_first OWNED BY two_owned.id",
    operations: [],
  },
  elsewhere: {
    sql: "CREATE TABLE elsewhere (id serial PRIMARY KEY); CREATE SEQUENCE global_ids; ALTER TABLE elsewhere ALTER id SET DEFAULT nextval('global_ids')",
    asks: true,
    operations: ["alterColumn elsewhere", "alterColumn elsewhere"],
  },
  shares: {
    sql: "CREATE TABLE shares (id int PRIMARY KEY DEFAULT nextval('usual_id_seq'))",
    asks: true,
    operations: ["alterColumn shares", "alterColumn shares"],
  },
  computed: {
    sql: "CREATE TABLE computed (id serial PRIMARY KEY); ALTER TABLE computed ALTER id SET DEFAULT nextval('computed_id_seq') + 1",
    operations: ["alterColumn computed", "alterColumn computed"],
  },
  plain: {
    sql: "CREATE TABLE plain (id int PRIMARY KEY); CREATE SEQUENCE plain_id_seq AS int",
    operations: ["alterColumn plain"],
  },
  // These own sequences with the usual names of others.
  owner: {
    sql: "CREATE TABLE owner (id serial PRIMARY KEY); ALTER SEQUENCE owner_id_seq RENAME TO lacks_id_seq",
    operations: [],
  },
  second: {
    sql: "CREATE TABLE second (id serial PRIMARY KEY); ALTER SEQUENCE second_id_seq RENAME TO borrows_id_seq",
    operations: [],
  },
  third: {
    sql: "CREATE TABLE third (id serial PRIMARY KEY); ALTER SEQUENCE third_id_seq RENAME TO hall_id_seq",
    operations: [],
  },
  lacks: {
    sql: "CREATE TABLE lacks (id int PRIMARY KEY); CREATE SEQUENCE lacks_id_seq1",
    operations: ["alterColumn lacks"],
  },
  borrows: {
    sql: "CREATE TABLE borrows (id int PRIMARY KEY DEFAULT nextval('borrows_id_seq'))",
    asks: true,
    operations: ["alterColumn borrows", "alterColumn borrows"],
  },
  viewed: {
    sql: "CREATE VIEW viewed_id_seq AS SELECT 1 AS one; CREATE TABLE viewed (id int PRIMARY KEY)",
    operations: ["alterColumn viewed"],
  },
};

/** What the sequences are called where the usual name belongs to something else. */
const FREE_NAMES = {
  borrows: "borrows_id_seq1",
  hall: "hall_id_seq1",
  lacks: "lacks_id_seq2",
  owner: "lacks_id_seq",
  second: "borrows_id_seq",
  third: "hall_id_seq",
  viewed: "viewed_id_seq1",
};

const entity = (name: string, id: object = { type: "int", generated: "increment" }) =>
  new EntitySchema({
    name,
    columns: { id: { primary: true, primaryKeyConstraintName: `${name}_pkey`, ...id } } as never,
  });
const MODELS = [
  ...Object.keys(NUMBERED).map((name) => entity(name)),
  // The table center has another name in the models.
  entity("hall"),
  // Two that write the default themselves, and one whose identity has a sequence with an old name.
  entity("written", { type: "int", default: () => "nextval('written_id_seq')" }),
  entity("identity", { type: "int", generated: "identity", generatedIdentity: "ALWAYS" }),
] as never;
const GIVEN = `${Object.values(NUMBERED)
  .map(({ sql }) => sql)
  .join(";")};
  CREATE TABLE written (id serial PRIMARY KEY);
  CREATE TABLE was (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY); ALTER TABLE was RENAME TO identity;
  CREATE TABLE center (id serial CONSTRAINT hall_pkey PRIMARY KEY);
  ALTER TABLE identity RENAME CONSTRAINT was_pkey TO identity_pkey; ALTER TABLE old_name RENAME CONSTRAINT older_pkey TO old_name_pkey`;

describe.each(anyMajors())("PostgreSQL %i", (major) => {
  test("a column is serial if its default is the next value of the sequence that it owns", () =>
    withProject(major, async ({ at, url }) => {
      const client = await connect(url);
      try {
        await client.query(GIVEN);
        for (const name of Object.keys(NUMBERED)) await client.query(`INSERT INTO ${name} (id) VALUES (7), (9)`);
        const { upgrade: changes } = await at(MODELS, compare);
        for (const [name, { asks, operations }] of Object.entries(NUMBERED)) {
          const own = changes.filter(
            ({ operations: [one] }) =>
              String(one?.args[0]) === name ||
              (one?.args[0] as { ownedBy?: { table: string } } | undefined)?.ownedBy?.table === name,
          );
          const made = own.flatMap((one) =>
            one.operations.map((each) => `${each.name} ${(each.args[0] as { name?: string }).name ?? each.args[0]}`),
          );
          expect({ name, made, asks: own.some(({ question }) => question !== undefined) }).toEqual({
            name,
            made: operations,
            asks: asks === true,
          });
        }
        const values =
          "SELECT table_name, column_default FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'id' AND table_name <> 'remodel_log' ORDER BY 1";
        const before = (await client.query(values)).rows;
        await at(MODELS, (session) => revise(session, { message: "Numbers", autogenerate: true, accept: ["all"] }));
        await at(MODELS, (session) => upgrade(session));
        expect(await at(MODELS, check)).toMatchObject({ inSync: true });
        const named = `SELECT json_object_agg(relname, pg_get_serial_sequence(relname, 'id')::regclass::text ORDER BY relname)
          FROM pg_class WHERE relname = ANY($1)`;
        const [{ json_object_agg: found }] = (await client.query(named, [Object.keys(FREE_NAMES)])).rows;
        expect(found).toEqual(FREE_NAMES);
        await client.query(
          "INSERT INTO lacks DEFAULT VALUES; INSERT INTO borrows DEFAULT VALUES; INSERT INTO viewed DEFAULT VALUES; INSERT INTO plain DEFAULT VALUES; INSERT INTO shares DEFAULT VALUES; INSERT INTO elsewhere DEFAULT VALUES",
        );
        const { rows } = await client.query(
          "SELECT max(id) FROM lacks UNION ALL SELECT max(id) FROM borrows UNION ALL SELECT max(id) FROM viewed UNION ALL SELECT max(id) FROM plain UNION ALL SELECT max(id) FROM shares UNION ALL SELECT max(id) FROM elsewhere",
        );
        expect(rows.map(({ max }) => max)).toEqual([10, 10, 10, 10, 10, 10]);
        await at(MODELS, (session) => downgrade(session, "base"));
        expect((await client.query(values)).rows).toEqual(before);
      } finally {
        await client.end();
      }
    }));

  test("the sequence of a new column gets its name, and no other one does", () =>
    withDatabase(major, async (url) => {
      const client = await connect(url);
      const id = (type: string, sequence?: string) => ({
        name: "id",
        type,
        ...(type === "integer" && { generatedIdentity: "ALWAYS" as const }),
        ...(sequence !== undefined && { sequence }),
      });
      const cases: readonly (readonly [before: string, operation: Operation, sequence: string])[] = [
        ["", createTable("a", { columns: [id("serial", "old_seq")] }), "old_seq"],
        ["CREATE SEQUENCE b_id_seq", createTable("b", { columns: [id("bigserial", "b_old")] }), "b_old"],
        [
          "CREATE TABLE was (id serial); ALTER SEQUENCE was_id_seq RENAME TO c_id_seq",
          createTable("c", { columns: [id("serial", "c_old")] }),
          "c_old",
        ],
        ["CREATE TABLE d_id_seq ()", createTable("d", { columns: [id("integer", "d_old")] }), "d_old"],
        ["CREATE TABLE e (n int); CREATE SEQUENCE e_id_seq", addColumn("e", id("serial", "e_old")), "e_old"],
        [
          "CREATE TABLE f (n int); CREATE SEQUENCE f_id_seq",
          addColumn("f", id("integer", "f_old"), { before: "n" }),
          "f_old",
        ],
        ["CREATE SEQUENCE g_id_seq", createTable("g", { columns: [id("serial", "g_id_seq1")] }), "g_id_seq1"],
        ["CREATE SEQUENCE h_id_seq", createTable("h", { columns: [id("serial")] }), "h_id_seq1"],
        [
          "CREATE TABLE i (id serial); CREATE SEQUENCE other",
          createTable("i", { columns: [id("serial", "i_old")] }, { ifNotExists: true }),
          "i_old",
        ],
        [
          "CREATE TABLE j (id int)",
          createTable("j", { columns: [id("serial", "j_old")] }, { ifNotExists: true }),
          "null",
        ],
        [
          "CREATE SCHEMA s; CREATE SEQUENCE s.k_id_seq",
          createTable("s.k", { columns: [id("serial", 'k "old"')] }),
          's."k ""old"""',
        ],
      ];
      try {
        for (const [before, operation, sequence] of cases) {
          const list = "SELECT oid, relname FROM pg_class WHERE relkind = 'S' ORDER BY oid";
          await client.query(before);
          const there = (await client.query(list)).rows;
          for (const sql of operation.sql) await client.query(sql);
          const table = String(operation.args[0]);
          const own = (await client.query(`SELECT pg_get_serial_sequence('${table}', 'id')::regclass::text AS own`))
            .rows[0];
          expect({ table, own: String(own.own) }).toEqual({ table, own: sequence });
          const others = there.filter(({ relname }) => relname !== "i_id_seq");
          expect((await client.query(list)).rows).toEqual(expect.arrayContaining(others));
        }
      } finally {
        await client.end();
      }
    }));

  test("a sequence of another column is not taken over", () =>
    withProject(major, async ({ at, url }) => {
      const client = await connect(url);
      await client.query(
        "CREATE TABLE shop (id serial CONSTRAINT shop_pkey PRIMARY KEY); ALTER TABLE shop RENAME TO store; CREATE TABLE shop (id int CONSTRAINT k PRIMARY KEY)",
      );
      const models = [
        entity("shop", { type: "int", generated: "increment", primaryKeyConstraintName: "k" }),
        entity("store", { type: "int", generated: "increment", primaryKeyConstraintName: "shop_pkey" }),
      ] as never;
      await at(models, (session) => revise(session, { message: "Numbers", autogenerate: true }));
      await at(models, (session) => upgrade(session));
      const { rows } = await client.query(
        "SELECT pg_get_serial_sequence('store', 'id') AS store, pg_get_serial_sequence('shop', 'id') AS shop",
      );
      expect(rows).toEqual([{ store: "public.shop_id_seq", shop: "public.shop_id_seq1" }]);
      expect((await at(models, compare)).upgrade).toEqual([]);
      await client.end();
    }));
});
