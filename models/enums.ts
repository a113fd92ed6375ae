export enum Amenity {
  Parking = "parking",
  Playground = "playground",
  Cinema = "cinema",
  FoodCourt = "food_court",
}

export enum Currency {
  Euro = "EUR",
  Franc = "CHF",
  Pound = "GBP",
}

export enum LoyaltyTier {
  Bronze = "bronze",
  Silver = "silver",
  Gold = "gold",
}

export enum OrderStatus {
  Open = "open",
  Paid = "paid",
  Collected = "collected",
  Cancelled = "cancelled",
}

export enum ShopStatus {
  Planned = "planned",
  Open = "open",
  Renovating = "renovating",
  Closed = "closed",
}

export enum StaffRole {
  Manager = "manager",
  Guard = "guard",
}

export enum Weekday {
  Monday = "mon",
  Tuesday = "tue",
  Wednesday = "wed",
  Thursday = "thu",
  Friday = "fri",
  Saturday = "sat",
  Sunday = "sun",
}
