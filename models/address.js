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
/** Where something stands; embedded in the tables that need it. */
export class Address {
    street;
    postcode;
    city;
    country;
}
__decorate([
    Column(),
    __metadata("design:type", String)
], Address.prototype, "street", void 0);
__decorate([
    Column({ length: 12 }),
    __metadata("design:type", String)
], Address.prototype, "postcode", void 0);
__decorate([
    Column({ length: 80 }),
    __metadata("design:type", String)
], Address.prototype, "city", void 0);
__decorate([
    Column({ type: "char", length: 2, default: "DE", comment: "ISO 3166-1, two letters" }),
    __metadata("design:type", String)
], Address.prototype, "country", void 0);
