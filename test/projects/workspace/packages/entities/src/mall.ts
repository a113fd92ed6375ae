import { Check, Column, CreateDateColumn, Entity, OneToMany, PrimaryGeneratedColumn, type Relation } from "typeorm";
import { Shop } from "./shop.js";

@Entity()
@Check("title_given", "title <> ''")
export class Mall {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  title: string;

  @Column({ type: "varchar", nullable: true })
  city: string | null;

  @CreateDateColumn({ type: "timestamptz" })
  createdAt: Date;

  @OneToMany(() => Shop, (shop) => shop.mall)
  shops: Relation<Shop[]>;
}
