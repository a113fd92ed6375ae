var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from "typeorm";
import { Address } from "./address.js";
/** The company that signs a lease. */
let Tenant = class Tenant {
    id;
    legalName;
    vatNumber;
    email;
    address;
    createdAt;
};
__decorate([
    PrimaryGeneratedColumn("uuid"),
    __metadata("design:type", String)
], Tenant.prototype, "id", void 0);
__decorate([
    Column(),
    __metadata("design:type", String)
], Tenant.prototype, "legalName", void 0);
__decorate([
    Column({ length: 20, unique: true, comment: "VAT number, with the country's prefix" }),
    __metadata("design:type", String)
], Tenant.prototype, "vatNumber", void 0);
__decorate([
    Column({ length: 254, comment: "Where invoices go" }),
    __metadata("design:type", String)
], Tenant.prototype, "email", void 0);
__decorate([
    Column(() => Address, { prefix: "billing" }),
    __metadata("design:type", Address)
], Tenant.prototype, "address", void 0);
__decorate([
    CreateDateColumn({ type: "timestamptz" }),
    __metadata("design:type", Date)
], Tenant.prototype, "createdAt", void 0);
Tenant = __decorate([
    Entity()
], Tenant);
export { Tenant };
