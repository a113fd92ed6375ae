import { Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Nothing {
  @PrimaryGeneratedColumn()
  id: number;
}
