import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Account {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "bigint", default: 7 })
  number: string;

  @Column({ type: "timestamptz", nullable: true })
  seenAt: Date;

  @Column({ type: "varchar", nullable: true })
  token: string;

  @Column({ type: "int", default: 0 })
  vip: number;
}
