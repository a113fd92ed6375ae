import {
  Column,
  Entity,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type Relation,
} from "typeorm";

@Entity()
export class Tag {
  @PrimaryGeneratedColumn()
  id: number;
}

@Entity()
export class Product {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToMany(() => Tag)
  @JoinTable({ name: "product_tag", joinColumn: { name: "product_id" }, inverseJoinColumn: { name: "tag_id" } })
  tags: Relation<Tag>[];
}

@Entity({ name: "product_tag" })
export class ProductTag {
  @PrimaryColumn({ name: "product_id" })
  productId: number;

  @PrimaryColumn({ name: "tag_id" })
  tagId: number;

  @ManyToOne(() => Product)
  @JoinColumn({ name: "product_id" })
  product: Relation<Product>;

  @Column({ default: 0 })
  weight: number;
}
