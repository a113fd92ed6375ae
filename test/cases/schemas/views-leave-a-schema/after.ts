import { Column, Entity, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";

export const given = `CREATE SCHEMA reports; CREATE SCHEMA "Sums"; CREATE VIEW reports.by_hand AS SELECT 1 AS one`;

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: "text" })
  code!: string;
}

@ViewEntity({ name: "codes", expression: `SELECT "code" FROM "shop"` })
export class Codes {
  @ViewColumn()
  code!: string;
}
