import { expect, test } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { cliProject, MODULE, ORMCONFIG } from "./support.ts";

const MODEL = `import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
@Entity() export class Shop { @PrimaryGeneratedColumn() id: number; @Column() name: string; }
`;
/** Since PostgreSQL 18 a NOT NULL has a name, which stays when the table or the column gets another one. */
const RENAMED = `CREATE TABLE store (id serial PRIMARY KEY, title varchar NOT NULL);
  ALTER TABLE store RENAME TO shop; ALTER TABLE shop RENAME title TO name; ALTER SEQUENCE store_id_seq RENAME TO shop_id_seq;
  ALTER TABLE shop RENAME CONSTRAINT store_pkey TO shop_pkey;
  CREATE TABLE bill (day date NOT NULL) PARTITION BY RANGE (day); CREATE TABLE bill_rest PARTITION OF bill DEFAULT;
  ALTER TABLE bill RENAME TO invoice; ALTER TABLE bill_rest RENAME TO invoice_rest`;
const FRESH = `CREATE TABLE shop (id serial PRIMARY KEY, name varchar NOT NULL);
  CREATE TABLE invoice (day date NOT NULL) PARTITION BY RANGE (day); CREATE TABLE invoice_rest PARTITION OF invoice DEFAULT`;

test("renamed tables and columns are adopted, and a mall whose tables had these names at once equals them", () =>
  withDatabase(newest(), async (url) => {
    const client = await connect(url);
    for (const [mall, sql] of Object.entries({ mall_1: RENAMED, mall_2: FRESH }))
      await client.query(`CREATE SCHEMA ${mall}; SET search_path = ${mall}; ${sql}`);
    await client.end();
    const config = { url, keepNames: true, fleet: { tenants: { schemas: "mall_*" } } };
    const project = cliProject(
      {
        ...MODULE,
        "ormconfig.ts": ORMCONFIG,
        "models/shop.ts": MODEL,
        "remodel.config.ts": `export const remodel = ${JSON.stringify(config)};\n`,
      },
      url,
    );
    const adopted = await project.run("adopt", "--schema", "mall_1", "--on", url, "--json");
    expect({ code: adopted.code, ...JSON.parse(adopted.stdout) }).toMatchObject({ code: 0, proved: true });
    const stamped = await project.run("fleet", "stamp", "head", "--json");
    expect(JSON.parse(stamped.stdout).classes).toEqual([
      expect.objectContaining({ outcome: "there", tenants: ["mall_1"] }),
      expect.objectContaining({ outcome: "stamped", tenants: ["mall_2"] }),
    ]);
  }));
