var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Check, Column, Entity, Exclusion, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from "typeorm";
import { Money } from "./money.js";
import { Shop } from "./shop.js";
import { Tenant } from "./tenant.js";
import { Unit } from "./unit.js";
/** Who rents which unit for which shop, and for how much; a unit has one lease at a time. */
let Lease = class Lease {
    id;
    shop;
    unit;
    tenant;
    startsOn;
    endsOn;
    period;
    rent;
    deposit;
};
__decorate([
    PrimaryGeneratedColumn("uuid", { primaryKeyConstraintName: "PK_lease" }),
    __metadata("design:type", String)
], Lease.prototype, "id", void 0);
__decorate([
    ManyToOne(() => Shop, { nullable: false, onDelete: "CASCADE" }),
    JoinColumn({ foreignKeyConstraintName: "FK_lease_shop" }),
    Index("IDX_lease_shop"),
    __metadata("design:type", Shop)
], Lease.prototype, "shop", void 0);
__decorate([
    ManyToOne(() => Unit, { nullable: false, onDelete: "RESTRICT" }),
    JoinColumn({ foreignKeyConstraintName: "FK_lease_unit" }),
    __metadata("design:type", Unit)
], Lease.prototype, "unit", void 0);
__decorate([
    ManyToOne(() => Tenant, { nullable: false, onDelete: "RESTRICT" }),
    JoinColumn({ foreignKeyConstraintName: "FK_lease_tenant" }),
    __metadata("design:type", Tenant)
], Lease.prototype, "tenant", void 0);
__decorate([
    Column({ type: "date" }),
    __metadata("design:type", String)
], Lease.prototype, "startsOn", void 0);
__decorate([
    Column({ type: "date", nullable: true, comment: "Empty until notice is given" }),
    __metadata("design:type", Object)
], Lease.prototype, "endsOn", void 0);
__decorate([
    Column({
        type: "daterange",
        asExpression: `daterange("startsOn", "endsOn", '[)')`,
        generatedType: "STORED",
    }),
    __metadata("design:type", String)
], Lease.prototype, "period", void 0);
__decorate([
    Column(() => Money, { prefix: "rent" }),
    __metadata("design:type", Money)
], Lease.prototype, "rent", void 0);
__decorate([
    Column(() => Money, { prefix: "deposit" }),
    __metadata("design:type", Money)
], Lease.prototype, "deposit", void 0);
Lease = __decorate([
    Entity({ comment: "Ended leases are kept: the books refer to them" }),
    Check("CHK_lease_dates", '"endsOn" > "startsOn"'),
    Exclusion("XCL_lease_unit", 'USING gist ("unitId" WITH =, "period" WITH &&)')
], Lease);
export { Lease };
