import {
  Column,
  CreateDateColumn,
  DataSource,
  DeleteDateColumn,
  Entity,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
  VersionColumn,
} from "typeorm";
import { expect, test } from "vitest";
import { connect } from "../../src/connection/connect.ts";
import { createLoader } from "../../src/load/load.ts";
import type { TypeOrmDataSource } from "../../src/read/typeorm.ts";
import { readFillCatalog } from "../../src/shadow/fill-catalog.ts";
import { listStatements } from "../../src/shadow/statements.ts";
import { newest, withDatabase } from "../support/servers.ts";

class Place {
  @Column({ type: "text" }) street: string;
  @Column({ type: "integer", name: "house number" }) house: number;
}

@Entity()
class Mall {
  @PrimaryColumn({ type: "text" }) country: string;
  @PrimaryColumn({ type: "integer" }) code: number;
}

@Entity()
class Shop {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: "text", nullable: true }) name: string | null;
  @Column(() => Place) place: Place;
  @Column({ type: "integer", array: true, default: [] }) floors: number[];
  @Column({ type: "integer", transformer: { to: () => 1 / 0, from: () => 0 }, default: 3 }) rank: number;
  @ManyToOne(() => Mall) mall: Mall;
  @CreateDateColumn() createdAt: Date;
  @UpdateDateColumn() updatedAt: Date;
  @DeleteDateColumn() deletedAt: Date | null;
  @VersionColumn() version: number;
}

test("the statements of an entity are those that a repository sends", async () => {
  await withDatabase(newest(), async (url) => {
    const sent: string[] = [];
    const log = { logQuery: (sql: string) => sent.push(sql) };
    const quiet = { logQueryError() {}, logQuerySlow() {}, logSchemaBuild() {}, logMigration() {}, log() {} };
    const dataSource = new DataSource({ type: "postgres", url, entities: [Mall, Shop], logger: { ...log, ...quiet } });
    await dataSource.initialize();
    const db = await connect(url, createLoader(import.meta.dirname), ".");
    try {
      await dataSource.synchronize();
      const { tables } = await readFillCatalog(db);
      const models = { dataSource: dataSource as unknown as TypeOrmDataSource };
      const code = listStatements(models, tables, "public").flatMap(({ statements }) => statements);
      const find = (statement: string) =>
        code.find((one) => one.statement === statement && one.table === "public.shop")?.sql ?? "";
      const mall = await dataSource.manager.save(Object.assign(new Mall(), { country: "DE", code: 1 }));
      sent.length = 0;
      const place = { street: "a", house: 1 };
      const shop = { name: "n", place, floors: [1], rank: Infinity, mall };
      await dataSource
        .getRepository(Shop)
        .insert(shop)
        .catch(() => undefined);
      await dataSource.getRepository(Shop).find();
      expect(find("INSERT")).toBe(sent.find((sql) => sql.startsWith("INSERT")));
      expect(find("SELECT")).toBe(sent.find((sql) => sql.startsWith("SELECT")));
      expect(find("UPDATE")).toBe(
        'UPDATE "shop" SET "name" = $1, "floors" = $2, "rank" = $3, "mallCountry" = $4, "mallCode" = $5, "placeStreet" = $6, "placeHouse Number" = $7, "version" = "version" + 1, "updatedAt" = CURRENT_TIMESTAMP WHERE "id" = $8 RETURNING "updatedAt", "version"',
      );
      expect(find("DELETE")).toBe(
        'UPDATE "shop" SET "deletedAt" = CURRENT_TIMESTAMP, "version" = "version" + 1, "updatedAt" = CURRENT_TIMESTAMP WHERE "id" = $1 AND "deletedAt" IS NULL',
      );
    } finally {
      await db.close();
      await dataSource.destroy();
    }
  });
});
