import {
  Check,
  Column,
  Entity,
  Index,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  type Relation,
} from "typeorm";

export const lost = ["old.code"];

@Entity({ comment: "Malls of the chain" })
export class Mall {
  @PrimaryGeneratedColumn("uuid")
  id: string;

  @OneToMany(
    () => Shop,
    (shop) => shop.mall,
  )
  shops: Relation<Shop>[];
}

@Entity()
@Check("CHK_floor", `"floor" >= 0`)
@Index(["mall", "floor"])
export class Shop {
  @PrimaryGeneratedColumn("identity")
  id: number;

  @Column()
  floor: number;

  @ManyToOne(
    () => Mall,
    (mall) => mall.shops,
    { onDelete: "CASCADE" },
  )
  mall: Relation<Mall>;

  @ManyToOne(() => Shop, { nullable: true, onDelete: "SET NULL" })
  annexOf: Relation<Shop>;

  @ManyToMany(() => Brand)
  @JoinTable()
  brands: Relation<Brand>[];
}

@Entity()
export class Brand {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ unique: true })
  name: string;
}
