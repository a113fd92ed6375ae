import { Column, Entity, Index, ManyToOne, OneToMany, PrimaryGeneratedColumn, type Relation, Unique } from "typeorm";
import { Brand } from "./brand.ts";
import { ShopStatus } from "./enums.ts";
import { Mall } from "./mall.ts";
import { OpeningHours } from "./opening-hours.ts";

/** A shop in a mall. */
@Entity()
@Unique("UQ_shop_code", ["mall", "code"])
@Index(["mall", "status"])
export class Shop {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(
    () => Mall,
    (mall) => mall.shops,
    { nullable: false, onDelete: "CASCADE" },
  )
  mall!: Relation<Mall>;

  @ManyToOne(() => Brand, { onDelete: "SET NULL" })
  brand!: Brand | null;

  @Column({ length: 10 })
  code!: string;

  @Column()
  name!: string;

  @Column({ type: "enum", enum: ShopStatus, default: ShopStatus.Planned })
  status!: ShopStatus;

  @Column({ default: false })
  flagship!: boolean;

  @OneToMany(
    () => OpeningHours,
    (hours) => hours.shop,
  )
  openingHours!: OpeningHours[];
}
