import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from "typeorm";

@Entity()
@Unique("UQ_code", ["code"])
@Check("CHK_rent", "rent > 0")
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  code: string;

  @Column({ type: "int" })
  rent: number;
}
