import { Check, Column, Entity, ManyToOne, PrimaryColumn, type Relation } from "typeorm";
import { Weekday } from "./enums.ts";
import { Shop } from "./shop.ts";

/** When a shop is open on a day of the week; no row means closed. */
@Entity()
@Check("CHK_opening_hours_times", '"closesAt" > "opensAt"')
export class OpeningHours {
  @PrimaryColumn()
  shopId!: number;

  @PrimaryColumn({ type: "enum", enum: Weekday, enumName: "weekday" })
  weekday!: Weekday;

  @ManyToOne(
    () => Shop,
    (shop) => shop.openingHours,
    { onDelete: "CASCADE" },
  )
  shop!: Relation<Shop>;

  @Column({ type: "time", default: "10:00:00" })
  opensAt!: string;

  @Column({ type: "time", default: "20:00:00" })
  closesAt!: string;
}
