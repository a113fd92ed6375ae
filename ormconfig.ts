import { fileURLToPath } from "node:url";
import { DataSource } from "typeorm";
import { defineConfig } from "typeorm-remodel";

/** The data source of the example, as TypeORM's own tools read it; `pgcrypto` has ids come from PostgreSQL's gen_random_uuid(). */
export default new DataSource({
  type: "postgres",
  url: process.env["DATABASE_URL"],
  entities: [fileURLToPath(new URL("models/*.ts", import.meta.url))],
  uuidExtension: "pgcrypto",
});

/** Without DATABASE_URL the example lives in an embedded PostgreSQL, in the folder `.pglite`: nothing to install. */
export const remodel = defineConfig({
  migrations: "migrations",
  url: process.env["DATABASE_URL"] ?? "pglite:.pglite",
});
