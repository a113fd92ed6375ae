import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn, type Relation } from "typeorm";
import { Money } from "./money.ts";
import { Order } from "./order.ts";
import { Product } from "./product.ts";

/** One product of an order, at the price it had then. */
@Entity()
@Check("CHK_order_line_quantity", '"quantity" > 0')
export class OrderLine {
  @PrimaryColumn({ type: "bigint", primaryKeyConstraintName: "PK_order_line" })
  orderId!: string;

  @PrimaryColumn({ type: "smallint", primaryKeyConstraintName: "PK_order_line" })
  position!: number;

  @ManyToOne(
    () => Order,
    (order) => order.lines,
    { onDelete: "CASCADE" },
  )
  order!: Relation<Order>;

  @ManyToOne(() => Product, { nullable: false, onDelete: "RESTRICT" })
  @Index()
  product!: Product;

  @Column({ default: 1 })
  quantity!: number;

  @Column(() => Money, { prefix: "unitPrice" })
  unitPrice!: Money;

  @Column({
    type: "numeric",
    precision: 12,
    scale: 2,
    asExpression: '"quantity" * "unitPriceAmount"',
    generatedType: "STORED",
  })
  total!: string;
}
