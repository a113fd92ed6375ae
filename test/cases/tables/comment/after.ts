import { Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity({ comment: "Shops, it's said" })
export class Shop {
  @PrimaryGeneratedColumn({ comment: "A number" })
  id: number;
}
