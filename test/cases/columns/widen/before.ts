import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Product {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 40 })
  name: string;

  @Column({ type: "smallint" })
  stock: number;

  @Column({ type: "numeric", precision: 8, scale: 2, default: 0 })
  price: string;

  @Column({ type: "varchar", length: 20, nullable: true })
  note: string;

  @Column({ type: "timestamp", precision: 3, nullable: true })
  soldAt: Date;
}
