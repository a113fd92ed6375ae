import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  Index,
  JoinTable,
  ManyToMany,
  OneToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from "typeorm";
import { LoyaltyAccount } from "./loyalty-account.ts";
import { Shop } from "./shop.ts";

/** A person who buys. */
@Entity()
@Index("IDX_customer_email", ["email"], { unique: true, where: '"deletedAt" IS NULL' })
export class Customer {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column()
  givenName!: string;

  @Column()
  familyName!: string;

  @Column({ asExpression: `"givenName" || ' ' || "familyName"`, generatedType: "STORED" })
  fullName!: string;

  @Column({ length: 254 })
  email!: string;

  @Column({ type: "date", nullable: true })
  bornOn!: string | null;

  @Column({ type: "jsonb", default: { newsletter: false } })
  preferences!: { newsletter: boolean };

  @OneToOne(
    () => LoyaltyAccount,
    (account) => account.customer,
  )
  loyaltyAccount!: Relation<LoyaltyAccount> | null;

  @ManyToMany(() => Shop)
  @JoinTable()
  favouriteShops!: Shop[];

  @CreateDateColumn({ type: "timestamptz" })
  createdAt!: Date;

  @DeleteDateColumn({ type: "timestamptz" })
  deletedAt!: Date | null;
}
