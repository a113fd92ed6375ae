var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { ChildEntity, Column } from "typeorm";
import { StaffRole } from "./enums.js";
import { Staff } from "./staff.js";
/** Watches over a mall. */
let Guard = class Guard extends Staff {
    licence;
};
__decorate([
    Column({ length: 20, unique: true }),
    __metadata("design:type", String)
], Guard.prototype, "licence", void 0);
Guard = __decorate([
    ChildEntity(StaffRole.Guard)
], Guard);
export { Guard };
