import { Column, Entity, Index, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Line {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  quantity: number;

  @Column({ type: "int" })
  price: number;

  @Index("IDX_total")
  @Column({ type: "int", asExpression: "quantity * price * 2", generatedType: "STORED" })
  total: number;

  @Column({ type: "text", asExpression: "quantity::text || 'x'", generatedType: "STORED" })
  label: string;
}
