import { Check, Column, Entity, ManyToOne, PrimaryGeneratedColumn, type Relation, Unique } from "typeorm";

@Entity()
@Unique("UQ_code", ["floor", "code"])
@Unique("UQ_rent", ["rent"], { deferrable: "INITIALLY DEFERRED" })
@Check("CHK_rent", "rent >= 0")
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  code: string;

  @Column()
  floor: number;

  @Column({ type: "int" })
  rent: number;

  @ManyToOne(() => Shop, { nullable: true, onDelete: "SET NULL", deferrable: "INITIALLY IMMEDIATE" })
  parent: Relation<Shop>;
}
