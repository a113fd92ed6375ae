var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Column, Entity, Index, ManyToOne, OneToMany, PrimaryGeneratedColumn, Unique } from "typeorm";
import { Brand } from "./brand.js";
import { ShopStatus } from "./enums.js";
import { Mall } from "./mall.js";
import { OpeningHours } from "./opening-hours.js";
/** A shop in a mall. */
let Shop = class Shop {
    id;
    mall;
    brand;
    code;
    name;
    status;
    flagship;
    openingHours;
};
__decorate([
    PrimaryGeneratedColumn(),
    __metadata("design:type", Number)
], Shop.prototype, "id", void 0);
__decorate([
    ManyToOne(() => Mall, (mall) => mall.shops, { nullable: false, onDelete: "CASCADE" }),
    __metadata("design:type", Object)
], Shop.prototype, "mall", void 0);
__decorate([
    ManyToOne(() => Brand, { onDelete: "SET NULL" }),
    __metadata("design:type", Object)
], Shop.prototype, "brand", void 0);
__decorate([
    Column({ length: 10 }),
    __metadata("design:type", String)
], Shop.prototype, "code", void 0);
__decorate([
    Column(),
    __metadata("design:type", String)
], Shop.prototype, "name", void 0);
__decorate([
    Column({ type: "enum", enum: ShopStatus, default: ShopStatus.Planned }),
    __metadata("design:type", String)
], Shop.prototype, "status", void 0);
__decorate([
    Column({ default: false }),
    __metadata("design:type", Boolean)
], Shop.prototype, "flagship", void 0);
__decorate([
    OneToMany(() => OpeningHours, (hours) => hours.shop),
    __metadata("design:type", Array)
], Shop.prototype, "openingHours", void 0);
Shop = __decorate([
    Entity(),
    Unique("UQ_shop_code", ["mall", "code"]),
    Index(["mall", "status"])
], Shop);
export { Shop };
