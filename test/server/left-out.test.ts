import { EntitySchema } from "typeorm";
import { expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { upgrade } from "../../src/run/run.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

const ID = { id: { type: "int", primary: true, primaryKeyConstraintName: "k" } } as const;
const entity = (name: string, more: object = {}) =>
  new EntitySchema({
    name,
    columns: { id: { ...ID.id, primaryKeyConstraintName: `${name.replace(".", "_")}_k` } },
    ...more,
  } as never);

const tags = { type: "many-to-many", target: "tag" } as const;
/** An entity of the project's own that has the name of a table of TypeORM, join tables, and keys into other schemas. */
const MODELS = [
  entity("migrations"),
  entity("tag"),
  entity("post", {
    relations: {
      tags: { ...tags, joinTable: { name: "post_tags", synchronize: false } },
      labels: { ...tags, joinTable: { name: "elsewhere.labels" } },
    },
    columns: {
      id: { ...ID.id, primaryKeyConstraintName: "post_k" },
      unit: { type: "int", nullable: true, foreignKey: { target: "elsewhere.unit", name: "FK_unit" } },
    },
  }),
  new EntitySchema({
    name: "post_tags",
    columns: {
      postId: { type: "int", primary: true, primaryKeyConstraintName: "post_tags_k" },
      tagId: { type: "int", primary: true, primaryKeyConstraintName: "post_tags_k" },
      at: { type: "date", nullable: true },
    },
  }),
  entity("elsewhere.unit"),
];

const options = {
  cache: { type: "database", tableName: "orm_cache" },
  metadataTableName: "orm_meta",
  migrationsTableName: "orm_migrations",
};

test("what is left out on one side is left out on the other, and nothing else is", () =>
  withFolder((folder) =>
    withDatabase(
      newest(),
      async (url) => {
        const session = await testSession({ url, folder, entities: MODELS, options });
        const client = await connect(url);
        try {
          await revise(session, { message: "All", autogenerate: true, accept: ["all"] });
          await upgrade(session);
          expect((await compare(session)).upgrade).toEqual([]);
          const { rows } = await client.query(
            "SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('public', 'elsewhere', 'third') ORDER BY 1",
          );
          expect(rows.map(({ name }) => name)).toEqual([
            "elsewhere.labels",
            "elsewhere.unit",
            "public.migrations",
            "public.orm_cache",
            "public.orm_meta",
            "public.orm_migrations",
            "public.post",
            "public.post_tags",
            "public.remodel_log",
            "public.remodel_revision",
            "public.tag",
            "third.unit",
          ]);

          // The same columns of a table of the same name in another schema are another target.
          await client.query(
            'ALTER TABLE post DROP CONSTRAINT "FK_unit"; ALTER TABLE post ADD CONSTRAINT "FK_unit" FOREIGN KEY (unit) REFERENCES third.unit (id)',
          );
          const { upgrade: changes } = await compare(session);
          expect(changes.map(({ operations }) => operations.map(({ name }) => name))).toEqual([
            ["dropConstraint", "createForeignKey"],
          ]);
          expect(changes[0]?.question).toMatchObject({
            asks: "constraint",
            from: expect.stringContaining("(unit) → third.unit (id)"),
          });
        } finally {
          await client.end();
          await session.close();
        }
      },
      {
        sql: `CREATE SCHEMA elsewhere; CREATE SCHEMA third; CREATE TABLE third.unit (id int PRIMARY KEY);
          CREATE TABLE migrations (id int CONSTRAINT migrations_k PRIMARY KEY);
          CREATE TABLE post_tags ("postId" int, "tagId" int, CONSTRAINT post_tags_k PRIMARY KEY ("postId", "tagId"));
          CREATE TABLE orm_cache (id serial PRIMARY KEY); CREATE TABLE orm_migrations (id serial PRIMARY KEY);
          CREATE TABLE orm_meta (type varchar, database varchar, schema varchar, "table" varchar, name varchar, value text)`,
      },
    ),
  ));
