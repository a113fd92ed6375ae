import {
  Column,
  Entity,
  Index,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  type Relation,
  UpdateDateColumn,
} from "typeorm";
import { Mall } from "./mall.js";
import { Tag } from "./small.js";
import { Visit } from "./visit.js";

export enum ShopStatus {
  Open = "open",
  Closed = "closed",
}

@Entity()
@Index(["mall", "code"], { unique: true })
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 20 })
  code: string;

  @Column({ type: "enum", enum: ShopStatus, default: ShopStatus.Open })
  status: ShopStatus;

  @Column()
  contact: string;

  @Column({ type: "varchar", nullable: true })
  phone: string | null;

  @UpdateDateColumn({ type: "timestamptz" })
  updatedAt: Date;

  @ManyToOne(() => Mall, (mall) => mall.shops, { nullable: false, onDelete: "CASCADE" })
  mall: Relation<Mall>;

  @ManyToMany(() => Tag)
  @JoinTable()
  tags: Tag[];

  @OneToMany(() => Visit, (visit) => visit.shop)
  visits: Relation<Visit[]>;
}
