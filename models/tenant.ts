import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from "typeorm";
import { Address } from "./address.ts";

/** The company that signs a lease. */
@Entity()
export class Tenant {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column()
  legalName!: string;

  @Column({ length: 20, unique: true, comment: "VAT number, with the country's prefix" })
  vatNumber!: string;

  @Column({ length: 254, comment: "Where invoices go" })
  email!: string;

  @Column(() => Address, { prefix: "billing" })
  address!: Address;

  @CreateDateColumn({ type: "timestamptz" })
  createdAt!: Date;
}
