import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Ticket {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "int" })
  number: number;
}

@Entity()
export class Receipt {
  @PrimaryGeneratedColumn("identity", { generatedIdentity: "ALWAYS" })
  id: number;
}

@Entity()
export class Invoice {
  @PrimaryGeneratedColumn({ type: "bigint" })
  id: string;
}
