import { Check, Column, Entity, Index, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";

const values = { type: "enum", enum: ["open", "paid"], enumName: "pstate" } as const;

@Entity()
@Check("CHK_state", `"state" <> 'open' OR "note" IS NULL`)
@Check("CHK_cast", `"note" <> ('paid'::pstate)::text`)
@Index("IDX_open", ["id"], { where: `"state" = 'open'`, unique: true })
export class Purchase {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ ...values, default: "open" })
  state: string;

  @Column({ type: "text", nullable: true })
  note: string;

  @Column({ type: "boolean", asExpression: `"state" = 'paid'`, generatedType: "STORED" })
  done: boolean;

  @Column({
    ...values,
    asExpression: `CASE WHEN "id" > 5 THEN 'open'::pstate ELSE 'paid'::pstate END`,
    generatedType: "STORED",
  })
  guess: string;
}

@ViewEntity({ name: "paid", expression: `SELECT "id" FROM "purchase" WHERE "state" = 'paid'` })
export class Paid {
  @ViewColumn()
  id: number;
}

/** The way down makes these columns and tables anew. */
export const lost = ["purchase.former", "purchase.letter", "archive.*", "copy.*"];
