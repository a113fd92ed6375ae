var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Column, CreateDateColumn, DeleteDateColumn, Entity, OneToMany, PrimaryGeneratedColumn, UpdateDateColumn, } from "typeorm";
import { Address } from "./address.js";
import { Amenity } from "./enums.js";
import { Shop } from "./shop.js";
import { Unit } from "./unit.js";
/** A shopping mall of the chain. */
let Mall = class Mall {
    id;
    name;
    slug;
    address;
    amenities;
    settings;
    timeZone;
    openedOn;
    units;
    shops;
    createdAt;
    updatedAt;
    deletedAt;
};
__decorate([
    PrimaryGeneratedColumn("uuid"),
    __metadata("design:type", String)
], Mall.prototype, "id", void 0);
__decorate([
    Column({ length: 120 }),
    __metadata("design:type", String)
], Mall.prototype, "name", void 0);
__decorate([
    Column({ length: 40, unique: true, comment: "The mall's part of a web address" }),
    __metadata("design:type", String)
], Mall.prototype, "slug", void 0);
__decorate([
    Column(() => Address),
    __metadata("design:type", Address)
], Mall.prototype, "address", void 0);
__decorate([
    Column({ type: "enum", enum: Amenity, array: true, default: [] }),
    __metadata("design:type", Array)
], Mall.prototype, "amenities", void 0);
__decorate([
    Column({ type: "jsonb", default: { parkingFree: true } }),
    __metadata("design:type", Object)
], Mall.prototype, "settings", void 0);
__decorate([
    Column({ length: 40, default: "Europe/Berlin" }),
    __metadata("design:type", String)
], Mall.prototype, "timeZone", void 0);
__decorate([
    Column({ type: "date", nullable: true }),
    __metadata("design:type", Object)
], Mall.prototype, "openedOn", void 0);
__decorate([
    OneToMany(() => Unit, (unit) => unit.mall),
    __metadata("design:type", Array)
], Mall.prototype, "units", void 0);
__decorate([
    OneToMany(() => Shop, (shop) => shop.mall),
    __metadata("design:type", Array)
], Mall.prototype, "shops", void 0);
__decorate([
    CreateDateColumn({ type: "timestamptz" }),
    __metadata("design:type", Date)
], Mall.prototype, "createdAt", void 0);
__decorate([
    UpdateDateColumn({ type: "timestamptz" }),
    __metadata("design:type", Date)
], Mall.prototype, "updatedAt", void 0);
__decorate([
    DeleteDateColumn({ type: "timestamptz" }),
    __metadata("design:type", Object)
], Mall.prototype, "deletedAt", void 0);
Mall = __decorate([
    Entity({ comment: "The chain's shopping malls" })
], Mall);
export { Mall };
