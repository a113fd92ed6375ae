import { MigrationInterface, QueryRunner } from 'typeorm';

export class SeedRoles1741200000000 implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `INSERT INTO role (name, rights) VALUES ($1, $2), ($3, $4)`,
      ['owner', { shops: ['read', 'write'] }, "it's a guest", {}],
    );
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DELETE FROM role`);
  }
}
