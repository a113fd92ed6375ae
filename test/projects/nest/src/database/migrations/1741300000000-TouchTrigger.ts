import { MigrationInterface, QueryRunner } from 'typeorm';

export class TouchTrigger1741300000000 implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION touch_shop() RETURNS trigger AS $$
      BEGIN
        NEW."updatedAt" = now();
        RETURN NEW;
      END;
      $$ LANGUAGE plpgsql`);
    await queryRunner.query(`
      CREATE TRIGGER shop_touch BEFORE UPDATE ON shop
      FOR EACH ROW EXECUTE FUNCTION touch_shop()`);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TRIGGER shop_touch ON shop`);
    await queryRunner.query(`DROP FUNCTION touch_shop()`);
  }
}
