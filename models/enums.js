export var Amenity;
(function (Amenity) {
    Amenity["Parking"] = "parking";
    Amenity["Playground"] = "playground";
    Amenity["Cinema"] = "cinema";
    Amenity["FoodCourt"] = "food_court";
})(Amenity || (Amenity = {}));
export var Currency;
(function (Currency) {
    Currency["Euro"] = "EUR";
    Currency["Franc"] = "CHF";
    Currency["Pound"] = "GBP";
})(Currency || (Currency = {}));
export var LoyaltyTier;
(function (LoyaltyTier) {
    LoyaltyTier["Bronze"] = "bronze";
    LoyaltyTier["Silver"] = "silver";
    LoyaltyTier["Gold"] = "gold";
})(LoyaltyTier || (LoyaltyTier = {}));
export var OrderStatus;
(function (OrderStatus) {
    OrderStatus["Open"] = "open";
    OrderStatus["Paid"] = "paid";
    OrderStatus["Collected"] = "collected";
    OrderStatus["Cancelled"] = "cancelled";
})(OrderStatus || (OrderStatus = {}));
export var ShopStatus;
(function (ShopStatus) {
    ShopStatus["Planned"] = "planned";
    ShopStatus["Open"] = "open";
    ShopStatus["Renovating"] = "renovating";
    ShopStatus["Closed"] = "closed";
})(ShopStatus || (ShopStatus = {}));
export var StaffRole;
(function (StaffRole) {
    StaffRole["Manager"] = "manager";
    StaffRole["Guard"] = "guard";
})(StaffRole || (StaffRole = {}));
export var Weekday;
(function (Weekday) {
    Weekday["Monday"] = "mon";
    Weekday["Tuesday"] = "tue";
    Weekday["Wednesday"] = "wed";
    Weekday["Thursday"] = "thu";
    Weekday["Friday"] = "fri";
    Weekday["Saturday"] = "sat";
    Weekday["Sunday"] = "sun";
})(Weekday || (Weekday = {}));
