import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 80, default: "?" })
  name: string;

  @Column({ type: "bigint", default: 2 })
  floor: string;
}
