import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

export const lost = ["mall.floors"];

@Entity()
export class Mall {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  name: string;

  @Column({ type: "date", nullable: true, comment: "The day of the first customer" })
  openedOn: string;

  @Column({ default: true })
  active: boolean;

  @Column({ type: "jsonb", default: {} })
  settings: object;
}
