var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Column, CreateDateColumn, Entity, Index, ManyToOne, OneToMany, PrimaryGeneratedColumn, VersionColumn, } from "typeorm";
import { Customer } from "./customer.js";
import { OrderStatus } from "./enums.js";
import { Money } from "./money.js";
import { OrderLine } from "./order-line.js";
import { Shop } from "./shop.js";
/** What a customer buys in one go; it outlives its customer, and keeps its shop from being deleted. */
let Order = class Order {
    id;
    shop;
    customer;
    status;
    total;
    note;
    lines;
    placedAt;
    version;
};
__decorate([
    PrimaryGeneratedColumn("identity", { type: "bigint", generatedIdentity: "ALWAYS" }),
    __metadata("design:type", String)
], Order.prototype, "id", void 0);
__decorate([
    ManyToOne(() => Shop, { nullable: false, onDelete: "RESTRICT" }),
    __metadata("design:type", Shop)
], Order.prototype, "shop", void 0);
__decorate([
    ManyToOne(() => Customer, { onDelete: "SET NULL" }),
    __metadata("design:type", Object)
], Order.prototype, "customer", void 0);
__decorate([
    Column({ type: "enum", enum: OrderStatus, default: OrderStatus.Open }),
    __metadata("design:type", String)
], Order.prototype, "status", void 0);
__decorate([
    Column(() => Money),
    __metadata("design:type", Money)
], Order.prototype, "total", void 0);
__decorate([
    Column({ type: "text", nullable: true, comment: "What the customer wrote for the shop's staff" }),
    __metadata("design:type", Object)
], Order.prototype, "note", void 0);
__decorate([
    OneToMany(() => OrderLine, (line) => line.order),
    __metadata("design:type", Array)
], Order.prototype, "lines", void 0);
__decorate([
    CreateDateColumn({ type: "timestamptz" }),
    __metadata("design:type", Date)
], Order.prototype, "placedAt", void 0);
__decorate([
    VersionColumn(),
    __metadata("design:type", Number)
], Order.prototype, "version", void 0);
Order = __decorate([
    Entity(),
    Index("IDX_order_shop_placed", ["shop", "placedAt"], { where: `"status" = 'open'` })
], Order);
export { Order };
