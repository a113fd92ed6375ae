import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Sale {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "int" })
  shop: number;
}

@Entity({ name: "report" })
export class Report {
  @PrimaryColumn()
  shop: number;

  @Column({ type: "bigint" })
  n: string;
}
