import { FaxLine, Mall, Role, Shop, Tag, Visit } from "@malls/entities";
import { DataSource } from "typeorm";

export const dataSource = new DataSource({
  type: "postgres",
  url: process.env.DATABASE_URL,
  entities: [FaxLine, Mall, Role, Shop, Tag, Visit],
  migrations: [import.meta.dirname + "/migrations/*.js"],
  uuidExtension: "pgcrypto",
});
