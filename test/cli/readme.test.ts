import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DataSource, EntitySchema, type EntitySchemaColumnOptions } from "typeorm";
import { expect, test } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { playPage, runPsql } from "./played.ts";
import { cliProject, MODULE } from "./support.ts";

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const PACKAGE = {
  name: "malls",
  private: true,
  type: "module",
  dependencies: { pg: "8", typeorm: "1", "typeorm-remodel": "0" },
};
/** Some thirty processes, beside whatever else the machine is doing. */
const LONGEST_MS = 300_000;

/** What TypeORM writes for two columns with other names, in the README. */
const TYPEORMS = /(?<=^<!-- typeorm -->\n```sql\n)[\s\S]*?(?=^```$)/m;
const MALL = `CREATE TABLE mall (id serial CONSTRAINT "PK_mall" PRIMARY KEY,
  title varchar(120), code varchar(10))`;

/** Lets TypeORM compare the table with an entity in which both columns have other names. @returns its statements about columns */
async function askTypeorm(): Promise<string> {
  return await withDatabase(
    newest(),
    async (url) => {
      const text = (length: number): EntitySchemaColumnOptions => ({ type: "varchar", length, nullable: true });
      const id: EntitySchemaColumnOptions = { type: "int", primary: true, generated: "increment" };
      const entity = new EntitySchema({ name: "mall", columns: { id, name: text(120), number: text(10) } });
      const source = await new DataSource({ type: "postgres", url, entities: [entity] }).initialize();
      const { upQueries } = await source.driver.createSchemaBuilder().log();
      await source.destroy();
      const columns = upQueries.filter(({ query }) => / COLUMN | ADD "/.test(query));
      return columns.map(({ query }) => `${query};\n`).join("");
    },
    { sql: MALL },
  );
}

/**
 * A page is played from top to bottom in one project: `file` writes one, `edit` changes one, `cat` shows one,
 * `answer` deletes the questions of one, and what is behind `$` is run. What comes of it has to be the page
 * again; `vitest run test/cli/readme.test.ts -u` writes it.
 */
test.each(["README.md", "docs/tutorial.md"])(
  "every command of %s gives what the page shows",
  async (name) => {
    await withDatabase(newest(), async (url) => {
      const project = cliProject({ ...MODULE, "package.json": JSON.stringify(PACKAGE) }, url);
      const client = await connect(url);
      const text = readFileSync(path(name), "utf8");
      const asked = TYPEORMS.test(text) ? await askTypeorm() : "";
      expect(asked).toMatch(name === "README.md" ? /^ALTER TABLE / : /^$/);
      const page = await playPage(
        text.replace(TYPEORMS, () => asked),
        project,
        (sql) => runPsql(client, sql),
      );
      await client.end();
      const { host, pathname } = new URL(url);
      await expect(page.replaceAll(`${host}${pathname}`, "db1:5432/malls")).toMatchFileSnapshot(path(name));
    });
  },
  LONGEST_MS,
);
