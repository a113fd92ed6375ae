var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
/** A name that shops trade under and products are sold under. */
let Brand = class Brand {
    id;
    name;
    aliases;
    website;
};
__decorate([
    PrimaryGeneratedColumn("identity", { generatedIdentity: "BY DEFAULT" }),
    __metadata("design:type", Number)
], Brand.prototype, "id", void 0);
__decorate([
    Column({ length: 120, unique: true }),
    __metadata("design:type", String)
], Brand.prototype, "name", void 0);
__decorate([
    Column({ type: "text", array: true, default: [] }),
    __metadata("design:type", Array)
], Brand.prototype, "aliases", void 0);
__decorate([
    Column({ type: "varchar", nullable: true }),
    __metadata("design:type", Object)
], Brand.prototype, "website", void 0);
Brand = __decorate([
    Entity()
], Brand);
export { Brand };
