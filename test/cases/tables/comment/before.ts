import { Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity({ comment: "Old" })
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;
}
