import { Column, Entity, Generated, PrimaryColumn, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Ticket {
  @PrimaryGeneratedColumn("identity")
  id: number;

  @Column({ type: "int" })
  @Generated("increment")
  number: number;
}

@Entity()
export class Receipt {
  @PrimaryGeneratedColumn("identity", { generatedIdentity: "BY DEFAULT" })
  id: number;
}

@Entity()
export class Invoice {
  @PrimaryColumn({ type: "bigint" })
  id: string;
}
