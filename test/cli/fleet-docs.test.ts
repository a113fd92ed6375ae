import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { playPage, runPsql } from "./played.ts";
import { cliProject, MODULE } from "./support.ts";

const PAGE = fileURLToPath(new URL("../../docs/fleet.md", import.meta.url));
const DATA_SOURCE = `import { DataSource } from "typeorm";

export default new DataSource({ type: "postgres", url: process.env.DATABASE_URL, entities: ["models/*.ts"] });
`;

/** `vitest run test/cli/fleet-docs.test.ts -u` writes the page. */
test("every command of docs/fleet.md gives what the page shows", async () => {
  await withDatabase(newest(), async (url) => {
    const client = await connect(url);
    await client.query(
      `CREATE SCHEMA mall_north; CREATE SCHEMA mall_south; CREATE SCHEMA mall_west; CREATE SCHEMA office;
       CREATE TABLE mall_west.shop (id integer CONSTRAINT "PK_shop" PRIMARY KEY, fax text)`,
    );
    const project = cliProject({ ...MODULE, "ormconfig.ts": DATA_SOURCE }, url);
    const page = await playPage(readFileSync(PAGE, "utf8"), project, (sql) => runPsql(client, sql));
    await client.end();
    const { host, pathname } = new URL(url);
    await expect(page.replaceAll(`${host}${pathname}`, "db1:5432/malls")).toMatchFileSnapshot(PAGE);
  });
});
