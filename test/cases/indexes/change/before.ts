import { Column, Entity, Index, PrimaryGeneratedColumn } from "typeorm";

@Entity()
@Index("IDX_a", ["a"])
@Index("IDX_ab", ["a", "b"])
@Index("IDX_part", ["a"], { where: "b > 0" })
export class Thing {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  a: number;

  @Column()
  b: number;

  @Column({ type: "jsonb", default: [] })
  tags: unknown;
}
