var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Check, Column, CreateDateColumn, Entity, Index, JoinTable, ManyToMany, ManyToOne, PrimaryGeneratedColumn, UpdateDateColumn, VersionColumn, } from "typeorm";
import { Brand } from "./brand.js";
import { Category } from "./category.js";
import { Money } from "./money.js";
import { Tag } from "./tag.js";
/** Something that is sold. */
let Product = class Product {
    id;
    sku;
    name;
    description;
    price;
    brand;
    category;
    tags;
    attributes;
    search;
    discontinuedOn;
    createdAt;
    updatedAt;
    version;
};
__decorate([
    PrimaryGeneratedColumn("uuid"),
    __metadata("design:type", String)
], Product.prototype, "id", void 0);
__decorate([
    Column({ length: 32, unique: true, collation: "C" }),
    __metadata("design:type", String)
], Product.prototype, "sku", void 0);
__decorate([
    Column(),
    __metadata("design:type", String)
], Product.prototype, "name", void 0);
__decorate([
    Column({ type: "text", default: "" }),
    __metadata("design:type", String)
], Product.prototype, "description", void 0);
__decorate([
    Column(() => Money),
    __metadata("design:type", Money)
], Product.prototype, "price", void 0);
__decorate([
    ManyToOne(() => Brand, { nullable: false, onDelete: "RESTRICT" }),
    __metadata("design:type", Brand)
], Product.prototype, "brand", void 0);
__decorate([
    ManyToOne(() => Category, { onDelete: "SET NULL" }),
    __metadata("design:type", Object)
], Product.prototype, "category", void 0);
__decorate([
    ManyToMany(() => Tag),
    JoinTable({
        name: "product_tag",
        joinColumn: { name: "productId", foreignKeyConstraintName: "FK_product_tag_product" },
        inverseJoinColumn: { name: "tag", foreignKeyConstraintName: "FK_product_tag_tag" },
    }),
    __metadata("design:type", Array)
], Product.prototype, "tags", void 0);
__decorate([
    Column({ type: "jsonb", default: {} }),
    Index("IDX_product_attributes", { type: "gin" }),
    __metadata("design:type", Object)
], Product.prototype, "attributes", void 0);
__decorate([
    Column({
        type: "tsvector",
        asExpression: `to_tsvector('simple'::regconfig, "name" || ' ' || "description")`,
        generatedType: "STORED",
        select: false,
    }),
    Index("IDX_product_search", { type: "gin" }),
    __metadata("design:type", String)
], Product.prototype, "search", void 0);
__decorate([
    Column({ type: "date", nullable: true }),
    __metadata("design:type", Object)
], Product.prototype, "discontinuedOn", void 0);
__decorate([
    CreateDateColumn({ type: "timestamptz" }),
    __metadata("design:type", Date)
], Product.prototype, "createdAt", void 0);
__decorate([
    UpdateDateColumn({ type: "timestamptz" }),
    __metadata("design:type", Date)
], Product.prototype, "updatedAt", void 0);
__decorate([
    VersionColumn(),
    __metadata("design:type", Number)
], Product.prototype, "version", void 0);
Product = __decorate([
    Entity(),
    Check("CHK_product_price", '"priceAmount" >= 0'),
    Index("IDX_product_live", ["category", "name"], { where: '"discontinuedOn" IS NULL' })
], Product);
export { Product };
