import { Column, Entity, Index, PrimaryGeneratedColumn } from "typeorm";

@Entity()
@Index("IDX_ab", ["b", "a"])
@Index("IDX_part", ["a"], { where: "b > 1" })
@Index("IDX_unique", ["a"], { unique: true, where: "b IS NOT NULL" })
@Index("IDX_hash", ["a"], { type: "hash" })
@Index("IDX_gin", ["tags"], { type: "gin" })
@Index("IDX_renamed", ["a"])
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
