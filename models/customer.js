var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Column, CreateDateColumn, DeleteDateColumn, Entity, Index, JoinTable, ManyToMany, OneToOne, PrimaryGeneratedColumn, } from "typeorm";
import { LoyaltyAccount } from "./loyalty-account.js";
import { Shop } from "./shop.js";
/** A person who buys. */
let Customer = class Customer {
    id;
    givenName;
    familyName;
    fullName;
    email;
    bornOn;
    preferences;
    loyaltyAccount;
    favouriteShops;
    createdAt;
    deletedAt;
};
__decorate([
    PrimaryGeneratedColumn("uuid"),
    __metadata("design:type", String)
], Customer.prototype, "id", void 0);
__decorate([
    Column(),
    __metadata("design:type", String)
], Customer.prototype, "givenName", void 0);
__decorate([
    Column(),
    __metadata("design:type", String)
], Customer.prototype, "familyName", void 0);
__decorate([
    Column({ asExpression: `"givenName" || ' ' || "familyName"`, generatedType: "STORED" }),
    __metadata("design:type", String)
], Customer.prototype, "fullName", void 0);
__decorate([
    Column({ length: 254 }),
    __metadata("design:type", String)
], Customer.prototype, "email", void 0);
__decorate([
    Column({ type: "date", nullable: true }),
    __metadata("design:type", Object)
], Customer.prototype, "bornOn", void 0);
__decorate([
    Column({ type: "jsonb", default: { newsletter: false } }),
    __metadata("design:type", Object)
], Customer.prototype, "preferences", void 0);
__decorate([
    OneToOne(() => LoyaltyAccount, (account) => account.customer),
    __metadata("design:type", Object)
], Customer.prototype, "loyaltyAccount", void 0);
__decorate([
    ManyToMany(() => Shop),
    JoinTable(),
    __metadata("design:type", Array)
], Customer.prototype, "favouriteShops", void 0);
__decorate([
    CreateDateColumn({ type: "timestamptz" }),
    __metadata("design:type", Date)
], Customer.prototype, "createdAt", void 0);
__decorate([
    DeleteDateColumn({ type: "timestamptz" }),
    __metadata("design:type", Object)
], Customer.prototype, "deletedAt", void 0);
Customer = __decorate([
    Entity(),
    Index("IDX_customer_email", ["email"], { unique: true, where: '"deletedAt" IS NULL' })
], Customer);
export { Customer };
