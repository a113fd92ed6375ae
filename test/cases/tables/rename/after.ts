import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from "typeorm";

export enum Status {
  Open = "open",
  Closed = "closed",
}

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  name: string;

  @Column({ type: "enum", enum: Status, default: Status.Open })
  status: Status;
}

@Entity()
export class Lease {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Shop)
  @JoinColumn({ name: "shopId" })
  shop: Relation<Shop>;
}
