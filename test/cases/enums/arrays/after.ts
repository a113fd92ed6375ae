import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: ["mon", "tue", "wed", "thu"], array: true, default: ["mon", "tue"] })
  open: string[];

  @Column({ type: "enum", enum: ["card", "cash"], array: true, default: () => "'{cash}'" })
  pays: string[];
}
