import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "typeorm";

@Entity()
@Unique("UQ_shop_door", ["door"])
export class Shop {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: "varchar" })
  @Index("by_code")
  code!: string;

  @Column({ type: "varchar" })
  @Index("by_name")
  name!: string;

  @Column({ type: "varchar" })
  @Index("by_floor")
  floor!: string;

  @Column({ type: "int", nullable: true })
  door!: number;

  @Column({ type: "int", default: 1 })
  mall!: number;
}
