import { MigrationInterface, QueryRunner } from 'typeorm';

export class ReportViews1741400000000 implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE INDEX shop_contact_lower ON shop (lower(contact))`);
    await queryRunner.query(`CREATE INDEX mall_title_lower ON mall (lower(title))`);
    await queryRunner.query(`
      CREATE VIEW open_shops AS
      SELECT s.id, s.code, m.title AS mall
      FROM shop s JOIN mall m ON m.id = s."mallId"
      WHERE s.status = 'open'`);
    await queryRunner.query(`
      CREATE MATERIALIZED VIEW visits_by_shop AS
      SELECT "shopId", count(*) AS visits FROM visit GROUP BY "shopId"`);
    await queryRunner.query(`CREATE UNIQUE INDEX visits_by_shop_id ON visits_by_shop ("shopId")`);
    await queryRunner.query(`COMMENT ON VIEW open_shops IS 'What the app shows'`);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP MATERIALIZED VIEW visits_by_shop`);
    await queryRunner.query(`DROP VIEW open_shops`);
    await queryRunner.query(`DROP INDEX mall_title_lower`);
    await queryRunner.query(`DROP INDEX shop_contact_lower`);
  }
}
