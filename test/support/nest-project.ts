/** A project as people have it with Nest: CommonJS, sources in `src/`, output in `dist/`, and ten migrations of TypeORM. */
export const NEST_FILES: Readonly<Record<string, string>> = {
  "package.json": `{
  "name": "mall-api",
  "private": true,
  "scripts": { "build": "nest build" },
  "dependencies": { "typeorm": "^1.0.0", "pg": "^8.0.0" }
}
`,
  "tsconfig.json": `{
  "compilerOptions": {
    "module": "commonjs",
    "target": "ES2023",
    "outDir": "./dist",
    "rootDir": "./src",
    "experimentalDecorators": true,
    "emitDecoratorMetadata": true,
    "esModuleInterop": true,
    "skipLibCheck": true,
    "types": [],
    "strictNullChecks": false,
    "noImplicitAny": false
  }
}
`,
  "tsconfig.build.json": `{ "extends": "./tsconfig.json", "exclude": ["node_modules", "test", "dist", "**/*spec.ts"] }
`,
  "src/main.ts": `import { environment } from "./config/environment";

console.log(environment().database.url);
`,
  "src/config/environment.ts": `declare const process: { env: Record<string, string | undefined> };

export const environment = () => ({ database: { url: process.env.DATABASE_URL } });
`,
  "src/database/data-source.ts": `import { DataSource } from "typeorm";
import { environment } from "../config/environment";
import { Mall } from "../malls/mall.entity";
import { Role } from "../roles/role.entity";
import { Shop } from "../shops/shop.entity";

declare const __dirname: string;

export default new DataSource({
  type: "postgres",
  url: environment().database.url,
  entities: [Mall, Role, Shop],
  migrations: [__dirname + "/migrations/*{.ts,.js}"],
  migrationsTableName: "typeorm_migrations",
});
`,
  "src/malls/mall.entity.ts": `import { Check, Column, Entity, OneToMany, PrimaryGeneratedColumn } from "typeorm";
import { Shop } from "../shops/shop.entity";

@Entity()
@Check("title_given", "title <> ''")
export class Mall {
  @PrimaryGeneratedColumn() id: number;
  @Column() title: string;
  @OneToMany(() => Shop, (shop) => shop.mall) shops: Shop[];
}
`,
  "src/roles/role.entity.ts": `import { Column, Entity, PrimaryColumn } from "typeorm";

@Entity()
export class Role {
  @PrimaryColumn() name: string;
  @Column({ type: "jsonb", default: {} }) rights: object;
}
`,
  "src/shops/shop.entity.ts": `import { Column, Entity, Index, ManyToOne, PrimaryGeneratedColumn } from "typeorm";
import { Mall } from "../malls/mall.entity";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn() id: number;
  @Column() @Index() code: string;
  @Column({ type: "enum", enum: ["open", "closed"], default: "open" }) status: string;
  @Column({ type: "timestamptz", default: () => "now()" }) updatedAt: Date;
  @ManyToOne(() => Mall, (mall) => mall.shops, { onDelete: "CASCADE" }) mall: Mall;
}
`,
  ...migrationFiles(),
};

/** Each migration: its name, what it runs and how it is undone. */
function migrationFiles(): Readonly<Record<string, string>> {
  const list: readonly (readonly [name: string, up: readonly string[], down: readonly string[]])[] = [
    [
      "CreateMall1700000000001",
      [
        'CREATE TABLE "mall" ("id" SERIAL NOT NULL, "title" character varying NOT NULL, CONSTRAINT "PK_dcbb9f7382344fa4858f675da42" PRIMARY KEY ("id"))',
      ],
      ['DROP TABLE "mall"'],
    ],
    [
      "CreateShop1700000000002",
      [
        `CREATE TYPE "shop_status_enum" AS ENUM('open', 'closed')`,
        `CREATE TABLE "shop" ("id" SERIAL NOT NULL, "code" character varying NOT NULL, "status" "shop_status_enum" NOT NULL DEFAULT 'open', "mallId" integer, CONSTRAINT "PK_ad47b7c6121fe31cb4b05438e44" PRIMARY KEY ("id"))`,
      ],
      ['DROP TABLE "shop"', 'DROP TYPE "shop_status_enum"'],
    ],
    [
      "ShopCode1700000000003",
      ['CREATE INDEX "IDX_shop_code_by_hand" ON "shop" ("code")'],
      ['DROP INDEX "IDX_shop_code_by_hand"'],
    ],
    [
      "ShopMall1700000000004",
      [
        'ALTER TABLE "shop" ADD CONSTRAINT "shop_mall_fkey" FOREIGN KEY ("mallId") REFERENCES "mall"("id") ON DELETE CASCADE',
      ],
      ['ALTER TABLE "shop" DROP CONSTRAINT "shop_mall_fkey"'],
    ],
    [
      "Roles1700000000005",
      [
        `CREATE TABLE "role" ("name" character varying NOT NULL, "rights" jsonb NOT NULL DEFAULT '{}', CONSTRAINT "PK_role" PRIMARY KEY ("name"))`,
        `INSERT INTO "role" ("name", "rights") VALUES ('owner', '{"shops": ["read", "write"]}'), ('it''s a guest', '{}')`,
      ],
      ['DROP TABLE "role"'],
    ],
    [
      "Touch1700000000006",
      [
        'ALTER TABLE "shop" ADD "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()',
        'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."updatedAt" = now(); RETURN NEW; END $$',
        'CREATE TRIGGER "shop_touch" BEFORE UPDATE ON "shop" FOR EACH ROW EXECUTE FUNCTION touch()',
      ],
      ['DROP TRIGGER "shop_touch" ON "shop"', "DROP FUNCTION touch()", 'ALTER TABLE "shop" DROP COLUMN "updatedAt"'],
    ],
    [
      "LowerCode1700000000007",
      ['CREATE UNIQUE INDEX "shop_code_lower" ON "shop" ("mallId", lower("code"))'],
      ['DROP INDEX "shop_code_lower"'],
    ],
    [
      "OpenShops1700000000008",
      [
        `CREATE VIEW "open_shops" AS SELECT "id", "code" FROM "shop" WHERE "status" = 'open'`,
        'CREATE MATERIALIZED VIEW "shops_by_mall" AS SELECT "mallId", count(*) AS shops FROM "shop" GROUP BY "mallId"',
        'CREATE UNIQUE INDEX "shops_by_mall_id" ON "shops_by_mall" ("mallId")',
      ],
      ['DROP MATERIALIZED VIEW "shops_by_mall"', 'DROP VIEW "open_shops"'],
    ],
    [
      "Security1700000000009",
      [
        'ALTER TABLE "mall" ENABLE ROW LEVEL SECURITY',
        'CREATE POLICY "all_malls" ON "mall" USING (true)',
        'ALTER TABLE "mall" ADD CONSTRAINT "title_given" CHECK ("title" <> \'\') NOT VALID',
        "COMMENT ON VIEW \"open_shops\" IS 'Shops that a customer sees'",
      ],
      [
        'ALTER TABLE "mall" DROP CONSTRAINT "title_given"',
        'DROP POLICY "all_malls" ON "mall"',
        'ALTER TABLE "mall" DISABLE ROW LEVEL SECURITY',
      ],
    ],
    [
      "Statistics1700000000010",
      [
        'CREATE STATISTICS "shop_status_mall" ON "status", "mallId" FROM "shop"',
        'CREATE SEQUENCE "receipt" START 1000',
      ],
      ['DROP SEQUENCE "receipt"', 'DROP STATISTICS "shop_status_mall"'],
    ],
  ];
  return Object.fromEntries(
    list.map(([name, up, down]) => [
      `src/database/migrations/${name.slice(-13)}-${name.slice(0, -13)}.ts`,
      migrationText(name, up, down),
    ]),
  );
}

function migrationText(name: string, up: readonly string[], down: readonly string[]): string {
  const calls = (list: readonly string[]) => list.map((sql) => `    await queryRunner.query(\`${sql}\`);`).join("\n");
  return `import { MigrationInterface, QueryRunner } from "typeorm";

export class ${name} implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
${calls(up)}
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
${calls(down)}
  }
}
`;
}

/** The rows of the project's tables. */
export const NEST_ROWS = `INSERT INTO mall (title) VALUES ('Riverside'), ('Old Mill');
  INSERT INTO shop (code, "mallId") SELECT 'shop-' || n, 1 + n % 2 FROM generate_series(1, 50) n;
  REFRESH MATERIALIZED VIEW shops_by_mall`;
