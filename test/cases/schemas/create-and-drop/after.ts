import { Column, Entity, Index, ManyToOne, PrimaryGeneratedColumn, type Relation } from "typeorm";

export const setup = "CREATE SCHEMA sales";

@Entity()
export class Mall {
  @PrimaryGeneratedColumn()
  id: number;
}

@Entity({ schema: "sales" })
export class Order {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: ["new", "paid"], default: "new" })
  state: string;

  @ManyToOne(() => Mall)
  @Index()
  mall: Relation<Mall>;
}
