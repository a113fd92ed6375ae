import { Entity, PrimaryColumn } from "typeorm";

@Entity()
export class Line {
  @PrimaryColumn()
  order: number;

  @PrimaryColumn()
  number: number;
}
