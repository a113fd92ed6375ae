import { Check, Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
@Check("CHK_planned", `"status" <> 'planned' OR "note" IS NOT NULL`)
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: ["planned", "open", "late", "closed"], default: "planned" })
  status: string;

  @Column({ default: "" })
  note: string;
}
