import {
  Check,
  Column,
  Entity,
  Index,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  type Relation,
  Unique,
} from "typeorm";
import { describe, expect, test } from "vitest";
import { listCatalog } from "../support/observer.ts";
import { connect, newest, oldest, withDatabase } from "../support/servers.ts";
import { synchronizeOn, type TypeormVersion, typeormLog, typeormStatements } from "../support/typeorm.ts";

@Entity()
@Unique(["name"])
class Mall {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @Column({ default: 0 })
  size!: number;

  @OneToMany(
    () => Shop,
    (shop) => shop.mall,
  )
  shops!: Relation<Shop>[];
}

@Entity()
@Check("CHK_shop_code", "code <> ''")
class Shop {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Index()
  @Column()
  code!: string;

  @Column({ type: "enum", enum: ["planned", "open"], default: "planned" })
  status!: string;

  @ManyToOne(
    () => Mall,
    (mall) => mall.shops,
    { onDelete: "CASCADE" },
  )
  mall!: Relation<Mall>;
}

const SERVERS = [...new Set([oldest(), newest()])];

describe.each<TypeormVersion>(["1", "0.3"])("TypeORM %s", (version) => {
  test.each(SERVERS)("makes the tables of entities on PostgreSQL %i and then finds nothing to do", async (major) => {
    await withDatabase(major, async (url) => {
      const empty = await typeormStatements(url, [Mall, Shop], { version });
      expect(empty).toContainEqual(expect.stringContaining('CREATE TABLE "shop"'));
      await synchronizeOn(url, [Mall, Shop], { version });
      expect(await typeormLog(url, [Mall, Shop], { version })).toBe(0);

      const client = await connect(url);
      const listing = await listCatalog(client);
      await client.end();
      expect(listing).toContain("  column name character varying not null\n");
      expect(listing).toContain("  column size integer not null default 0\n");
      expect(listing).toContain(`  constraint "CHK_shop_code" CHECK (((code)::text <> ''::text))\n`);
      expect(listing).toContain("enum public.shop_status_enum\n  'planned'\n  'open'\n");
    });
  });

  test("asking what TypeORM would do changes nothing", async () => {
    await withDatabase(newest(), async (url) => {
      const client = await connect(url);
      const before = await listCatalog(client);
      expect(await typeormLog(url, [Mall, Shop], { version })).toBeGreaterThan(3);
      expect(await listCatalog(client)).toBe(before);
      await client.end();
    });
  });
});
