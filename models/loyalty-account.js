var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Check, Column, Entity, JoinColumn, OneToOne, PrimaryGeneratedColumn } from "typeorm";
import { Customer } from "./customer.js";
import { LoyaltyTier } from "./enums.js";
/** The points a customer has collected. */
let LoyaltyAccount = class LoyaltyAccount {
    id;
    customer;
    tier;
    points;
    joinedOn;
};
__decorate([
    PrimaryGeneratedColumn(),
    __metadata("design:type", Number)
], LoyaltyAccount.prototype, "id", void 0);
__decorate([
    OneToOne(() => Customer, (customer) => customer.loyaltyAccount, { nullable: false, onDelete: "CASCADE" }),
    JoinColumn(),
    __metadata("design:type", Object)
], LoyaltyAccount.prototype, "customer", void 0);
__decorate([
    Column({ type: "enum", enum: LoyaltyTier, default: LoyaltyTier.Bronze }),
    __metadata("design:type", String)
], LoyaltyAccount.prototype, "tier", void 0);
__decorate([
    Column({ type: "bigint", default: 0 }),
    __metadata("design:type", String)
], LoyaltyAccount.prototype, "points", void 0);
__decorate([
    Column({ type: "date", default: () => "CURRENT_DATE" }),
    __metadata("design:type", String)
], LoyaltyAccount.prototype, "joinedOn", void 0);
LoyaltyAccount = __decorate([
    Entity(),
    Check('"points" >= 0')
], LoyaltyAccount);
export { LoyaltyAccount };
