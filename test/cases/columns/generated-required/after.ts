import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

const stored = { type: "int", generatedType: "STORED" } as const;

@Entity()
export class Line {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  quantity: number;

  @Column({ type: "int", nullable: true })
  price: number;

  @Column({ ...stored, asExpression: "price * 2" })
  plain: number;

  @Column({ ...stored, asExpression: "quantity + price" })
  other: number;

  @Column({ ...stored, asExpression: "price * 3" })
  required: number;

  @Column({ type: "varchar", length: 30, asExpression: "coalesce(price, 0) || 'x'", generatedType: "STORED" })
  longer: string;

  @Column({ ...stored, asExpression: "price + 1" })
  added: number;

  @Column({ ...stored, asExpression: "quantity + 1" })
  ofRequired: number;

  @Column({ ...stored, asExpression: "CASE WHEN price > 1 THEN price ELSE 0 END" })
  maybe: number;

  @Column({ ...stored, asExpression: "CASE WHEN price > 1 THEN 1 ELSE coalesce(price, quantity) END" })
  never: number;

  @Column({ type: "int", nullable: true })
  fresh: number;

  @Column({ ...stored, asExpression: "fresh + 1" })
  ofFresh: number;

  @Column({ type: "int", nullable: true, default: 5 })
  five: number;

  @Column({ ...stored, asExpression: "five + 1" })
  ofFive: number;

  @Column({ type: "bigint", nullable: true })
  base: string;

  @Column({ type: "bigint", asExpression: "base + 1", generatedType: "STORED" })
  ofBase: string;
}

/** The prices that were NULL are 0 afterwards. */
export const lost = ["line.price", "line.plain", "line.required", "line.gone"];
