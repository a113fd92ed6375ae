import { Check, Column, Entity, JoinTable, ManyToMany, ManyToOne, PrimaryGeneratedColumn, Unique } from "typeorm";
import { Weekday } from "./enums.ts";
import { Mall } from "./mall.ts";
import { Shop } from "./shop.ts";

/** A discount that some shops of a mall give together for a time. */
@Entity()
@Unique(["mall", "title"])
@Check("CHK_promotion_discount", '"discount" BETWEEN 1 AND 100')
@Check("CHK_promotion_times", '"endsAt" > "startsAt"')
export class Promotion {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @ManyToOne(() => Mall, { nullable: false, onDelete: "CASCADE" })
  mall!: Mall;

  @Column({ length: 80 })
  title!: string;

  @Column({ type: "smallint", comment: "Per cent" })
  discount!: number;

  @Column({ type: "timestamptz", default: () => "now()" })
  startsAt!: Date;

  @Column({ type: "timestamptz" })
  endsAt!: Date;

  @Column({ type: "enum", enum: Weekday, enumName: "weekday", array: true, default: Object.values(Weekday) })
  weekdays!: Weekday[];

  @ManyToMany(() => Shop)
  @JoinTable({ name: "promotion_shop" })
  shops!: Shop[];
}
