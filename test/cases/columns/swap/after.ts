import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "int" })
  code: number;

  @Column({ type: "date", nullable: true })
  opened: string;
}
