import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Product {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 120 })
  name: string;

  @Column({ type: "bigint" })
  stock: string;

  @Column({ type: "numeric", precision: 12, scale: 2, default: 0 })
  price: string;

  @Column({ type: "text", nullable: true })
  note: string;

  @Column({ type: "timestamp", nullable: true })
  soldAt: Date;
}
