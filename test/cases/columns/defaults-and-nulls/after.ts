import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ default: "none" })
  code: string;

  @Column({ nullable: true })
  status: string;

  @Column({ type: "numeric", default: "1.50", precision: 10, scale: 2 })
  rent: string;

  @Column({ comment: "Square metres, it's measured" })
  area: number;
}
