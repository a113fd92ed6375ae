import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ nullable: true })
  code: string;

  @Column({ default: "open" })
  status: string;

  @Column({ type: "numeric", default: "0.00", precision: 10, scale: 2 })
  rent: string;

  @Column({ comment: "Square metres" })
  area: number;
}
