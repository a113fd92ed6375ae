import { Check, Column, Entity, JoinColumn, OneToOne, PrimaryGeneratedColumn, type Relation } from "typeorm";
import { Customer } from "./customer.ts";
import { LoyaltyTier } from "./enums.ts";

/** The points a customer has collected. */
@Entity()
@Check('"points" >= 0')
export class LoyaltyAccount {
  @PrimaryGeneratedColumn()
  id!: number;

  @OneToOne(
    () => Customer,
    (customer) => customer.loyaltyAccount,
    { nullable: false, onDelete: "CASCADE" },
  )
  @JoinColumn()
  customer!: Relation<Customer>;

  @Column({ type: "enum", enum: LoyaltyTier, default: LoyaltyTier.Bronze })
  tier!: LoyaltyTier;

  @Column({ type: "bigint", default: 0 })
  points!: string;

  @Column({ type: "date", default: () => "CURRENT_DATE" })
  joinedOn!: string;
}
