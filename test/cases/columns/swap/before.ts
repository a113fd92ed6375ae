import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "date", nullable: true })
  code: string;

  @Column({ type: "int" })
  opened: number;
}
