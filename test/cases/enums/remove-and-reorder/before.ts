import { Column, Entity, Index, PrimaryGeneratedColumn } from "typeorm";

@Entity()
@Index("IDX_open", ["id"], { where: "status = 'open'" })
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: ["open", "paused", "closed"], default: "open" })
  status: string;

  @Column({ type: "enum", enum: ["a", "b"], array: true, default: ["a"] })
  flags: string[];
}
