var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Check, Column, Entity, ManyToOne, PrimaryColumn } from "typeorm";
import { Weekday } from "./enums.js";
import { Shop } from "./shop.js";
/** When a shop is open on a day of the week; no row means closed. */
let OpeningHours = class OpeningHours {
    shopId;
    weekday;
    shop;
    opensAt;
    closesAt;
};
__decorate([
    PrimaryColumn(),
    __metadata("design:type", Number)
], OpeningHours.prototype, "shopId", void 0);
__decorate([
    PrimaryColumn({ type: "enum", enum: Weekday, enumName: "weekday" }),
    __metadata("design:type", String)
], OpeningHours.prototype, "weekday", void 0);
__decorate([
    ManyToOne(() => Shop, (shop) => shop.openingHours, { onDelete: "CASCADE" }),
    __metadata("design:type", Object)
], OpeningHours.prototype, "shop", void 0);
__decorate([
    Column({ type: "time", default: "10:00:00" }),
    __metadata("design:type", String)
], OpeningHours.prototype, "opensAt", void 0);
__decorate([
    Column({ type: "time", default: "20:00:00" }),
    __metadata("design:type", String)
], OpeningHours.prototype, "closesAt", void 0);
OpeningHours = __decorate([
    Entity(),
    Check("CHK_opening_hours_times", '"closesAt" > "opensAt"')
], OpeningHours);
export { OpeningHours };
