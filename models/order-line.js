var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn } from "typeorm";
import { Money } from "./money.js";
import { Order } from "./order.js";
import { Product } from "./product.js";
/** One product of an order, at the price it had then. */
let OrderLine = class OrderLine {
    orderId;
    position;
    order;
    product;
    quantity;
    unitPrice;
    total;
};
__decorate([
    PrimaryColumn({ type: "bigint", primaryKeyConstraintName: "PK_order_line" }),
    __metadata("design:type", String)
], OrderLine.prototype, "orderId", void 0);
__decorate([
    PrimaryColumn({ type: "smallint", primaryKeyConstraintName: "PK_order_line" }),
    __metadata("design:type", Number)
], OrderLine.prototype, "position", void 0);
__decorate([
    ManyToOne(() => Order, (order) => order.lines, { onDelete: "CASCADE" }),
    __metadata("design:type", Object)
], OrderLine.prototype, "order", void 0);
__decorate([
    ManyToOne(() => Product, { nullable: false, onDelete: "RESTRICT" }),
    Index(),
    __metadata("design:type", Product)
], OrderLine.prototype, "product", void 0);
__decorate([
    Column({ default: 1 }),
    __metadata("design:type", Number)
], OrderLine.prototype, "quantity", void 0);
__decorate([
    Column(() => Money, { prefix: "unitPrice" }),
    __metadata("design:type", Money)
], OrderLine.prototype, "unitPrice", void 0);
__decorate([
    Column({
        type: "numeric",
        precision: 12,
        scale: 2,
        asExpression: '"quantity" * "unitPriceAmount"',
        generatedType: "STORED",
    }),
    __metadata("design:type", String)
], OrderLine.prototype, "total", void 0);
OrderLine = __decorate([
    Entity(),
    Check("CHK_order_line_quantity", '"quantity" > 0')
], OrderLine);
export { OrderLine };
