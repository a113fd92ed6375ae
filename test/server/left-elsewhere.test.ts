import { EntitySchema } from "typeorm";
import { expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { stamp } from "../../src/author/stamp.ts";
import { compare } from "../../src/compare/compare.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { withProject } from "../support/idioms/project.ts";
import { anyMajors, connect, newest } from "../support/servers.ts";

const entity = (name: string, schema?: string) =>
  new EntitySchema({
    name,
    ...(schema !== undefined && { schema }),
    columns: {
      id: { type: "int", primary: true, primaryKeyConstraintName: `${name}_pkey` },
      code: { type: "text" },
      [`${name}_at`]: { type: "date" },
    } as never,
  });
const table = (name: string) =>
  `${name} (id int PRIMARY KEY, code text NOT NULL, ${name.replace(/.*\./, "")}_at date NOT NULL)`;

test.each(anyMajors())(
  "an entity moves out of a schema that only the adopted database knows, on PostgreSQL %i",
  (major) =>
    withProject(major, async ({ at, url }) => {
      const client = await connect(url);
      const before = [entity("shop", "sales"), entity("mall", "the odd.one")] as never;
      const after = [entity("shop"), entity("mall", "sales")] as never;
      try {
        await client.query(
          `CREATE SCHEMA sales; CREATE SCHEMA "the odd.one"; CREATE TABLE ${table("sales.shop")}; CREATE TABLE "the odd.one".${table("mall")};
           INSERT INTO sales.shop VALUES (1, 'a', now()); INSERT INTO "the odd.one".mall VALUES (2, 'b', now())`,
        );
        await at(before, (session) => revise(session, { message: "Baseline" }));
        await at(before, (session) => stamp(session, ["heads"]));
        const { upgrade: changes } = await at(after, compare);
        const names = changes.flatMap(({ operations }) => operations.map(({ name }) => name));
        expect(names).toEqual(expect.arrayContaining(["moveToSchema", "moveToSchema"]));
        expect(names).not.toEqual(expect.arrayContaining(["createTable"]));
        expect(changes.some(({ question }) => question?.about === "rename")).toBe(true);
        await at(after, (session) => revise(session, { message: "Move", autogenerate: true, accept: ["all"] }));
        await at(after, (session) => upgrade(session));
        const { rows } = await client.query(
          "SELECT (SELECT id FROM public.shop) shop, (SELECT id FROM sales.mall) mall",
        );
        expect(rows).toEqual([{ shop: 1, mall: 2 }]);
      } finally {
        await client.end();
      }
    }),
);

const SHARED = "CREATE TABLE sales.theirs (a int, b text, c date); INSERT INTO sales.theirs VALUES (1)";

test.each([
  ["goes", [entity("mall")]],
  ["moves", [entity("mall"), entity("shop")]],
])("the last entity %s from a schema that others share, and their tables are left alone", (_, after) =>
  withProject(newest(), async ({ at, url }) => {
    const client = await connect(url);
    const before = [entity("mall"), entity("shop", "sales")] as never;
    try {
      await at(before, (session) => revise(session, { message: "Tables", autogenerate: true, revisionId: "aaaa" }));
      await at(before, (session) => upgrade(session));
      await client.query(SHARED);
      const asked = (await at(before, compare)).upgrade.map(({ question }) => question?.subject);
      expect(asked).toEqual([{ kind: "table", name: "sales.theirs" }]);
      let reads = 0;
      const atSnapshot = async () => void reads++;
      const comparison = await at(after as never, (session) => compare(session, {}, { atSnapshot }));
      expect(reads, "how often the catalog is read").toBe(3);
      const dropped = comparison.upgrade.flatMap(({ operations }) => operations.map(({ target }) => target?.name));
      expect(dropped).not.toContain("sales.theirs");
      expect(comparison.unmodelled).toContainEqual(expect.objectContaining({ kind: "table", name: "sales.theirs" }));
      await at(after as never, (session) => revise(session, { message: "Leave", autogenerate: true, accept: ["all"] }));
      await at(after as never, (session) => upgrade(session));
      expect((await at(after as never, compare)).upgrade).toEqual([]);
      await at(after as never, (session) => downgrade(session, "aaaa"));
      expect((await client.query("SELECT a FROM sales.theirs")).rows).toEqual([{ a: 1 }]);
      expect((await client.query("SELECT count(*)::int AS rows FROM sales.shop")).rows).toEqual([{ rows: 0 }]);
    } finally {
      await client.end();
    }
  }),
);
