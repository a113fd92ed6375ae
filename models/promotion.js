var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Check, Column, Entity, JoinTable, ManyToMany, ManyToOne, PrimaryGeneratedColumn, Unique } from "typeorm";
import { Weekday } from "./enums.js";
import { Mall } from "./mall.js";
import { Shop } from "./shop.js";
/** A discount that some shops of a mall give together for a time. */
let Promotion = class Promotion {
    id;
    mall;
    title;
    discount;
    startsAt;
    endsAt;
    weekdays;
    shops;
};
__decorate([
    PrimaryGeneratedColumn("uuid"),
    __metadata("design:type", String)
], Promotion.prototype, "id", void 0);
__decorate([
    ManyToOne(() => Mall, { nullable: false, onDelete: "CASCADE" }),
    __metadata("design:type", Mall)
], Promotion.prototype, "mall", void 0);
__decorate([
    Column({ length: 80 }),
    __metadata("design:type", String)
], Promotion.prototype, "title", void 0);
__decorate([
    Column({ type: "smallint", comment: "Per cent" }),
    __metadata("design:type", Number)
], Promotion.prototype, "discount", void 0);
__decorate([
    Column({ type: "timestamptz", default: () => "now()" }),
    __metadata("design:type", Date)
], Promotion.prototype, "startsAt", void 0);
__decorate([
    Column({ type: "timestamptz" }),
    __metadata("design:type", Date)
], Promotion.prototype, "endsAt", void 0);
__decorate([
    Column({ type: "enum", enum: Weekday, enumName: "weekday", array: true, default: Object.values(Weekday) }),
    __metadata("design:type", Array)
], Promotion.prototype, "weekdays", void 0);
__decorate([
    ManyToMany(() => Shop),
    JoinTable({ name: "promotion_shop" }),
    __metadata("design:type", Array)
], Promotion.prototype, "shops", void 0);
Promotion = __decorate([
    Entity(),
    Unique(["mall", "title"]),
    Check("CHK_promotion_discount", '"discount" BETWEEN 1 AND 100'),
    Check("CHK_promotion_times", '"endsAt" > "startsAt"')
], Promotion);
export { Promotion };
