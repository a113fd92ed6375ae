import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
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
