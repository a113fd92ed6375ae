import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Account {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "varchar", default: "7" })
  number: string;

  @Column({ type: "timestamp", nullable: true })
  seenAt: Date;

  @Column({ type: "uuid", nullable: true })
  token: string;

  @Column({ type: "boolean", default: false })
  vip: boolean;
}
