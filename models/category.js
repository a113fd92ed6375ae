var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
import { Column, Entity, PrimaryGeneratedColumn, Tree, TreeChildren, TreeParent } from "typeorm";
/** A shelf of the catalogue; shelves stand within shelves. */
let Category = class Category {
    id;
    name;
    position;
    parent;
    children;
};
__decorate([
    PrimaryGeneratedColumn(),
    __metadata("design:type", Number)
], Category.prototype, "id", void 0);
__decorate([
    Column({ length: 60 }),
    __metadata("design:type", String)
], Category.prototype, "name", void 0);
__decorate([
    Column({ type: "smallint", default: 0, comment: "Its place among its siblings" }),
    __metadata("design:type", Number)
], Category.prototype, "position", void 0);
__decorate([
    TreeParent({ onDelete: "CASCADE" }),
    __metadata("design:type", Object)
], Category.prototype, "parent", void 0);
__decorate([
    TreeChildren(),
    __metadata("design:type", Array)
], Category.prototype, "children", void 0);
Category = __decorate([
    Entity(),
    Tree("closure-table")
], Category);
export { Category };
