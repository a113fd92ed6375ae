import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Purchase {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: ["open", "paid"], enumName: "pstate", default: "open" })
  state: string;
}
