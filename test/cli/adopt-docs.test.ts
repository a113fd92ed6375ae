import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { playPage, runPsql } from "./played.ts";
import { addEmbedded, cliProject } from "./support.ts";

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const PAGE = path("docs/adopt.md");
const FILES = {
  "package.json": '{ "name": "malls", "private": true, "dependencies": { "typeorm": "1", "pg": "8" } }\n',
  "src/database/data-source.ts": `import { DataSource } from "typeorm";

export default new DataSource({
  type: "postgres",
  url: process.env.DATABASE_URL,
  entities: [__dirname + "/../entities/*{.ts,.js}"],
  migrations: [__dirname + "/migrations/*{.ts,.js}"],
});
`,
  "src/database/migrations/1700000000000-Roles.ts": `import { MigrationInterface, QueryRunner } from "typeorm";
export class Roles1700000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner) {}
  async down(queryRunner: QueryRunner) {}
}
`,
  "src/entities/role.ts": `import { Column, Entity, PrimaryColumn } from "typeorm";
@Entity() export class Role { @PrimaryColumn() name: string; @Column("timestamptz") changed: Date; }
`,
};
const DATABASE = `CREATE TABLE migrations (id serial PRIMARY KEY, timestamp bigint, name varchar);
  INSERT INTO migrations (timestamp, name) VALUES (1700000000000, 'Roles1700000000000');
  CREATE TABLE role (name varchar CONSTRAINT role_pkey PRIMARY KEY, changed timestamptz NOT NULL);
  INSERT INTO role VALUES ('owner', '2024-01-01'), ('guest', '2024-01-01');
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.changed = now(); RETURN NEW; END';
  CREATE TRIGGER touched BEFORE UPDATE ON role FOR EACH ROW EXECUTE FUNCTION touch()`;

/** `vitest run test/cli/adopt-docs.test.ts -u` writes the page. */
test("every command of docs/adopt.md gives what the page shows", async () => {
  await withDatabase(
    newest(),
    async (url) => {
      const project = cliProject(FILES, url);
      addEmbedded(project);
      const client = await connect(url);
      const page = await playPage(readFileSync(PAGE, "utf8"), project, (sql) => runPsql(client, sql));
      await client.end();
      await expect(page.replace(/(?<![0-9a-z])[0-9a-f]{12}(?![0-9a-z])/g, "3f9b52c1d07e")).toMatchFileSnapshot(PAGE);
    },
    { sql: DATABASE },
  );
});
