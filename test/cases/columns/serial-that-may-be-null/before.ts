import { Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Mall {
  @PrimaryGeneratedColumn()
  id!: number;
}
