import { Check, Column, Entity, Exclusion, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from "typeorm";
import { Money } from "./money.ts";
import { Shop } from "./shop.ts";
import { Tenant } from "./tenant.ts";
import { Unit } from "./unit.ts";

/** Who rents which unit for which shop, and for how much; a unit has one lease at a time. */
@Entity({ comment: "Ended leases are kept: the books refer to them" })
@Check("CHK_lease_dates", '"endsOn" > "startsOn"')
@Exclusion("XCL_lease_unit", 'USING gist ("unitId" WITH =, "period" WITH &&)')
export class Lease {
  @PrimaryGeneratedColumn("uuid", { primaryKeyConstraintName: "PK_lease" })
  id!: string;

  @ManyToOne(() => Shop, { nullable: false, onDelete: "CASCADE" })
  @JoinColumn({ foreignKeyConstraintName: "FK_lease_shop" })
  @Index("IDX_lease_shop")
  shop!: Shop;

  @ManyToOne(() => Unit, { nullable: false, onDelete: "RESTRICT" })
  @JoinColumn({ foreignKeyConstraintName: "FK_lease_unit" })
  unit!: Unit;

  @ManyToOne(() => Tenant, { nullable: false, onDelete: "RESTRICT" })
  @JoinColumn({ foreignKeyConstraintName: "FK_lease_tenant" })
  tenant!: Tenant;

  @Column({ type: "date" })
  startsOn!: string;

  @Column({ type: "date", nullable: true, comment: "Empty until notice is given" })
  endsOn!: string | null;

  @Column({
    type: "daterange",
    asExpression: `daterange("startsOn", "endsOn", '[)')`,
    generatedType: "STORED",
  })
  period!: string;

  @Column(() => Money, { prefix: "rent" })
  rent!: Money;

  @Column(() => Money, { prefix: "deposit" })
  deposit!: Money;
}
