var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Column } from "typeorm";
import { Currency } from "./enums.js";
/** An amount in a currency; all tables share the one enum type `currency`. */
export class Money {
    amount;
    currency;
}
__decorate([
    Column({ type: "numeric", precision: 12, scale: 2, default: 0 }),
    __metadata("design:type", String)
], Money.prototype, "amount", void 0);
__decorate([
    Column({ type: "enum", enum: Currency, enumName: "currency", default: Currency.Euro }),
    __metadata("design:type", String)
], Money.prototype, "currency", void 0);
