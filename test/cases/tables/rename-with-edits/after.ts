import { Column, Entity, Index, PrimaryGeneratedColumn } from "typeorm";

export const lost = ["store.fax"];

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 80 })
  title: string;

  @Column()
  @Index()
  shopCode: string;

  @Column()
  city: string;

  @Column({ type: "date", nullable: true })
  openedOn: string;
}
