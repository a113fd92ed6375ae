module.exports = class TouchTrigger1741300000000 {
  async up(queryRunner) {
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

  async down(queryRunner) {
    await queryRunner.query(`DROP TRIGGER shop_touch ON shop`);
    await queryRunner.query(`DROP FUNCTION touch_shop()`);
  }
}
