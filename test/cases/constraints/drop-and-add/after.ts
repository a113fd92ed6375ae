import { Check, Column, Entity, Exclusion, PrimaryGeneratedColumn, Unique } from "typeorm";

@Entity()
@Unique("UQ_rent", ["rent"])
@Check("CHK_code", "length(code) > 0")
@Exclusion("XCL_rent", `USING gist (int4range("rent", "rent" + 1) WITH &&)`)
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  code: string;

  @Column({ type: "int" })
  rent: number;
}
