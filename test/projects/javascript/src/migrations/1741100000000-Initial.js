module.exports = class Initial1741100000000 {
    name = 'Initial1741100000000'

    async up(queryRunner) {
        await queryRunner.query(`
            CREATE TABLE "mall" (
                "id" SERIAL NOT NULL,
                "title" character varying NOT NULL,
                "city" character varying,
                "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
                CONSTRAINT "title_given" CHECK (title <> ''),
                CONSTRAINT "PK_dcbb9f7382344fa4858f675da42" PRIMARY KEY ("id")
            )
        `);
        await queryRunner.query(`
            CREATE TABLE "tag" (
                "id" SERIAL NOT NULL,
                "name" character varying NOT NULL,
                CONSTRAINT "UQ_6a9775008add570dc3e5a0bab7b" UNIQUE ("name"),
                CONSTRAINT "PK_8e4052373c579afc1471f526760" PRIMARY KEY ("id")
            )
        `);
        await queryRunner.query(`
            CREATE TYPE "public"."shop_status_enum" AS ENUM('open', 'closed')
        `);
        await queryRunner.query(`
            CREATE TABLE "shop" (
                "id" SERIAL NOT NULL,
                "code" character varying(20) NOT NULL,
                "status" "public"."shop_status_enum" NOT NULL DEFAULT 'open',
                "contact" character varying NOT NULL,
                "phone" character varying,
                "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
                "mallId" integer NOT NULL,
                CONSTRAINT "PK_ad47b7c6121fe31cb4b05438e44" PRIMARY KEY ("id")
            )
        `);
        await queryRunner.query(`
            CREATE UNIQUE INDEX "IDX_8f89bd09c0fda4a7f758ca462d" ON "shop" ("mallId", "code")
        `);
        await queryRunner.query(`
            CREATE TABLE "visit" (
                "id" BIGSERIAL NOT NULL,
                "ticket" character varying NOT NULL,
                "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
                "shopId" integer NOT NULL,
                CONSTRAINT "PK_c9919ef5a07627657c535d8eb88" PRIMARY KEY ("id")
            )
        `);
        await queryRunner.query(`
            CREATE TABLE "role" (
                "name" character varying NOT NULL,
                "rights" jsonb NOT NULL DEFAULT '{}',
                CONSTRAINT "PK_ae4578dcaed5adff96595e61660" PRIMARY KEY ("name")
            )
        `);
        await queryRunner.query(`
            CREATE TABLE "fax_line" (
                "id" SERIAL NOT NULL,
                "number" character varying NOT NULL,
                "mallId" integer,
                CONSTRAINT "PK_3d4f5be9d63dd8a45587a4541c8" PRIMARY KEY ("id")
            )
        `);
        await queryRunner.query(`
            CREATE TABLE "shop_tags_tag" (
                "shopId" integer NOT NULL,
                "tagId" integer NOT NULL,
                CONSTRAINT "PK_6a537723d86ffb301a18a91f2ca" PRIMARY KEY ("shopId", "tagId")
            )
        `);
        await queryRunner.query(`
            CREATE INDEX "IDX_2bba0e0d9e7b1435ecaabd00e0" ON "shop_tags_tag" ("shopId")
        `);
        await queryRunner.query(`
            CREATE INDEX "IDX_55dae8c30b6ad4f365c58ddea9" ON "shop_tags_tag" ("tagId")
        `);
        await queryRunner.query(`
            ALTER TABLE "shop"
            ADD CONSTRAINT "FK_3c375155e67124a3570f6c17a96" FOREIGN KEY ("mallId") REFERENCES "mall"("id") ON DELETE CASCADE ON UPDATE NO ACTION
        `);
        await queryRunner.query(`
            ALTER TABLE "visit"
            ADD CONSTRAINT "FK_71d6aaebb613d5098efb594d275" FOREIGN KEY ("shopId") REFERENCES "shop"("id") ON DELETE NO ACTION ON UPDATE NO ACTION
        `);
        await queryRunner.query(`
            ALTER TABLE "fax_line"
            ADD CONSTRAINT "FK_0f825fd5bc92693aa6eb0aa0002" FOREIGN KEY ("mallId") REFERENCES "mall"("id") ON DELETE NO ACTION ON UPDATE NO ACTION
        `);
        await queryRunner.query(`
            ALTER TABLE "shop_tags_tag"
            ADD CONSTRAINT "FK_2bba0e0d9e7b1435ecaabd00e0b" FOREIGN KEY ("shopId") REFERENCES "shop"("id") ON DELETE CASCADE ON UPDATE CASCADE
        `);
        await queryRunner.query(`
            ALTER TABLE "shop_tags_tag"
            ADD CONSTRAINT "FK_55dae8c30b6ad4f365c58ddea92" FOREIGN KEY ("tagId") REFERENCES "tag"("id") ON DELETE CASCADE ON UPDATE CASCADE
        `);
    }

    async down(queryRunner) {
        await queryRunner.query(`
            ALTER TABLE "shop_tags_tag" DROP CONSTRAINT "FK_55dae8c30b6ad4f365c58ddea92"
        `);
        await queryRunner.query(`
            ALTER TABLE "shop_tags_tag" DROP CONSTRAINT "FK_2bba0e0d9e7b1435ecaabd00e0b"
        `);
        await queryRunner.query(`
            ALTER TABLE "fax_line" DROP CONSTRAINT "FK_0f825fd5bc92693aa6eb0aa0002"
        `);
        await queryRunner.query(`
            ALTER TABLE "visit" DROP CONSTRAINT "FK_71d6aaebb613d5098efb594d275"
        `);
        await queryRunner.query(`
            ALTER TABLE "shop" DROP CONSTRAINT "FK_3c375155e67124a3570f6c17a96"
        `);
        await queryRunner.query(`
            DROP INDEX "public"."IDX_55dae8c30b6ad4f365c58ddea9"
        `);
        await queryRunner.query(`
            DROP INDEX "public"."IDX_2bba0e0d9e7b1435ecaabd00e0"
        `);
        await queryRunner.query(`
            DROP TABLE "shop_tags_tag"
        `);
        await queryRunner.query(`
            DROP TABLE "fax_line"
        `);
        await queryRunner.query(`
            DROP TABLE "role"
        `);
        await queryRunner.query(`
            DROP TABLE "visit"
        `);
        await queryRunner.query(`
            DROP INDEX "public"."IDX_8f89bd09c0fda4a7f758ca462d"
        `);
        await queryRunner.query(`
            DROP TABLE "shop"
        `);
        await queryRunner.query(`
            DROP TYPE "public"."shop_status_enum"
        `);
        await queryRunner.query(`
            DROP TABLE "tag"
        `);
        await queryRunner.query(`
            DROP TABLE "mall"
        `);
    }

}
