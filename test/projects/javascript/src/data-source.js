const path = require("node:path");
const { DataSource } = require("typeorm");

module.exports = new DataSource({
  type: "postgres",
  url: process.env.DATABASE_URL,
  entities: [path.join(__dirname, "entities/*.js")],
  migrations: [path.join(__dirname, "migrations/*.js")],
  uuidExtension: "pgcrypto",
});
