import { Column, Entity, Index, PrimaryGeneratedColumn } from "typeorm";

@Entity()
@Index("IDX_open", ["id"], { where: "status = 'open'" })
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: ["closed", "open"], default: "closed" })
  status: string;

  @Column({ type: "enum", enum: ["b", "a"], array: true, default: ["a"] })
  flags: string[];
}
