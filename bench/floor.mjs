// The least that a comparison can take: compiled models, TypeORM's buildMetadatas(), and the queries on the catalog.
import { createRequire } from "node:module";

const [dist, url] = process.argv.slice(2);
const require = createRequire(`${process.cwd()}/_`);
const { readCatalog } = await import(`${dist}/read/catalog.js`);
const { readServerInfo } = await import(`${dist}/read/server-info.js`);
const { Client } = require("pg");
const { default: dataSource } = require("./compiled/ormconfig.js");
const raw = { getTypeParser: () => (value) => value };

await dataSource.buildMetadatas();
const client = new Client(url);
await client.connect();
const db = {
  query: async (text, values) => [await client.query(text, values)].flat().at(-1).rows,
  read: async (text) => (await client.query({ text, rowMode: "array", types: raw })).map(({ rows }) => rows),
};
const { schema } = await readCatalog(db, { server: await readServerInfo(db) });
await client.end();
console.log(dataSource.entityMetadatas.length, schema.tables.length);
