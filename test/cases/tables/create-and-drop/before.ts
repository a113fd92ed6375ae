import { Entity, PrimaryColumn } from "typeorm";

@Entity()
export class Old {
  @PrimaryColumn()
  code: string;
}
