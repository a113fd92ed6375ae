import {
  ChildEntity,
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  Index,
  PrimaryGeneratedColumn,
  TableInheritance,
  UpdateDateColumn,
  VersionColumn,
} from "typeorm";

class Charge {
  @Column({ type: "numeric", precision: 10, scale: 2 })
  amount: string;
}

class Money {
  @Column({ type: "numeric", precision: 10, scale: 2 })
  amount: string;

  @Index()
  @Column({ length: 3 })
  currency: string;
}

@Entity()
@TableInheritance({ column: { type: "varchar", name: "kind" } })
export class Offer {
  @PrimaryGeneratedColumn()
  id: number;

  @Column(() => Money)
  cost: Money;

  @CreateDateColumn()
  made: Date;

  @UpdateDateColumn()
  changed: Date;

  @DeleteDateColumn()
  gone: Date;

  @VersionColumn()
  version: number;
}

@ChildEntity("sale")
export class Sale extends Offer {
  @Column({ type: "int" })
  percent: number;
}

@ChildEntity("gift")
export class Gift extends Offer {
  @Column({ type: "text" })
  what: string;
}

@Entity()
export class Fee {
  @PrimaryGeneratedColumn()
  id: number;

  @Column(() => Charge)
  charge: Charge;
}
