import { Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Empty {
  @PrimaryGeneratedColumn()
  id: number;
}
