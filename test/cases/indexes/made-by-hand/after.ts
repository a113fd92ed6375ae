import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "typeorm";

@Entity()
@Index("by_code", ["mall", "code"], { unique: true })
@Index("by_name", ["mall", "name"])
@Unique("UQ_shop_door", ["mall", "door"])
export class Shop {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: "varchar" })
  code!: string;

  @Column({ type: "varchar" })
  name!: string;

  @Column({ type: "varchar" })
  @Index("by_floor")
  floor!: string;

  @Column({ type: "int", nullable: true })
  door!: number;

  @Column({ type: "int", default: 1 })
  mall!: number;
}
