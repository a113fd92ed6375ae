import { Column, Entity, ManyToOne, PrimaryGeneratedColumn, type Relation } from "typeorm";
import { Shop } from "./shop.js";

@Entity()
export class Visit {
  @PrimaryGeneratedColumn({ type: "bigint" })
  id: string;

  @Column()
  ticket: string;

  @Column({ type: "timestamptz", default: () => "now()" })
  at: Date;

  @ManyToOne(() => Shop, (shop) => shop.visits, { nullable: false })
  shop: Relation<Shop>;
}
