import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: ["mon", "wed"], array: true, default: ["mon"] })
  open: string[];

  @Column({ type: "enum", enum: ["card", "cash", "cheque"], array: true, default: () => "'{cash}'" })
  pays: string[];
}
