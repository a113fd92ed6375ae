import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { playPage, runPsql } from "./played.ts";
import { cliProject, MODULE, revisionText } from "./support.ts";

const readPath = (page: string) => fileURLToPath(new URL(`../../docs/${page}`, import.meta.url));
const PAGE = readPath("fleet.md");
const RELEASE = readPath("fleet-release.md");
const DATA_SOURCE = `import { DataSource } from "typeorm";

export default new DataSource({ type: "postgres", url: process.env.DATABASE_URL, entities: ["models/*.ts"] });
`;

const CONFIG = `import { defineConfig } from "typeorm-remodel";

export const remodel = defineConfig({
  url: process.env.DATABASE_URL,
  fleet: { tenants: { schemas: "mall_*" }, waves: [{ name: "canary", match: { name: "mall_north" }, budget: 0 }] },
});
`;
const CREATES = `op.createTable("shop", {
    columns: [{ name: "id", type: "integer" }, { name: "code", type: "text" }],
    primaryKey: { name: "PK_shop", columns: ["id"] },
  });`;
/** The malls before the release of docs/fleet-release.md: that of the south has a code twice, that of the west is changed by hand. */
const ROWS = ["north", "south", "west", "east"].map(
  (mall) => `INSERT INTO mall_${mall}.shop VALUES (1, '${mall}-1'), (2, '${mall}-${mall === "south" ? 1 : 2}')`,
);

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

test("every command of docs/fleet-release.md gives what the page shows", async () => {
  await withDatabase(newest(), async (url) => {
    const client = await connect(url);
    const files = {
      "ormconfig.ts": DATA_SOURCE,
      "remodel.config.ts": CONFIG,
      "migrations/3f9b52c1d07e_create_shop.ts": revisionText(
        "3f9b52c1d07e",
        null,
        `  ${CREATES}`,
        '  op.dropTable("shop");',
      ),
    };
    const project = cliProject({ ...MODULE, ...files }, url);
    await client.query(
      "CREATE SCHEMA mall_north; CREATE SCHEMA mall_south; CREATE SCHEMA mall_west; CREATE SCHEMA mall_east",
    );
    expect(await project.run("fleet", "upgrade")).toMatchObject({ code: 0 });
    await client.query(`${ROWS.join("; ")}; ALTER TABLE mall_west.shop ADD note text`);
    const unique = '  op.createUniqueConstraint("shop", { name: "UQ_shop_code", columns: ["code"] });';
    project.write({
      "migrations/7c1f0a9d52b4_code_is_unique.ts": revisionText(
        "7c1f0a9d52b4",
        "3f9b52c1d07e",
        unique,
        '  op.dropConstraint("shop", "UQ_shop_code");',
      ),
    });
    const page = await playPage(readFileSync(RELEASE, "utf8"), project, (sql) => runPsql(client, sql));
    await client.end();
    await expect(page).toMatchFileSnapshot(RELEASE);
  });
});
