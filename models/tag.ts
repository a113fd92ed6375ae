import { Column, Entity, PrimaryColumn } from "typeorm";

/** A word that products are found by. */
@Entity()
export class Tag {
  @PrimaryColumn({ length: 40 })
  slug!: string;

  @Column()
  label!: string;
}
