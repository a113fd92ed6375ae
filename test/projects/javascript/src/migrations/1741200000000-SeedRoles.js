module.exports = class SeedRoles1741200000000 {
  async up(queryRunner) {
    await queryRunner.query(
      `INSERT INTO role (name, rights) VALUES ($1, $2), ($3, $4)`,
      ['owner', { shops: ['read', 'write'] }, "it's a guest", {}],
    );
  }

  async down(queryRunner) {
    await queryRunner.query(`DELETE FROM role`);
  }
}
