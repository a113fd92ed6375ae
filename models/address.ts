import { Column } from "typeorm";

/** Where something is; embedded in the tables that need it. */
export class Address {
  @Column()
  street!: string;

  @Column({ length: 12 })
  postcode!: string;

  @Column({ length: 80 })
  city!: string;

  @Column({ type: "char", length: 2, default: "DE", comment: "ISO 3166-1, two letters" })
  country!: string;
}
