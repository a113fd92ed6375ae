import { fileURLToPath } from "node:url";
import { DataSource } from "typeorm";
import { defineConfig } from "typeorm-remodel";
const url = process.env["DATABASE_URL"];
/** The example's data source, which TypeORM's own tools read too; with `pgcrypto` TypeORM has PostgreSQL's own `gen_random_uuid()` make the keys. */
export default new DataSource({
    type: "postgres",
    ...(url && { url }),
    entities: [fileURLToPath(new URL("models/*.ts", import.meta.url))],
    uuidExtension: "pgcrypto",
});
/** Without `DATABASE_URL` the example lives in an embedded PostgreSQL, so that it runs where no server is. */
export const remodel = defineConfig({
    migrations: "migrations",
    url: url || "pglite:.pglite",
});
