import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: ["planned", "built", "open", "paused", "closed", "gone"], default: "open" })
  status: string;
}
