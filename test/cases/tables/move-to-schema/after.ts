import { Column, Entity, ManyToOne, PrimaryGeneratedColumn, type Relation } from "typeorm";

export const setup = "CREATE SCHEMA sales";

@Entity({ schema: "sales" })
export class Order {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: ["new", "paid"], default: "new" })
  state: string;
}

@Entity()
export class Line {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Order)
  order: Relation<Order>;
}
