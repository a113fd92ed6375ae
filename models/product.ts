import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
  VersionColumn,
} from "typeorm";
import { Brand } from "./brand.ts";
import { Category } from "./category.ts";
import { Money } from "./money.ts";
import { Tag } from "./tag.ts";

/** Something that is sold. */
@Entity()
@Check("CHK_product_price", '"priceAmount" >= 0')
@Index("IDX_product_live", ["category", "name"], { where: '"discontinuedOn" IS NULL' })
export class Product {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column({ length: 32, unique: true, collation: "C" })
  sku!: string;

  @Column()
  name!: string;

  @Column({ type: "text", default: "" })
  description!: string;

  @Column(() => Money)
  price!: Money;

  @ManyToOne(() => Brand, { nullable: false, onDelete: "RESTRICT" })
  brand!: Brand;

  @ManyToOne(() => Category, { onDelete: "SET NULL" })
  category!: Category | null;

  @ManyToMany(() => Tag)
  @JoinTable({
    name: "product_tag",
    joinColumn: { name: "productId", foreignKeyConstraintName: "FK_product_tag_product" },
    inverseJoinColumn: { name: "tag", foreignKeyConstraintName: "FK_product_tag_tag" },
  })
  tags!: Tag[];

  @Column({ type: "jsonb", default: {} })
  @Index("IDX_product_attributes", { type: "gin" })
  attributes!: Record<string, string | number | boolean>;

  @Column({
    type: "tsvector",
    asExpression: `to_tsvector('simple'::regconfig, "name" || ' ' || "description")`,
    generatedType: "STORED",
    select: false,
  })
  @Index("IDX_product_search", { type: "gin" })
  search!: string;

  @Column({ type: "date", nullable: true })
  discontinuedOn!: string | null;

  @CreateDateColumn({ type: "timestamptz" })
  createdAt!: Date;

  @UpdateDateColumn({ type: "timestamptz" })
  updatedAt!: Date;

  @VersionColumn()
  version!: number;
}
