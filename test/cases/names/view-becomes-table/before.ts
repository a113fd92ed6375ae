import { Column, Entity, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";

@Entity()
export class Sale {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "int" })
  shop: number;
}

@ViewEntity({ name: "report", expression: `SELECT "shop", count(*) AS "n" FROM "sale" GROUP BY "shop"` })
export class Report {
  @ViewColumn()
  shop: number;

  @ViewColumn()
  n: string;
}
