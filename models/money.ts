import { Column } from "typeorm";
import { Currency } from "./enums.ts";

/** An amount in a currency; all tables share the one enum type `currency`. */
export class Money {
  @Column({ type: "numeric", precision: 12, scale: 2, default: 0 })
  amount!: string;

  @Column({ type: "enum", enum: Currency, enumName: "currency", default: Currency.Euro })
  currency!: Currency;
}
