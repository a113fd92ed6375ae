export { Mall } from "./mall.js";
export { Shop, ShopStatus } from "./shop.js";
export { Role, Tag, FaxLine } from "./small.js";
export { Visit } from "./visit.js";
