import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  VersionColumn,
} from "typeorm";
import { Customer } from "./customer.ts";
import { OrderStatus } from "./enums.ts";
import { Money } from "./money.ts";
import { OrderLine } from "./order-line.ts";
import { Shop } from "./shop.ts";

/** What a customer buys in one go; it outlives its customer, and keeps its shop from being deleted. */
@Entity()
@Index("IDX_order_shop_placed", ["shop", "placedAt"], { where: `"status" = 'open'` })
export class Order {
  @PrimaryGeneratedColumn("identity", { type: "bigint", generatedIdentity: "ALWAYS" })
  id!: string;

  @ManyToOne(() => Shop, { nullable: false, onDelete: "RESTRICT" })
  shop!: Shop;

  @ManyToOne(() => Customer, { onDelete: "SET NULL" })
  customer!: Customer | null;

  @Column({ type: "enum", enum: OrderStatus, default: OrderStatus.Open })
  status!: OrderStatus;

  @Column(() => Money)
  total!: Money;

  @Column({ type: "text", nullable: true, comment: "What the customer wrote for the shop's staff" })
  note!: string | null;

  @OneToMany(
    () => OrderLine,
    (line) => line.order,
  )
  lines!: OrderLine[];

  @CreateDateColumn({ type: "timestamptz" })
  placedAt!: Date;

  @VersionColumn()
  version!: number;
}
