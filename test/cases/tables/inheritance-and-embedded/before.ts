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
  price: Money;

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

@Entity()
export class Fee {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "numeric", precision: 10, scale: 2 })
  amount: string;
}
