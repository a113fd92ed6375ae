import { Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity({ name: "select" })
export class First {
  @PrimaryGeneratedColumn()
  id: number;
}
