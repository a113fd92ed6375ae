import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 20, nullable: true })
  shopName: string;

  @Column({ type: "int", default: 1 })
  floor_no: number;
}
