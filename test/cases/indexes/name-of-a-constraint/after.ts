import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "typeorm";

@Entity()
@Unique("ordered", ["a"])
@Unique("plain", ["a", "b"])
@Unique("computed", ["b"])
@Index("included", ["c"])
export class Thing {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  a: number;

  @Column()
  b: number;

  @Column()
  c: number;
}
