var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
var Staff_1;
import { Column, Entity, ManyToOne, PrimaryGeneratedColumn, TableInheritance } from "typeorm";
import { StaffRole } from "./enums.js";
import { Mall } from "./mall.js";
/** Somebody who works for a mall; managers and guards share this table. */
let Staff = Staff_1 = class Staff {
    id;
    role;
    name;
    hiredOn;
    mall;
    supervisor;
};
__decorate([
    PrimaryGeneratedColumn(),
    __metadata("design:type", Number)
], Staff.prototype, "id", void 0);
__decorate([
    Column({ type: "enum", enum: StaffRole }),
    __metadata("design:type", String)
], Staff.prototype, "role", void 0);
__decorate([
    Column(),
    __metadata("design:type", String)
], Staff.prototype, "name", void 0);
__decorate([
    Column({ type: "date" }),
    __metadata("design:type", String)
], Staff.prototype, "hiredOn", void 0);
__decorate([
    ManyToOne(() => Mall, { nullable: false, onDelete: "CASCADE" }),
    __metadata("design:type", Mall)
], Staff.prototype, "mall", void 0);
__decorate([
    ManyToOne(() => Staff_1, { onDelete: "SET NULL", deferrable: "INITIALLY DEFERRED" }),
    __metadata("design:type", Object)
], Staff.prototype, "supervisor", void 0);
Staff = Staff_1 = __decorate([
    Entity(),
    TableInheritance({ column: "role" })
], Staff);
export { Staff };
