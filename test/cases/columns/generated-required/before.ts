import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Line {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  quantity: number;

  @Column({ type: "int", nullable: true })
  price: number;

  @Column({ type: "int", nullable: true })
  plain: number;

  @Column({ type: "int", asExpression: "quantity + 1", generatedType: "STORED" })
  other: number;

  @Column({ type: "int", nullable: true, asExpression: "price * 3", generatedType: "STORED" })
  required: number;

  @Column({ type: "varchar", length: 20, asExpression: "coalesce(price, 0) || 'x'", generatedType: "STORED" })
  longer: string;

  @Column({ type: "int", asExpression: "quantity * price", generatedType: "STORED", nullable: true })
  gone: number;

  @Column({ type: "int", nullable: true })
  base: number;

  @Column({ type: "bigint", asExpression: "base + 1", generatedType: "STORED" })
  ofBase: string;

  @Column({ type: "int", asExpression: "base * 2", generatedType: "STORED" })
  back: number;
}
