var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Check, Column, Entity, ManyToOne, PrimaryGeneratedColumn, Unique } from "typeorm";
import { Mall } from "./mall.js";
/** A part of a mall's floor that is let to a shop. */
let Unit = class Unit {
    id;
    mall;
    code;
    level;
    area;
};
__decorate([
    PrimaryGeneratedColumn(),
    __metadata("design:type", Number)
], Unit.prototype, "id", void 0);
__decorate([
    ManyToOne(() => Mall, (mall) => mall.units, { nullable: false, onDelete: "CASCADE" }),
    __metadata("design:type", Object)
], Unit.prototype, "mall", void 0);
__decorate([
    Column({ length: 10 }),
    __metadata("design:type", String)
], Unit.prototype, "code", void 0);
__decorate([
    Column({ type: "smallint", default: 0, comment: "0 is the ground floor" }),
    __metadata("design:type", Number)
], Unit.prototype, "level", void 0);
__decorate([
    Column({ type: "numeric", precision: 8, scale: 2, comment: "Square metres" }),
    __metadata("design:type", String)
], Unit.prototype, "area", void 0);
Unit = __decorate([
    Entity(),
    Unique("UQ_unit_code", ["mall", "code"]),
    Check("CHK_unit_area", '"area" > 0')
], Unit);
export { Unit };
