import { Column, Entity, PrimaryColumn } from "typeorm";

@Entity()
export class Line {
  @PrimaryColumn()
  order: number;

  @Column()
  number: number;
}
