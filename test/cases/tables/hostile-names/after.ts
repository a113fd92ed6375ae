import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn, type Relation } from "typeorm";

export const lost = [];

@Entity({ name: "select" })
@Check("CHK it's", `"order" > 0`)
@Index("IDX Ünï cödé", ["order"])
export class First {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ default: 1 })
  order: number;

  @Column({ name: "Group By", default: () => "'it''s'" })
  group: string;
}

@Entity({ name: "Kaufhaus Größe" })
export class Second {
  @PrimaryColumn({ name: "the key" })
  key: string;

  @Column({ type: "enum", enum: ["it's", 'say "x"', "back\\slash"], default: "it''s", enumName: "Odd Type" })
  odd: string;

  @ManyToOne(() => First)
  first: Relation<First>;
}

@Entity({ name: "a_table_whose_name_is_so_long_that_postgresql_cuts_it_off_at_sixty_three" })
export class Long {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ default: "a" })
  a_column_whose_name_is_long_too_and_cut_off_at_sixty_three_bytes_as_well: string;
}
