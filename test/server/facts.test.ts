import { EntitySchema } from "typeorm";
import { expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { upgrade } from "../../src/run/run.ts";
import { FACTS } from "../support/facts.ts";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

test.each(anyMajors())("PostgreSQL %i: whatever is true of a table is compared or reported", (major) => {
  const facts = FACTS.filter(({ since = 0 }) => since <= major).map((fact, at) => ({ ...fact, table: `t${at}` }));
  const entities = [target(), ...facts.map(({ table }) => plain(table))];
  return withFolder((folder) =>
    withDatabase(major, async (url) => {
      const session = await testSession({ url, folder, entities });
      const client = await connect(url);
      try {
        await revise(session, { message: "Before", autogenerate: true });
        await upgrade(session);
        const clean = await compare(session);
        expect([clean.upgrade, clean.unmodelled]).toEqual([[], []]);
        for (const statement of new Set(facts.flatMap(({ setup = [] }) => setup)))
          await client.query(statement).catch(ignoreExisting);
        for (const { table, sql } of facts) await client.query(sql(table));
        const { upgrade: changes, unmodelled } = await compare(session);
        const said = [
          ...changes.flatMap(({ operations }) => operations.map(({ args }) => args[0])),
          ...unmodelled.flatMap(({ table, name }) => [table, name]),
        ].map(String);
        const seen = new Set(said.flatMap((name) => name.match(/^t[0-9]+(?=$|[._])/) ?? []));
        expect(facts.filter(({ table }) => !seen.has(table)).map(({ name }) => name)).toEqual(LEFT);
      } finally {
        await client.end();
        await session.close();
      }
    }),
  );
});

/** The sequence of a table that was renamed long ago keeps its name, and works: see COVERAGE.md. */
const LEFT = ["another name of a sequence"];

/** Roles and tablespaces are the server's, and stay from one run to the next. */
function ignoreExisting(error: { readonly code?: string }): void {
  if (error.code !== "42710") throw error;
}

function plain(table: string): EntitySchema {
  return new EntitySchema({
    name: table,
    columns: {
      id: { type: "int", primary: true, generated: "increment", primaryKeyConstraintName: `PK_${table}` },
      code: { type: "varchar" },
      floor: { type: "int" },
      mall: { type: "int" },
      during: { type: "daterange" },
    },
    uniques: [
      { name: `UQ_${table}`, columns: ["code"] },
      { name: `UP_${table}`, columns: ["floor", "during"] },
    ],
    foreignKeys: [{ name: `FK_${table}`, target: "target", columnNames: ["mall"], referencedColumnNames: ["id"] }],
    indices: [
      { name: `IX_${table}`, columns: ["floor"] },
      { name: `IC_${table}`, columns: ["code"] },
    ],
    checks: [{ name: `CK_${table}`, expression: "floor > 0" }],
  });
}

function target(): EntitySchema {
  return new EntitySchema({ name: "target", columns: { id: { type: "int", primary: true } } });
}
