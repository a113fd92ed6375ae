import { Check, Column, Entity, ManyToOne, PrimaryGeneratedColumn, type Relation, Unique } from "typeorm";
import { Mall } from "./mall.ts";

/** A part of a mall's floor that is let to a shop. */
@Entity()
@Unique("UQ_unit_code", ["mall", "code"])
@Check("CHK_unit_area", '"area" > 0')
export class Unit {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(
    () => Mall,
    (mall) => mall.units,
    { nullable: false, onDelete: "CASCADE" },
  )
  mall!: Relation<Mall>;

  @Column({ length: 10 })
  code!: string;

  @Column({ type: "smallint", default: 0, comment: "0 is the ground floor" })
  level!: number;

  @Column({ type: "numeric", precision: 8, scale: 2, comment: "Square metres" })
  area!: string;
}
